/* SPDX-License-Identifier: GPL-2.0-only */
/* Clock and small files: what nearly every part of the agent does with the kernel. */
#ifndef COLLECTORS_SYS_H
#define COLLECTORS_SYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define NSEC_PER_SEC 1000000000LL

/* The one clock of all events: CLOCK_MONOTONIC in ns, the trace clock "mono" too. */
int64_t now_ns(void);

/* The whole of a file as a string, or NULL with errno set. free() it. */
char *sys_read(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* The number that a file starts with (decimal or 0x), or -errno. */
int sys_read_u64(uint64_t *value, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Writes text to a file that exists; fail()s with the file's name and the text. */
int sys_write(const char *path, const char *text);

/*
 * A connected pair of stream sockets: ours does not block, theirs is for a child to inherit.
 * 0, or fail().
 */
int sys_socket_pair(int *ours, int *theirs);

/* All of buf, through signals and short writes. -errno. */
int sys_write_all(int fd, const void *buf, size_t len);

/*
 * The value of "key=value" among the words of text, copied to value: true if it is there
 * and fits. For a kernel's command line and a program's arguments.
 */
bool word_value(const char *text, const char *key, char *value, size_t size);

#endif
