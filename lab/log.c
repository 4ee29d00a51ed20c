// SPDX-License-Identifier: GPL-2.0-only
#include "lab/log.h"

#include "lab/progress.h"

#include <stdarg.h>
#include <stdio.h>

bool log_verbose;

static void say(const char *prefix, const char *fmt, va_list ap)
{
	g_autofree char *text = g_strdup_vprintf(fmt, ap);

	progress_clear();
	fprintf(stderr, "%s%s\n", prefix, text);
}

void log_error(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say("bootlab: error: ", fmt, ap);
	va_end(ap);
}

void log_warn(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say("bootlab: warning: ", fmt, ap);
	va_end(ap);
}

void log_info(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say("", fmt, ap);
	va_end(ap);
}

void log_command(const char *const argv[])
{
	if (!log_verbose)
		return;
	g_autoptr(GString) line = g_string_new("+");

	for (int i = 0; argv[i]; i++) {
		g_autofree char *word = g_shell_quote(argv[i]);

		g_string_append_printf(line, " %s", word);
	}
	progress_clear();
	fprintf(stderr, "%s\n", line->str);
}
