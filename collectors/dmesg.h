/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTORS_DMESG_H
#define COLLECTORS_DMESG_H

#include <stdbool.h>
#include <stdint.h>

struct dmesg_record {
	int level; /* 0: emergency ... 7: debug */
	uint64_t seq;
	const char *text;
};

/* The level to give to a line that comes without one. */
#define DMESG_LEVEL_UNKNOWN 7

/* Takes a record of /dev/kmsg apart ("4,123,45678,-;text\n KEY=value\n"). -EINVAL. */
int dmesg_parse(char *record, struct dmesg_record *parsed);

/* true for what a sound kernel does not say: a bug, a warning with a backtrace, a stall. */
bool dmesg_is_trouble(const struct dmesg_record *record);

#endif
