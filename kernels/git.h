/* SPDX-License-Identifier: GPL-2.0-only */
/* Git, run out of reach of the user's settings, so that it does the same everywhere. */
#ifndef KERNELS_GIT_H
#define KERNELS_GIT_H

#include "lab/error.h"

/*
 * "--git-dir=PATH" of the tree. Asked for with the user's settings, which may say that another
 * user's tree is to be trusted; whatever comes after is told this path and needs them no more.
 * g_free it. NULL with err.
 */
char *git_dir_option(const char *tree, GError **err);

/* The start of an argv, up to the word "git"; work_words() adds to it. */
GPtrArray *git_command(void);

/*
 * Ends the argv and runs it, in no tree unless it names one. stdin_path NULL: nothing. What it
 * prints, its errors too, is added to `out`. Its exit status, -1 with err.
 */
int git_run(GPtrArray *argv, const char *stdin_path, GString *out, GError **err);

/* The same with its stdout written to a new file as it comes. */
int git_run_to(GPtrArray *argv, const char *path, GError **err);

#endif
