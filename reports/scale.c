// SPDX-License-Identifier: GPL-2.0-only
#include "reports/scale.h"

#include <glib.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define DIGITS	     3
#define DECIMALS_MAX 3

/* Each family from its smallest unit up; factor 1 is its base unit. */
static const struct unit {
	const char *name;
	const char *shown;
	const char *base;
	double factor;
} units[] = {
	{"ns", "ns", "s", 1e-9},
	{"us", "µs", "s", 1e-6},
	{"µs", "µs", "s", 1e-6},
	{"ms", "ms", "s", 1e-3},
	{"s", "s", "s", 1},
	{"B", "B", "B", 1},
	{"KiB", "KiB", "B", 0x1p10},
	{"MiB", "MiB", "B", 0x1p20},
	{"GiB", "GiB", "B", 0x1p30},
	{"B/s", "B/s", "B/s", 1},
	{"KiB/s", "KiB/s", "B/s", 0x1p10},
	{"MiB/s", "MiB/s", "B/s", 0x1p20},
	{"GiB/s", "GiB/s", "B/s", 0x1p30},
	{"count", "", "count", 1},
};

const char *scale_base(const char *unit, double *factor)
{
	for (size_t i = 0; i < G_N_ELEMENTS(units); i++)
		if (!strcmp(units[i].name, unit)) {
			*factor = units[i].factor;
			return units[i].base;
		}
	*factor = 1;
	return unit;
}

/* NaN where no value counts. */
static double geometric_mean(const double *values, size_t n)
{
	double sum = 0;
	size_t counted = 0;

	for (size_t i = 0; i < n; i++)
		if (isfinite(values[i]) && values[i] != 0) {
			sum += log(fabs(values[i]));
			counted++;
		}
	return exp(sum / counted);
}

struct scale scale_for(const char *base, const double *values, size_t n)
{
	double mean = geometric_mean(values, n);
	double typical = isnan(mean) ? 1 : mean;
	struct scale scale = {base, 1};
	bool found = false;

	for (size_t i = 0; i < G_N_ELEMENTS(units); i++) {
		if (strcmp(units[i].base, base))
			continue;
		if (!found || units[i].factor <= typical)
			scale = (struct scale){units[i].shown, units[i].factor};
		found = true;
	}
	return scale;
}

/* The power of ten of the first digit, once rounded to DIGITS. */
static int power_of_ten(double value)
{
	g_autofree char *text = g_strdup_printf("%.*e", DIGITS - 1, value);

	return atoi(strchr(text, 'e') + 1);
}

char *scale_number(const struct scale *scale, double value)
{
	double number = value / scale->factor;
	bool whole = !*scale->unit && number == rint(number);

	if (!isfinite(number))
		return g_strdup("-");
	int decimals = whole ? 0 : DIGITS - 1 - power_of_ten(number);

	return g_strdup_printf("%.*f", CLAMP(decimals, 0, DECIMALS_MAX), number);
}

char *scale_mean(const struct scale *scale, const struct stats *stats, const char *before,
		 const char *after)
{
	double percent = stats_percent(stats);

	if (!stats->n)
		return g_strdup("-");
	g_autofree char *number = scale_number(scale, stats->mean);
	g_autofree char *spread =
		isnan(percent) ? g_strdup("") : g_strdup_printf("%s%.1f%s", before, percent, after);

	return g_strdup_printf("%s%s%s%s", number, *scale->unit ? " " : "", scale->unit, spread);
}
