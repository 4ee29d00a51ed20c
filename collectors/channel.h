/* SPDX-License-Identifier: GPL-2.0-only */
/* The line to bootlab: the virtio-serial port that is named PROTOCOL_PORT. */
#ifndef COLLECTORS_CHANNEL_H
#define COLLECTORS_CHANNEL_H

#include <stddef.h>

/* A descriptor of the port, or -errno with fail(). Waits for the port to come up. */
int channel_open(void);

/* Reads the one line that bootlab sends; waits for it. -errno with fail(). */
int channel_read_line(int fd, char *line, size_t size);

/* Waits until bootlab has opened its side, for who has nothing to read. -errno with fail(). */
int channel_wait(int fd);

#endif
