// SPDX-License-Identifier: GPL-2.0-only
/* Samples whose values lie far from the others': named with the reason, and averaged. */
#include "reports/outlier.h"
#include "reports/print.h"
#include "reports/scale.h"
#include "reports/text.h"

#include <math.h>

#define INDENT 4

static char *why_text(const struct row *row, const struct outlier_scale *is, double value,
		      double score)
{
	struct scale scale = scale_for(row->unit, &value, 1);
	g_autofree char *number = scale_number(&scale, value);
	g_autofree char *median = scale_number(&scale, is->median);

	return g_strdup_printf("%s%s%s, where the median is %s: modified z-score %+.1f", number,
			       *scale.unit ? " " : "", scale.unit, median, score);
}

void outliers_of(const struct row *row, guint kernel,
		 void (*fn)(const struct origin *origin, const char *why, void *data), void *data)
{
	const GArray *values = row->values[kernel];
	struct outlier_scale is = outlier_scale_of(row->series[kernel].sorted, values->len);

	for (guint i = 0; i < values->len; i++) {
		double value = g_array_index(values, double, i);
		double score = outlier_score(&is, value);
		g_autofree char *why =
			fabs(score) > OUTLIER_SCORE ? why_text(row, &is, value, score) : NULL;

		if (why)
			fn(&g_array_index(row->origins[kernel], struct origin, i), why, data);
	}
}

/* Where the paragraphs of a series go. */
struct listing {
	GString *out;
	const char *kernel, *metric;
};

static void add_paragraph(const struct origin *origin, const char *why, void *data)
{
	const struct listing *to = data;
	g_autofree char *text = g_strdup_printf("sample %" G_GINT64_FORMAT ", %s, %s: %s",
						origin->sample, to->kernel, to->metric, why);

	text_paragraph(to->out, "  -", INDENT, text);
}

void outlier_paragraphs(GString *out, const struct report *report, const struct row *row,
			guint kernel)
{
	struct listing listing = {out, report_kernel(report, kernel), row->metric};

	outliers_of(row, kernel, add_paragraph, &listing);
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
