// SPDX-License-Identifier: GPL-2.0-only
/* Samples whose values lie far from the others': named with the reason, and averaged. */
#include "reports/outlier.h"
#include "reports/print.h"
#include "reports/scale.h"
#include "reports/text.h"

#include <math.h>

#define INDENT 4

/* Of each series; of many thousands of values some dozens are far off, whatever they are. */
#define LISTED_MAX 5

static char *why_text(const struct row *row, const struct outlier_scale *is, double value,
		      double score)
{
	struct scale scale = scale_for(row->unit, &value, 1);
	g_autofree char *number = scale_number(&scale, value);
	g_autofree char *median = scale_number(&scale, is->median);

	return g_strdup_printf("%s%s%s, where the median is %s: modified z-score %+.1f", number,
			       *scale.unit ? " " : "", scale.unit, median, score);
}

guint outliers_of(const struct row *row, guint kernel, double beyond,
		  void (*fn)(const struct origin *origin, const char *why, void *data), void *data)
{
	const GArray *values = row->values[kernel];
	struct outlier_scale is = outlier_scale_of(row->series[kernel].sorted, values->len);
	guint found = 0;

	for (guint i = 0; i < values->len; i++) {
		double value = g_array_index(values, double, i);
		double score = outlier_score(&is, value);

		if (!(fabs(score) > OUTLIER_SCORE))
			continue;
		found++;
		if (!(fabs(score) >= beyond))
			continue;
		g_autofree char *why = why_text(row, &is, value, score);

		fn(&g_array_index(row->origins[kernel], struct origin, i), why, data);
	}
	return found;
}

/* How far off the last of the farthest LISTED_MAX is. */
static double listed_from(const struct series *series)
{
	struct outlier_scale is = outlier_scale_of(series->sorted, series->stats.n);
	size_t low = 0, high = series->stats.n;
	double score = 0;

	for (guint i = 0; i < LISTED_MAX && low < high; i++) {
		double below = fabs(outlier_score(&is, series->sorted[low]));
		double above = fabs(outlier_score(&is, series->sorted[high - 1]));

		score = fmax(below, above);
		if (below > above)
			low++;
		else
			high--;
	}
	return score;
}

/* Where the paragraphs of a series go. */
struct listing {
	GString *out;
	const char *kernel, *metric;
	guint listed;
};

static void add_paragraph(const struct origin *origin, const char *why, void *data)
{
	struct listing *to = data;
	g_autofree char *text = g_strdup_printf("sample %" G_GINT64_FORMAT ", %s, %s: %s",
						origin->sample, to->kernel, to->metric, why);

	/* There may be more that are as far off as the last. */
	if (to->listed++ < LISTED_MAX)
		text_paragraph(to->out, "  -", INDENT, text);
}

void outlier_paragraphs(GString *out, const struct report *report, const struct row *row,
			guint kernel)
{
	struct listing to = {out, report_kernel(report, kernel), row->metric, 0};
	guint found =
		outliers_of(row, kernel, listed_from(&row->series[kernel]), add_paragraph, &to);

	if (found <= LISTED_MAX)
		return;
	g_autofree char *text = g_strdup_printf("%u more of %s, %s: --format json has them all",
						found - LISTED_MAX, to.kernel, to.metric);

	text_paragraph(out, "  -", INDENT, text);
}

void print_outliers(GString *out, const struct report *report, const struct group *group)
{
	g_autoptr(GString) list = g_string_new(NULL);

	for (guint r = 0; r < group->rows->len; r++)
		for (guint k = 0; k < report->n_kernels; k++)
			outlier_paragraphs(list, report, group->rows->pdata[r], k);
	if (list->len)
		g_string_append_printf(out, "  " PRINT_OUTLIERS_HEADING "\n%s\n", list->str);
}
