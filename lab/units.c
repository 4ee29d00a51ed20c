// SPDX-License-Identifier: GPL-2.0-only
#include "lab/units.h"

#include <math.h>
#include <string.h>

static const char suffixes[] = "KMGTP";

/* What follows the number: nothing, "K", "KB", "KiB" (one letter in either case). -1: none of them.
 */
static int suffix_shift(const char *text)
{
	if (!*text || !strcmp(text, "B"))
		return 0;
	const char *found = strchr(suffixes, g_ascii_toupper(*text));
	bool tail_ok = !text[1] || !strcmp(text + 1, "B") || !strcmp(text + 1, "iB");

	return found && tail_ok ? 10 * (int)(found - suffixes + 1) : -1;
}

bool size_parse(const char *text, guint64 *bytes, GError **err)
{
	char *end;
	double number = g_ascii_strtod(text, &end);
	const char *suffix = *end == ' ' ? end + 1 : end;
	int shift = end == text || !g_ascii_isdigit(*text) ? -1 : suffix_shift(suffix);
	double value = ldexp(number, shift);

	/* 2^53: beyond it a double no longer holds every byte count. */
	if (shift < 0 || value != floor(value) || value > 0x1p53)
		return bl_fail(err, BL_ERROR_INPUT,
			       "'%s' is not a size: give bytes or a number with K, M, G or T "
			       "(powers of 1024), such as 512M or 16G",
			       text);
	*bytes = (guint64)value;
	return true;
}

char *size_format(guint64 bytes)
{
	int step = 0;

	while (bytes && bytes % 1024 == 0 && suffixes[step]) {
		bytes /= 1024;
		step++;
	}
	return step ? g_strdup_printf("%" G_GUINT64_FORMAT "%c", bytes, suffixes[step - 1])
		    : g_strdup_printf("%" G_GUINT64_FORMAT, bytes);
}

char *size_human(guint64 bytes)
{
	double value = (double)bytes;
	int step = 0;

	while (value >= 1024 && suffixes[step]) {
		value /= 1024;
		step++;
	}
	return step ? g_strdup_printf("%.3g %ciB", value, suffixes[step - 1])
		    : g_strdup_printf("%.0f B", value);
}

bool duration_parse(const char *text, gint64 *seconds, GError **err)
{
	static const struct {
		const char *suffix;
		int seconds;
	} units[] = {{"", 1}, {"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86400}};
	char *end;
	double number = g_ascii_strtod(text, &end);

	for (size_t i = 0; g_ascii_isdigit(*text) && i < G_N_ELEMENTS(units); i++) {
		double value = number * units[i].seconds;

		if (strcmp(end, units[i].suffix) || !(value >= 1 && value < 1e9))
			continue;
		*seconds = (gint64)value;
		return true;
	}
	return bl_fail(err, BL_ERROR_INPUT,
		       "'%s' is not a duration: give seconds, or a number with s, m, h or d, such "
		       "as 30m",
		       text);
}
