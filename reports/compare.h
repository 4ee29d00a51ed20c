/* SPDX-License-Identifier: GPL-2.0-only */
/* Whether and how much one series of samples differs from another. */
#ifndef REPORTS_COMPARE_H
#define REPORTS_COMPARE_H

#include "lab/error.h"
#include "reports/series.h"
#include "reports/test.h"

/* A test of significance, by its name on the command line. */
struct compare_test {
	const char *name, *title;
	double (*p)(const struct series *a, const struct series *b);
	bool of_ranks;				  /* alone: rank_null_p() is the same */
	double (*smallest)(size_t na, size_t nb); /* p that so many samples can come to */
	bool exact;				  /* no statistics: see below */
};

/*
 * For samples that are deterministic: a value differs or does not. p is 0 or 1. A series that is
 * not all one value was not deterministic after all, and shows nothing.
 */
extern const struct compare_test compare_exact;

/* The one of this name (NULL: the default, rank), or NULL with err. */
const struct compare_test *compare_test_find(const char *name, GError **err);

struct comparison {
	struct stats base, this;
	double difference;		 /* of the means, this less base */
	struct bounds difference_bounds; /* at STATS_LEVEL, as below */
	double change;			 /* that in percent of the base's mean; NaN where it is 0 */
	struct bounds change_bounds;
	double p_rank, p_welch;
	double p;      /* of the test that decides; NaN: nothing was asked */
	double p_holm; /* corrected for all that was asked at once */
	bool shown;    /* there is a difference at TEST_ALPHA */
	bool too_few;  /* samples for any difference to be shown, however large */
	bool exact;    /* compared by compare_exact */
	double worse;  /* change in percent, above 0 for the worse; NaN: no direction is better */
};

/* Compares two series of values; asks whether they differ if better is lower or higher. */
struct comparison compare_series(const struct compare_test *test, const struct series *base,
				 const struct series *this, const char *better);

/* p of a test of values as they came. */
double compare_p(const struct compare_test *test, const double *a, size_t na, const double *b,
		 size_t nb);

/* Corrects p of all comparisons that were asked at once, and says which are shown. */
void compare_correct(const struct compare_test *test, struct comparison **asked, size_t count);

/* The least n of which each of two series can show a difference, so many being asked at once. */
guint compare_samples_needed(const struct compare_test *test, guint asked);

/* Whether all values are one and the same. */
bool compare_all_equal(const struct series *series);

/* A speedup as a table shows it: "2.5x"; "~" where no difference is shown; "2.5x?" where there
 * are too few samples to say; "" where there is none. Of exact ones "0.995x", "=", or "?" where
 * they were not deterministic. g_free it. */
char *compare_speedup_text(const struct comparison *comparison, const char *better);

/* "0.012", "< 0.001", "-". g_free it. */
char *compare_p_text(double p);

/* "+12.3% [+8.1, +16.0]" (exact: "+0.52%"), or "-" where the base's mean is 0. g_free it. */
char *compare_change_text(const struct comparison *comparison);

#endif
