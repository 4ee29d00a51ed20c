/* SPDX-License-Identifier: GPL-2.0-only */
/* Units of measured values: one base unit to calculate in, others chosen for reading. */
#ifndef REPORTS_SCALE_H
#define REPORTS_SCALE_H

#include "reports/stats.h"

#include <stddef.h>

/*
 * The base unit of a unit: s for times, B for sizes, B/s for rates; an unknown one is its own.
 * A value times *factor is in the base unit. The result is static, or `unit` itself.
 */
const char *scale_base(const char *unit, double *factor);

struct scale {
	const char *unit; /* µs, GiB/s, ...; "" for counts */
	double factor;	  /* a value in the base unit divided by it is in `unit` */
};

/*
 * The unit to show values of one row in, all of the same base unit: the largest of which
 * their geometric mean is at least 1. NaN and 0 have no say.
 */
struct scale scale_for(const char *base, const double *values, size_t n);

/*
 * A value in the base unit as a number of scale->unit: three significant digits and no
 * exponent; a whole number of what has no unit stays one; "-" where there is none (NAN). g_free it.
 */
char *scale_number(const struct scale *scale, double value);

/*
 * The mean with its unit and, where there is one, the standard deviation in percent between
 * `before` and `after`: "27.2 s (± 5.8%)"; "-" without values. g_free it.
 */
char *scale_mean(const struct scale *scale, const struct stats *stats, const char *before,
		 const char *after);

#endif
