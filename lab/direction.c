// SPDX-License-Identifier: GPL-2.0-only
#include "lab/direction.h"

#include "lab/protocol.h"

#include <glib.h>
#include <string.h>

#define LOWER	PROTOCOL_BETTER_LOWER
#define HIGHER	PROTOCOL_BETTER_HIGHER
#define NEITHER PROTOCOL_BETTER_NEITHER

static const struct {
	const char *spelt, *unit, *better;
} units[] = {
	{"ns", "ns", LOWER},	     {"nsec", "ns", LOWER},    {"us", "us", LOWER},
	{"µs", "us", LOWER},	     {"usec", "us", LOWER},    {"ms", "ms", LOWER},
	{"msec", "ms", LOWER},	     {"s", "s", LOWER},	       {"sec", "s", LOWER},
	{"seconds", "s", LOWER},     {"IOPS", "IO/s", HIGHER}, {"iops", "IO/s", HIGHER},
	{"count", "count", NEITHER},
};

static bool is_rate(const char *unit)
{
	return g_str_has_suffix(unit, "/s") || g_str_has_suffix(unit, "/sec");
}

struct direction direction_of(const char *unit)
{
	for (size_t i = 0; i < G_N_ELEMENTS(units); i++)
		if (!strcmp(units[i].spelt, unit))
			return (struct direction){units[i].unit, units[i].better, true};
	if (is_rate(unit))
		return (struct direction){unit, HIGHER, true};
	return (struct direction){unit, NEITHER, false};
}

bool direction_is(const char *text)
{
	return !strcmp(text, LOWER) || !strcmp(text, HIGHER) || !strcmp(text, NEITHER);
}
