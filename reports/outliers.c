// SPDX-License-Identifier: GPL-2.0-only
/* Samples whose values lie far from the others': named with the reason, and averaged. */
#include "reports/outlier.h"
#include "reports/print.h"
#include "reports/scale.h"
#include "reports/text.h"

#include <math.h>

#define INDENT 4

char *outlier_text(const struct row *row, guint kernel, guint i)
{
	GArray *values = row->values[kernel];
	struct outlier_scale is = outlier_scale_of((const double *)values->data, values->len);
	double value = g_array_index(values, double, i), score = outlier_score(&is, value);
	struct scale scale = scale_for(row->unit, &value, 1);
	g_autofree char *number = scale_number(&scale, value);
	g_autofree char *median = scale_number(&scale, is.median);

	if (!(fabs(score) > OUTLIER_SCORE))
		return NULL;
	return g_strdup_printf("%s%s%s, where the median is %s: modified z-score %+.1f", number,
			       *scale.unit ? " " : "", scale.unit, median, score);
}

void outlier_paragraphs(GString *out, const struct report *report, const struct row *row,
			guint kernel)
{
	GArray *origins = row->origins[kernel];

	for (guint i = 0; i < origins->len; i++) {
		g_autofree char *why = outlier_text(row, kernel, i);
		g_autofree char *text =
			why ? g_strdup_printf("sample %d, %s, %s: %s",
					      (int)g_array_index(origins, struct origin, i).sample,
					      report_kernel(report, kernel), row->metric, why)
			    : NULL;

		if (text)
			text_paragraph(out, "  -", INDENT, text);
	}
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
