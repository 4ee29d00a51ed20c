// SPDX-License-Identifier: GPL-2.0-only
#include "lab/error.h"

#include <errno.h>
#include <stdarg.h>

GQuark bl_error_quark(void)
{
	return g_quark_from_static_string("bootlab");
}

bool bl_fail(GError **err, enum bl_error code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	if (err && !*err)
		*err = g_error_new_valist(BL_ERROR, code, fmt, ap);
	va_end(ap);
	return false;
}

bool bl_fail_errno(GError **err, const char *fmt, ...)
{
	int saved = errno;
	va_list ap;

	va_start(ap, fmt);
	g_autofree char *what = g_strdup_vprintf(fmt, ap);
	va_end(ap);
	return bl_fail(err, BL_ERROR_SYSTEM, "%s: %s", what, g_strerror(saved));
}
