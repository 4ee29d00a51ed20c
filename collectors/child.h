/* SPDX-License-Identifier: GPL-2.0-only */
/* A program that the agent runs, watched by the loop. */
#ifndef COLLECTORS_CHILD_H
#define COLLECTORS_CHILD_H

#include "collectors/lines.h"

#include <stdbool.h>
#include <sys/resource.h>
#include <sys/types.h>

struct child_spec {
	const char *name; /* the source of its log lines */
	const char *path;
	const char *const *argv;
	bool on_host_root;   /* path is on the host's root, which shall be its root */
	const int *keep_fds; /* ended by -1; NULL: only stdin to stderr stay open */
	bool watched;	     /* it is the workload: collectors attach to it, and see its end */

	/* A line of its stdout; NULL: logged, as all of stderr is. */
	int (*line)(char *line, void *data);
	void *data;
};

struct child {
	const struct child_spec *spec;
	pid_t pid;
	int pidfd, in;
	int64_t exec_ns;     /* the last instant before execve() */
	int64_t exit_ns;     /* when its end was seen */
	int status;	     /* as of waitpid(), once ended */
	struct rusage usage; /* its own and its children's, once ended */
	bool ended;
	char last_words[256]; /* of stderr */
	struct lines out, err;
	int out_fd, err_fd;
};

/* Starts it. -errno with fail(), also where the program could not be executed. */
int child_start(struct child *child, const struct child_spec *spec);

/*
 * Serves the loop until the child has ended, killed if need be at the deadline. 0: it exited
 * with status 0; else -errno with fail(), which says how it ended and its last words.
 */
int child_wait(struct child *child, int64_t deadline);

/* PID 1's last word: kills whatever still runs, and reaps it all. */
void child_end_all(void);

#endif
