// SPDX-License-Identifier: GPL-2.0-only
#include "reports/stats.h"

#include "lab/protocol.h"

#include <math.h>
#include <string.h>

struct stats stats_of(const double *values, size_t n)
{
	struct stats stats = {.n = n, .mean = NAN, .sd = NAN};
	double sum = 0, rest = 0, squares = 0;

	if (!n)
		return stats;
	for (size_t i = 0; i < n; i++)
		sum += values[i];
	stats.mean = sum / n;
	for (size_t i = 0; i < n; i++) {
		double deviation = values[i] - stats.mean;

		rest += deviation;
		squares += deviation * deviation;
	}
	stats.mean += rest / n;
	if (n > 1)
		stats.sd = sqrt(fmax(squares - rest * rest / n, 0) / (n - 1));
	return stats;
}

double stats_percent(const struct stats *stats)
{
	return stats->mean == 0 ? NAN : 100 * stats->sd / fabs(stats->mean);
}

double stats_speedup(const struct stats *base, const struct stats *this, const char *better)
{
	if (!(base->mean > 0) || !(this->mean > 0))
		return NAN;
	if (!strcmp(better, PROTOCOL_BETTER_LOWER))
		return base->mean / this->mean;
	if (!strcmp(better, PROTOCOL_BETTER_HIGHER))
		return this->mean / base->mean;
	return NAN;
}
