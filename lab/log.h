/* SPDX-License-Identifier: GPL-2.0-only */
/* What bootlab says while it works: all of it on stderr; stdout is for results. */
#ifndef LAB_LOG_H
#define LAB_LOG_H

#include <glib.h>
#include <stdbool.h>

/* -v: also show each command that is run. Set once by main(). */
extern bool log_verbose;

void log_error(const char *fmt, ...) G_GNUC_PRINTF(1, 2);
void log_warn(const char *fmt, ...) G_GNUC_PRINTF(1, 2);
void log_info(const char *fmt, ...) G_GNUC_PRINTF(1, 2);

/* A command about to be run, quoted so that it can be pasted; only with -v. */
void log_command(const char *const argv[]);

#endif
