// SPDX-License-Identifier: GPL-2.0-only
#include "collectors/lines.h"

#include "collectors/sys.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static int hand_over(struct lines *lines)
{
	if (lines->len && lines->buf[lines->len - 1] == '\r')
		lines->len--;
	lines->buf[lines->len] = '\0';
	lines->len = 0;
	return lines->line(lines->buf, lines->data);
}

int lines_feed(struct lines *lines, const char *bytes, size_t len)
{
	int rc = 0;

	for (size_t i = 0; i < len && rc >= 0; i++) {
		if (bytes[i] != '\n')
			lines->buf[lines->len++] = bytes[i];
		if (bytes[i] == '\n' || lines->len == sizeof(lines->buf) - 1)
			rc = hand_over(lines);
	}
	return rc;
}

int lines_read(struct lines *lines, int fd)
{
	char bytes[4096];
	ssize_t n = read(fd, bytes, sizeof(bytes));
	int rc;

	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	lines->t = now_ns();
	if (n > 0) {
		rc = lines_feed(lines, bytes, n);
		return rc < 0 ? rc : 1;
	}
	rc = lines->len ? hand_over(lines) : 0;
	return rc < 0 ? rc : -EPIPE;
}
