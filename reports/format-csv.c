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

#define DIGITS_LEAST 6

/* How many significant digits a number in decimal has, without zeros at its end. */
static int digits_of(const char *text)
{
	int digits = 0, zeros = 0;

	for (; *text && *text != 'e'; text++) {
		if (!g_ascii_isdigit(*text) || (!digits && *text == '0'))
			continue;
		zeros = *text == '0' ? zeros + 1 : 0;
		digits++;
	}
	return digits - zeros;
}

/*
 * As few digits as give the same number again, up to the 15 that a decimal number keeps in a
 * double: the 16th is only what the conversion from ns left.
 */
static void append_number(GString *out, double value)
{
	char text[G_ASCII_DTOSTR_BUF_SIZE], format[8];

	g_ascii_formatd(text, sizeof(text), "%.15g", value);
	/* With fewer digits in the format a large number may have an exponent. */
	if (fabs(value) >= 1e6 && g_ascii_strtod(text, NULL) == value) {
		g_snprintf(format, sizeof(format), "%%.%dg", MAX(digits_of(text), DIGITS_LEAST));
		g_ascii_formatd(text, sizeof(text), format, value);
	}
	g_string_append(out, text);
	g_string_append_c(out, ',');
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
	char text[32];

	g_snprintf(text, sizeof(text), "%" G_GINT64_FORMAT ",", value);
	g_string_append(out, text);
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

/* What follows a value. */
static char *series_suffix(const struct row *row)
{
	g_autoptr(GString) text = g_string_new(NULL);

	append_field(text, row->unit);
	append_field(text, row->better);
	return g_string_free(g_steal_pointer(&text), FALSE);
}

static void append_series(GString *out, const struct report *report, const struct group *group,
			  const struct row *row, guint kernel)
{
	const struct series *series = &row->series[kernel];
	struct outlier_scale scale = outlier_scale_of(series->sorted, series->stats.n);
	g_autofree char *prefix = series_prefix(report, group, kernel);
	g_autofree char *suffix = series_suffix(row);
	g_autoptr(GString) metric = g_string_new(NULL);

	append_field(metric, row->metric);
	for (guint i = 0; i < series->stats.n; i++) {
		const struct origin *origin =
			&g_array_index(row->origins[kernel], struct origin, i);
		double score = outlier_score(&scale, series->values[i]);

		g_string_append(out, prefix);
		append_int(out, origin->iteration);
		append_int(out, origin->sample);
		g_string_append(out, metric->str);
		append_number(out, series->values[i]);
		g_string_append(out, suffix);
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
