// SPDX-License-Identifier: GPL-2.0-only
#include "collectors/fail.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static char reason[1024];

int fail(int err, const char *fmt, ...)
{
	size_t len;
	va_list ap;

	if (!*reason) {
		va_start(ap, fmt);
		vsnprintf(reason, sizeof(reason), fmt, ap);
		va_end(ap);
		len = strlen(reason);
		if (err)
			snprintf(reason + len, sizeof(reason) - len, ": %s", strerror(err));
	}
	return err ? -err : -EINVAL;
}

const char *fail_reason(void)
{
	return *reason ? reason : NULL;
}
