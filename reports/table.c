// SPDX-License-Identifier: GPL-2.0-only
/* The comparison table: metrics down, kernels side by side. */
#include "reports/print.h"
#include "reports/scale.h"
#include "reports/text.h"

#include <math.h>
#include <string.h>

#define INDENT	   2
#define GAP	   3 /* between columns */
#define NO_VALUE   "-"
#define PLUS_MINUS "±"

/* What one kernel's column says in one row. Empty texts where there is nothing to say. */
struct entry {
	char *speedup, *number, *spread;
};

/* A kernel's column, and how wide its parts are. */
struct column {
	char *title;
	struct entry *entries; /* one a row */
	guint speedup, number, spread, width;
};

struct table {
	const struct group *group;
	guint n_rows, n_columns;
	guint label, unit; /* widths */
	const char **units;
	struct column *columns;
};

/* ---- texts ---- */

static char *spread_text(const struct stats *stats)
{
	double percent = stats_percent(stats);

	if (isnan(percent))
		return g_strdup("");
	return g_strdup_printf("(" PLUS_MINUS " %.1f%%)", percent);
}

static void fill_entry(struct entry *entry, const struct row *row, guint kernel,
		       const struct stats *stats, const struct scale *scale)
{
	entry->number = stats->n ? scale_number(scale, stats->mean) : g_strdup(NO_VALUE);
	entry->spread = spread_text(stats);
	entry->speedup =
		kernel ? compare_speedup_text(&row->versus[kernel], row->better) : g_strdup("");
}

static void fill_row(struct table *table, guint r)
{
	const struct row *row = table->group->rows->pdata[r];
	g_autofree struct stats *stats = g_new(struct stats, table->n_columns);
	g_autofree double *means = g_new(double, table->n_columns);

	for (guint k = 0; k < table->n_columns; k++) {
		stats[k] = row_stats(row, k);
		means[k] = stats[k].mean;
	}
	struct scale scale = scale_for(row->unit, means, table->n_columns);

	table->units[r] = scale.unit;
	for (guint k = 0; k < table->n_columns; k++)
		fill_entry(&table->columns[k].entries[r], row, k, &stats[k], &scale);
}

/* ---- widths ---- */

static void widen(guint *width, const char *text)
{
	*width = MAX(*width, text_columns(text));
}

static void measure_column(struct column *column, const struct table *table, bool is_base)
{
	column->speedup = is_base ? 0 : strlen("speedup");
	for (guint r = 0; r < table->n_rows; r++) {
		widen(&column->speedup, column->entries[r].speedup);
		widen(&column->number, column->entries[r].number);
		widen(&column->spread, column->entries[r].spread);
	}
	guint value = column->number + 1 + table->unit + (column->spread ? 1 + column->spread : 0);
	guint speedup = is_base ? 0 : column->speedup + GAP;

	column->width = speedup + MAX(value, strlen("average"));
	widen(&column->width, column->title);
}

static void measure(struct table *table)
{
	table->label = strlen("metric");
	for (guint r = 0; r < table->n_rows; r++) {
		const struct row *row = table->group->rows->pdata[r];

		widen(&table->label, row->metric);
		widen(&table->unit, table->units[r]);
	}
	for (guint k = 0; k < table->n_columns; k++)
		measure_column(&table->columns[k], table, k == 0);
}

/* ---- lines ---- */

static void begin_line(GString *out, const struct table *table, const char *label)
{
	text_repeat(out, ' ', INDENT);
	text_left(out, label, table->label);
}

static void print_titles(GString *out, const struct table *table)
{
	begin_line(out, table, "");
	for (guint k = 0; k < table->n_columns; k++) {
		text_repeat(out, ' ', GAP);
		text_centre(out, table->columns[k].title, table->columns[k].width);
	}
	text_end_line(out);
	begin_line(out, table, "");
	for (guint k = 0; k < table->n_columns; k++) {
		text_repeat(out, ' ', GAP);
		text_repeat(out, '-', table->columns[k].width);
	}
	text_end_line(out);
}

static void print_headings(GString *out, const struct table *table)
{
	begin_line(out, table, "metric");
	for (guint k = 0; k < table->n_columns; k++) {
		const struct column *column = &table->columns[k];

		text_repeat(out, ' ', GAP);
		text_right(out, k ? "speedup" : "", column->speedup);
		text_right(out, "average", column->width - column->speedup);
	}
	text_end_line(out);
}

static void print_entry(GString *out, const struct column *column, const struct entry *entry,
			const char *unit, guint unit_width)
{
	g_autoptr(GString) value = g_string_new(NULL);

	text_right(value, entry->number, column->number);
	g_string_append_c(value, ' ');
	text_left(value, strcmp(entry->number, NO_VALUE) ? unit : "", unit_width);
	if (column->spread) {
		g_string_append_c(value, ' ');
		text_right(value, entry->spread, column->spread);
	}
	text_repeat(out, ' ', GAP);
	text_right(out, entry->speedup, column->speedup);
	text_right(out, value->str, column->width - column->speedup);
}

static void print_rows(GString *out, const struct table *table)
{
	for (guint r = 0; r < table->n_rows; r++) {
		const struct row *row = table->group->rows->pdata[r];

		begin_line(out, table, row->metric);
		for (guint k = 0; k < table->n_columns; k++)
			print_entry(out, &table->columns[k], &table->columns[k].entries[r],
				    table->units[r], table->unit);
		text_end_line(out);
	}
}

/* ---- around it ---- */

static guint good_samples(const struct table *table)
{
	guint good = 0;

	for (guint k = 0; k < table->n_columns; k++)
		good += table->group->good[k];
	return good;
}

static void print_heading(GString *out, const struct report *report, const struct table *table)
{
	const struct group *group = table->group;
	g_autofree char *params = group_params_text(group);
	g_autofree char *title = g_strdup_printf("%s%s%s", member_text(group->scenario, "name"),
						 *params ? ", " : "", params);
	g_autofree char *counts =
		g_strdup_printf("%u good samples, %u failed", good_samples(table), group->failed);
	g_autofree char *odd =
		report->mixed ? g_strdup("") : facts_that_differ(report, group->environment);
	guint width = text_columns(title) + GAP + text_columns(counts);

	text_left(out, title, text_columns(title) + GAP);
	if (width <= TEXT_WIDTH)
		text_repeat(out, ' ', TEXT_WIDTH - width);
	else
		g_string_append(out, "\n  ");
	g_string_append(out, counts);
	text_end_line(out);
	if (*odd)
		text_paragraph(out, "  environment: ", strlen("  environment: "), odd);
	g_string_append_c(out, '\n');
}

/* A mean of fewer samples than the column says is told. */
static void print_gaps(GString *out, const struct report *report, const struct table *table)
{
	for (guint r = 0; r < table->n_rows; r++) {
		const struct row *row = table->group->rows->pdata[r];

		for (guint k = 0; k < table->n_columns; k++) {
			guint n = row->values[k]->len, good = table->group->good[k];

			if (n && n < good)
				g_string_append_printf(out, "  %s of %s: n=%u\n", row->metric,
						       report_kernel(report, k), n);
		}
	}
}

/* How the main metric changed: what the speedup's one digit does not say. */
static void print_change(GString *out, const struct report *report, const struct group *group)
{
	const struct row *row = group_main_row(group);

	for (guint k = 1; row && k < report->n_kernels; k++) {
		const struct comparison *c = &row->versus[k];
		g_autofree char *change = compare_change_text(c);
		g_autofree char *p = compare_p_text(c->p), *holm = compare_p_text(c->p_holm);
		g_autofree char *tested = g_strdup_printf(", p %s, corrected %s", p, holm);
		g_autofree char *text =
			g_strdup_printf("%s of %s: %s%s", row->metric, report_kernel(report, k),
					change, c->exact ? "" : tested);

		if (c->base.n && c->this.n)
			text_paragraph(out, " ", 2, text);
	}
}

static void table_build(struct table *table, const struct report *report, const struct group *group)
{
	table->group = group;
	table->n_rows = group->rows->len;
	table->n_columns = report->n_kernels;
	table->units = g_new0(const char *, table->n_rows);
	table->columns = g_new0(struct column, table->n_columns);
	for (guint k = 0; k < table->n_columns; k++) {
		table->columns[k].entries = g_new0(struct entry, table->n_rows);
		table->columns[k].title =
			g_strdup_printf("%s (n=%u)", report_kernel(report, k), group->good[k]);
	}
	for (guint r = 0; r < table->n_rows; r++)
		fill_row(table, r);
	measure(table);
}

static void table_clear(struct table *table)
{
	for (guint k = 0; k < table->n_columns; k++) {
		for (guint r = 0; r < table->n_rows; r++) {
			g_free(table->columns[k].entries[r].speedup);
			g_free(table->columns[k].entries[r].number);
			g_free(table->columns[k].entries[r].spread);
		}
		g_free(table->columns[k].entries);
		g_free(table->columns[k].title);
	}
	g_free(table->columns);
	g_free(table->units);
}

void print_table(GString *out, const struct report *report, const struct group *group)
{
	struct table table = {0};

	table_build(&table, report, group);
	print_heading(out, report, &table);
	if (table.n_rows) {
		print_titles(out, &table);
		print_headings(out, &table);
		print_rows(out, &table);
		print_gaps(out, report, &table);
		print_change(out, report, group);
	} else {
		g_string_append(out, "  no good sample\n");
	}
	g_string_append_c(out, '\n');
	print_outliers(out, report, group);
	table_clear(&table);
}
