// SPDX-License-Identifier: GPL-2.0-only
#include "reports/format.h"

#include <string.h>

static const struct report_format formats[] = {
	{"text", "every metric, kernels side by side", format_text},
	{"cover", "for a cover letter: by thread count where that was swept", format_cover},
	{"markdown", "the tables for a web page", format_markdown},
	{"csv", "a line for each value of each sample", format_csv},
	{"json", "all numbers for scripts, in base units", format_json},
	{"html", "one file with tables, plots and logs", format_html},
	{"mmtests", "Amean and Hmean, as mmtests compares kernels", format_mmtests},
	{"commit", "a few lines for a commit message", format_commit},
};

const struct report_format *report_format_find(const char *name, GError **err)
{
	g_autoptr(GString) names = g_string_new(NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(formats); i++) {
		if (!name || !strcmp(formats[i].name, name))
			return &formats[i];
		g_string_append_printf(names, "%s%s", i ? ", " : "", formats[i].name);
	}
	bl_fail(err, BL_ERROR_INPUT, "--format %s: there are %s", name, names->str);
	return NULL;
}

char *report_formats_text(void)
{
	g_autoptr(GString) text = g_string_new("Formats:\n");

	for (size_t i = 0; i < G_N_ELEMENTS(formats); i++)
		g_string_append_printf(text, "  %-9s %s\n", formats[i].name, formats[i].summary);
	return g_string_free(g_steal_pointer(&text), FALSE);
}

void format_each(GString *out, const struct report_set *set, const char *between,
		 void (*print)(GString *out, const struct report *report,
			       const struct report_set *set))
{
	for (guint i = 0; i < set->reports->len; i++) {
		g_string_append(out, i ? between : "");
		print(out, set->reports->pdata[i], set);
	}
}

GPtrArray *format_rows(const struct group *group, const struct report_opts *opts)
{
	GPtrArray *rows = g_ptr_array_new();
	const struct row *row;

	for (int i = 0; opts->metrics && opts->metrics[i]; i++)
		if ((row = group_row(group, opts->metrics[i])))
			g_ptr_array_add(rows, (gpointer)row);
	if (!opts->metrics && (row = group_main_row(group)))
		g_ptr_array_add(rows, (gpointer)row);
	return rows;
}
