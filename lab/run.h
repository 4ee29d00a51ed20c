/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Other programs, run by argv and never through a shell. A child gets SIGTERM when bootlab
 * dies, whatever it dies of, and none outlives the call that started it.
 */
#ifndef LAB_RUN_H
#define LAB_RUN_H

#include "lab/error.h"

struct run_opts {
	const char *cwd;	/* NULL: here */
	const char *const *env; /* "NAME=VALUE" added to the environment; NULL: none */
	const char *log;	/* stdout and stderr are appended to this file; NULL: to ours */
	const char *stdin_path; /* NULL: /dev/null */
	/* Called with each line of the output, its newline cut, as it comes. NULL: nobody looks. */
	void (*line)(const char *line, void *data);
	void *data;
	bool stdout_only; /* line() and log see stdout alone; stderr goes to ours */
};

/*
 * Runs argv to its end. Returns its exit status (128 + n for signal n), or -1 with err set
 * where it could not be started or bootlab was interrupted (BL_ERROR_CANCELLED).
 */
int run(const char *const argv[], const struct run_opts *opts, GError **err);

/* For run_opts.line: adds the line with its newline to data, a GString. */
void run_keep_line(const char *line, void *data);

/* Runs argv; its stdout without the last newline (g_free it), NULL with err if it failed. */
char *run_capture(const char *const argv[], GError **err);

/*
 * Ctrl-C and SIGTERM: sets a flag instead of dying, so that all is reaped. Call once. The
 * same signal again kills, for who does not want to wait; what is left then the warden reaps.
 */
void run_catch_signals(void);
bool run_interrupted(void);

/* false with BL_ERROR_CANCELLED once a signal has come. */
bool run_check_interrupted(GError **err);

#endif
