// SPDX-License-Identifier: GPL-2.0-only
#include "collectors/sys.h"

#include "collectors/fail.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

int64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * NSEC_PER_SEC + ts.tv_nsec;
}

/* Files of proc and sysfs have no size to ask for: read until there is no more. */
static char *read_fd(int fd)
{
	size_t len = 0, size = 4096;
	char *text = malloc(size), *bigger;
	ssize_t n;

	while (text && (n = read(fd, text + len, size - len - 1)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			goto fail;
		len += n;
		if (size - len > 1)
			continue;
		size *= 2;
		bigger = realloc(text, size);
		if (!bigger)
			goto fail;
		text = bigger;
	}
	if (text)
		text[len] = '\0';
	return text;
fail:
	free(text);
	return NULL;
}

static char *read_path(const char *fmt, va_list ap)
{
	char path[PATH_MAX], *text;
	int fd, err;

	vsnprintf(path, sizeof(path), fmt, ap);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	text = read_fd(fd);
	err = errno;
	close(fd);
	errno = err;
	return text;
}

char *sys_read(const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = read_path(fmt, ap);
	va_end(ap);
	return text;
}

int sys_read_u64(uint64_t *value, const char *fmt, ...)
{
	char *text, *end;
	va_list ap;
	int rc = 0;

	va_start(ap, fmt);
	text = read_path(fmt, ap);
	va_end(ap);
	if (!text)
		return -errno;
	*value = strtoull(text, &end, 0);
	if (end == text)
		rc = -EINVAL;
	free(text);
	return rc;
}

int sys_socket_pair(int *ours, int *theirs)
{
	int fds[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0)
		return fail(errno, "socketpair");
	fcntl(fds[0], F_SETFL, O_NONBLOCK);
	*ours = fds[0];
	*theirs = fds[1];
	return 0;
}

int sys_write_all(int fd, const void *buf, size_t len)
{
	const char *p = buf;
	ssize_t n;

	while (len) {
		n = write(fd, p, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		p += n;
		len -= n;
	}
	return 0;
}

int sys_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int rc = fd < 0 ? -errno : sys_write_all(fd, text, strlen(text));

	/* Some kernel files report a refusal only here. */
	if (fd >= 0 && close(fd) < 0 && !rc)
		rc = -errno;
	if (rc)
		return fail(-rc, "%s: cannot write \"%s\"", path, text);
	return 0;
}

bool word_value(const char *text, const char *key, char *value, size_t size)
{
	size_t key_len = strlen(key), len;

	for (const char *p = text; *p; p += strcspn(p, " \n")) {
		p += strspn(p, " \n");
		if (strncmp(p, key, key_len) || p[key_len] != '=')
			continue;
		p += key_len + 1;
		len = strcspn(p, " \n");
		if (len >= size)
			return false;
		memcpy(value, p, len);
		value[len] = '\0';
		return true;
	}
	return false;
}
