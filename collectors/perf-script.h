/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The output of `perf script -F comm,tid,period,ip,sym,dso`, folded as it comes: for each
 * sample a line "COMM TID PERIOD", a line "<TAB>ADDRESS SYMBOL (DSO)" for each of its frames,
 * from the innermost, and an empty line.
 */
#ifndef COLLECTORS_PERF_SCRIPT_H
#define COLLECTORS_PERF_SCRIPT_H

#include "collectors/folded.h"

#include <stdbool.h>

struct perf_script {
	struct folded stacks, leaves; /* each sample weighs 1 */
	struct stack stack;
	unsigned int lines;
	bool in_sample;
};

/* What stands for a sample outside the kernel: user stacks are not recorded. */
#define PERF_SCRIPT_USER "[user]"

/* Takes a line. -EINVAL with fail(), which has the line, where it is none of these. */
int perf_script_line(struct perf_script *script, const char *line);

/* After the last line: the last sample may not have been closed. */
int perf_script_end(struct perf_script *script);

#endif
