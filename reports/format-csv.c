// SPDX-License-Identifier: GPL-2.0-only
/*
 * CSV by RFC 4180: a heading, then a line for each value of each good sample that counts.
 * Values are in base units (s, B, B/s); params are "name=value" with blanks between; outlier
 * is the modified z-score where it is beyond the threshold, else empty.
 */
#include "reports/format.h"
#include "reports/outlier.h"

#include <math.h>
#include <string.h>

#define LINE_END "\r\n"

static void append_field(GString *out, const char *text)
{
	g_auto(GStrv) parts = g_strsplit(text, "\"", -1);
	g_autofree char *doubled = g_strjoinv("\"\"", parts);

	if (strpbrk(text, ",\"\r\n"))
		g_string_append_printf(out, "\"%s\",", doubled);
	else
		g_string_append_printf(out, "%s,", text);
}

/*
 * As few digits as give the same number again, up to the 15 that a decimal number keeps in a
 * double: the 16th is only what the conversion from ns left.
 */
static void append_number(GString *out, double value)
{
	char text[G_ASCII_DTOSTR_BUF_SIZE];

	for (int digits = 6; digits <= 15; digits++) {
		g_autofree char *format = g_strdup_printf("%%.%dg", digits);

		g_ascii_formatd(text, sizeof(text), format, value);
		if (g_ascii_strtod(text, NULL) == value)
			break;
	}
	append_field(out, text);
}

static char *params_text(const struct group *group)
{
	g_autoptr(GString) text = g_string_new(NULL);
	const char *name;
	json_t *value;

	json_object_foreach (group->params, name, value) {
		g_autofree char *shown = json_is_string(value)
						 ? g_strdup(json_string_value(value))
						 : g_strdup_printf("%" JSON_INTEGER_FORMAT,
								   json_integer_value(value));

		g_string_append_printf(text, "%s%s=%s", text->len ? " " : "", name, shown);
	}
	return g_string_free(g_steal_pointer(&text), FALSE);
}

static void append_int(GString *out, gint64 value)
{
	g_string_append_printf(out, "%" G_GINT64_FORMAT ",", value);
}

/* What all lines of a series have before their own. */
static char *series_prefix(const struct report *report, const struct group *group, guint kernel)
{
	g_autoptr(GString) text = g_string_new(NULL);
	g_autofree char *params = params_text(group);

	append_int(text, member_int(report->about, "id"));
	append_field(text, member_text(group->scenario, "name"));
	append_field(text, params);
	append_field(text, report_kernel(report, kernel));
	if (group->environment)
		append_int(text, group->environment);
	else
		append_field(text, "");
	return g_string_free(g_steal_pointer(&text), FALSE);
}

static void append_series(GString *out, const struct report *report, const struct group *group,
			  const struct row *row, guint kernel)
{
	const GArray *values = row->values[kernel];
	struct outlier_scale scale = outlier_scale_of(row->series[kernel].sorted, values->len);
	g_autofree char *prefix = series_prefix(report, group, kernel);

	for (guint i = 0; i < values->len; i++) {
		const struct origin *origin =
			&g_array_index(row->origins[kernel], struct origin, i);
		double value = g_array_index(values, double, i);
		double score = outlier_score(&scale, value);

		g_string_append(out, prefix);
		append_int(out, origin->iteration);
		append_int(out, origin->sample);
		append_field(out, row->metric);
		append_number(out, value);
		append_field(out, row->unit);
		append_field(out, row->better);
		if (fabs(score) > OUTLIER_SCORE)
			g_string_append_printf(out, "%.1f", score);
		g_string_append(out, LINE_END);
	}
}

static void append_report(GString *out, const struct report *report)
{
	for (guint g = 0; g < report->groups->len; g++) {
		const struct group *group = report->groups->pdata[g];

		for (guint r = 0; r < group->rows->len; r++)
			for (guint k = 0; k < report->n_kernels; k++)
				append_series(out, report, group, group->rows->pdata[r], k);
	}
}

bool format_csv(GString *out, const struct report_set *set, GError **err)
{
	(void)err;
	g_string_append(out, "campaign,scenario,params,kernel,environment,iteration,sample,metric,"
			     "value,unit,better,outlier" LINE_END);
	for (guint i = 0; i < set->reports->len; i++)
		append_report(out, set->reports->pdata[i]);
	return true;
}
