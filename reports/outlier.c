// SPDX-License-Identifier: GPL-2.0-only
#include "reports/outlier.h"

#include "reports/stats.h"

#include <glib.h>
#include <gsl/gsl_cdf.h>
#include <math.h>

struct outlier_scale outlier_scale_of(const double *values, size_t n)
{
	struct outlier_scale scale = {.median = stats_median(values, n)};
	g_autofree double *deviations = g_new(double, n);

	if (n < OUTLIER_MIN_VALUES)
		return scale;
	for (size_t i = 0; i < n; i++)
		deviations[i] = fabs(values[i] - scale.median);
	scale.spread = stats_median(deviations, n) / gsl_cdf_ugaussian_Pinv(0.75);
	if (scale.spread == 0)
		scale.spread = stats_of(deviations, n).mean * sqrt(M_PI / 2);
	return scale;
}

double outlier_score(const struct outlier_scale *scale, double value)
{
	return scale->spread > 0 ? (value - scale->median) / scale->spread : 0;
}
