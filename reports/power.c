// SPDX-License-Identifier: GPL-2.0-only
#include "reports/power.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

/* Beyond this nobody waits for the answer. */
#define VALUES_MAX 100000

/*
 * The sum of two quantiles of t, instead of the noncentral t that GSL lacks: what is said to
 * be shown four times in five is so 0.69 of the time with 3 values, 0.75 with 4, 0.78 with 6.
 */
double power_detectable(size_t n, double alpha, double power)
{
	double df = 2.0 * n - 2;

	if (n < 2)
		return NAN;
	return (gsl_cdf_tdist_Qinv(alpha / 2, df) + gsl_cdf_tdist_Pinv(power, df)) * sqrt(2.0 / n);
}

size_t power_values_needed(double difference, double alpha, double power)
{
	size_t low = 1, high = VALUES_MAX;

	if (!(difference > 0))
		return 0;
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (power_detectable(middle, alpha, power) <= difference)
			high = middle;
		else
			low = middle;
	}
	return high;
}
