/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The agent's one poll loop. What happens (a line from a child, a trace record, a child's
 * end) is a file descriptor that gets ready; nothing here is waited for by sleeping.
 */
#ifndef COLLECTORS_LOOP_H
#define COLLECTORS_LOOP_H

#include <stdbool.h>
#include <stdint.h>

/* Called when fd can be read or has hung up. A negative result ends loop_until() with it. */
typedef int (*loop_fn)(int fd, void *data);

int loop_add(int fd, loop_fn ready, void *data);
void loop_del(int fd);

/* Serves the descriptors until *done, or -ETIMEDOUT at the deadline (now_ns() time). */
int loop_until(const bool *done, int64_t deadline);

#endif
