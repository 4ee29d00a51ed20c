/* SPDX-License-Identifier: GPL-2.0-only */
/* A byte stream cut into lines as it arrives. */
#ifndef COLLECTORS_LINES_H
#define COLLECTORS_LINES_H

#include "lab/protocol.h"

#include <stddef.h>
#include <stdint.h>

struct lines {
	/* Called with each line, its end (\n or \r\n) cut. A negative result is passed on. */
	int (*line)(char *line, void *data);
	void *data;
	int64_t t; /* when the bytes that ended the line in hand had arrived */
	size_t len;
	char buf[PROTOCOL_LINE_MAX];
};

/* Cuts more bytes. A line that fills the buffer is handed over in pieces. */
int lines_feed(struct lines *lines, const char *bytes, size_t len);

/*
 * Reads once from a non-blocking descriptor. 1: there may be more; 0: nothing more for now;
 * -EPIPE: the end (what was left without a newline has been handed over); else -errno.
 */
int lines_read(struct lines *lines, int fd);

#endif
