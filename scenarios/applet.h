/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A workload as a process of its own: the agent's binary again, run as
 *   agent WORKLOAD param=value ... [bdf=0000:00:03.0 group=1]
 * The args that it is given are these words in one string. Its events go to its stdout and
 * so to the agent; why it failed, to stderr.
 */
#ifndef SCENARIOS_APPLET_H
#define SCENARIOS_APPLET_H

#include "collectors/sample.h"

/* In the agent: runs the cell's workload as a child. -errno with fail(). */
int applet_run(struct sample *sample);

/* In the agent: a line of such a child's stdout, for its child_spec; data is its struct child. */
int applet_line(char *line, void *data);

/* The child's main(). */
int applet_main(int argc, char **argv);

/*
 * In the child: returns when the agent's collectors have taken in all that this process has
 * done so far. To be called before it gives up what they may want to look at.
 */
int applet_sync(void);

/* In the child: whether there is such an arg. */
bool applet_has(const char *args, const char *name);

/* In the child: a number among the args. -errno with fail(). */
int applet_arg(const char *args, const char *name, uint64_t *value);

/* In the child: emits as a metric how long it is since `start`, a now_ns() time. */
void applet_duration(const char *name, int64_t start);

#endif
