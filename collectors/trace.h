/* SPDX-License-Identifier: GPL-2.0-only */
/* A tracefs instance of one's own: nobody else's events in it, on the clock of all events. */
#ifndef COLLECTORS_TRACE_H
#define COLLECTORS_TRACE_H

#include <stdint.h>
#include <sys/types.h>

struct trace {
	char dir[64];
	int pipe; /* its trace_pipe, non-blocking: for loop_add() and lines_read() */
};

/* -errno with fail(), all of these. */

/*
 * To be called before the testbed's memory is looked at: the kernel has a buffer of its own, of
 * each CPU, which it makes 1.4 MiB large when the first event of any instance is enabled.
 */
int trace_prepare(void);

int trace_open(struct trace *trace, const char *name);
int trace_write(const struct trace *trace, const char *file, const char *text);

/* Adds, or with "-:group/event" removes, a probe in tracefs's kprobe_events. */
int trace_probe(const char *definition);

/* How many records the ring buffers had no room for. */
int trace_lost(const struct trace *trace, uint64_t *lost);

/* Takes the instance away. What was not read is gone. */
void trace_close(struct trace *trace);

/* The event of a stack, which has no fields: its frames follow, " => NAME" a line. */
#define TRACE_STACK "<stack trace>"

/* A line of trace_pipe, taken apart; the strings are the line's own. */
struct trace_line {
	pid_t pid; /* the thread's */
	int64_t t; /* ns; the text has µs */
	const char *event;
	const char *fields;
};

/* Cuts the line up. 0, or -EINVAL where it is no event. */
int trace_parse(char *line, struct trace_line *parsed);

/* The number in "name=NUMBER" of the fields. -ENOENT; -EINVAL where it is no number. */
int trace_field(const struct trace_line *line, const char *name, uint64_t *value);

#endif
