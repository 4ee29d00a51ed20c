/* SPDX-License-Identifier: GPL-2.0-only */
/* A series of values with what is asked of it again and again, so that it is calculated once. */
#ifndef REPORTS_SERIES_H
#define REPORTS_SERIES_H

#include "reports/stats.h"

#include <glib.h>

struct series {
	const double *values; /* as they came; not its own */
	double *sorted;	      /* the same in ascending order; NaN at either end */
	struct stats stats;   /* their number, too */
};

/* The values must outlive it. */
struct series series_of(const double *values, size_t n);
void series_clear(struct series *series);
typedef struct series Series;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Series, series_clear)

#endif
