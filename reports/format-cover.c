// SPDX-License-Identifier: GPL-2.0-only
/*
 * For a cover letter: plain text. Where parameters were swept, they go down and the kernels
 * side by side, as VFIO's and mm's authors post it:
 *
 *                   patch 1                   patch 2
 *          -----------------------   -----------------------
 *     thr  speedup     average sec   speedup     average sec
 *       1             65.0 (± 0.6%)             65.2 (± 0.5%)
 *       2     1.5x    42.8 (± 5.8%)     1.8x    36.0 (± 0.9%)
 *
 * The closing parenthesis hangs over into the gap.
 */
#include "lab/protocol.h"
#include "reports/format.h"
#include "reports/print.h"
#include "reports/scale.h"
#include "reports/sweep.h"
#include "reports/text.h"

#include <math.h>
#include <string.h>

#define INDENT	 2
#define KEY_GAP	 2 /* after each parameter */
#define GAP	 3 /* between columns */
#define HEAD_GAP 5 /* between the headings of a column */
#define SPEEDUP	 "speedup"
#define NO_VALUE "-"

/* At most so many digits in a number that another of its column makes long. */
#define DIGITS_MAX 5

/* A metric of a kernel. */
struct column {
	struct scale scale;
	int decimals;
	char *heading; /* "average sec" */
	guint spread;  /* width of the widest "(± 5.8%)" */
	guint average; /* width of what is right of the speedup */
};

struct cover {
	const struct sweep *sweep;
	struct column *columns; /* of each kernel, each metric */
	guint *keys;		/* widths */
};

static struct column *column_of(const struct cover *cover, guint kernel, guint metric)
{
	return &cover->columns[kernel * cover->sweep->metrics->len + metric];
}

static guint column_width(const struct column *column)
{
	return strlen(SPEEDUP) + column->average;
}

/* ---- texts ---- */

static const char *key_heading(const char *param)
{
	return is_thread_count(param) ? "thr" : param;
}

static char *number_text(const struct column *column, const struct stats *stats)
{
	return stats->n ? g_strdup_printf("%.*f", column->decimals,
					  stats->mean / column->scale.factor)
			: g_strdup(NO_VALUE);
}

static char *spread_text(const struct stats *stats)
{
	double percent = stats_percent(stats);

	return isnan(percent) ? g_strdup("") : g_strdup_printf("(±%4.1f%%)", percent);
}

static struct stats cell_stats(const struct sweep_cell *cell)
{
	return cell->series ? cell->series->stats : stats_of(NULL, 0);
}

static char *speedup_of(const struct sweep_cell *cell)
{
	return cell->compared ? compare_speedup_text(&cell->versus, cell->row->better)
			      : g_strdup("");
}

/* ---- widths ---- */

/* Three digits for the smallest mean, but no more than DIGITS_MAX for the largest. */
static int decimals_for(const double *means, guint n, double factor)
{
	double smallest = INFINITY, largest = 0;

	for (guint i = 0; i < n; i++) {
		double value = fabs(means[i]) / factor;

		if (value > 0) /* not NaN */
			smallest = fmin(smallest, value);
		largest = fmax(largest, value);
	}
	if (!(largest > 0))
		return 0;
	int wanted = 2 - (int)floor(log10(smallest)), before = 1 + (int)floor(log10(largest));

	return CLAMP(wanted, 0, CLAMP(DIGITS_MAX - before, 0, 3));
}

/* What no clock has shown must not pass for it. */
static const char *heading_of(const char *metric)
{
	return g_str_has_prefix(metric, PROTOCOL_PROJECTED) ? "projected" : "average";
}

/* All kernels' columns of one metric have one unit and one number of decimals. */
static void scale_metric(struct cover *cover, guint metric)
{
	const struct sweep *sweep = cover->sweep;
	guint kernels = sweep->report->n_kernels, n = sweep->groups->len * kernels;
	g_autofree double *means = g_new(double, n);
	const char *what = heading_of(sweep->metrics->pdata[metric]), *unit = "";

	for (guint i = 0; i < n; i++) {
		const struct sweep_cell *cell = sweep_cell(sweep, i / kernels, i % kernels, metric);

		means[i] = cell_stats(cell).mean;
		unit = cell->row ? cell->row->unit : unit;
	}
	struct scale scale = scale_for(unit, means, n);

	for (guint k = 0; k < kernels; k++) {
		struct column *column = column_of(cover, k, metric);
		const char *shown = strcmp(scale.unit, "s") ? scale.unit : "sec";

		column->scale = scale;
		column->decimals = decimals_for(means, n, scale.factor);
		column->heading = g_strjoin(*shown ? " " : NULL, what, shown, NULL);
	}
}

static void measure_column(struct cover *cover, guint kernel, guint metric)
{
	struct column *column = column_of(cover, kernel, metric);
	guint number = 0;

	for (guint r = 0; r < cover->sweep->groups->len; r++) {
		struct stats stats = cell_stats(sweep_cell(cover->sweep, r, kernel, metric));
		g_autofree char *mean = number_text(column, &stats), *spread = spread_text(&stats);

		number = MAX(number, text_columns(mean));
		column->spread = MAX(column->spread, text_columns(spread));
	}
	/* Less the parenthesis that hangs over, and with a gap of its own before. */
	guint value = number + column->spread + KEY_GAP;

	column->average = MAX(HEAD_GAP + text_columns(column->heading), value);
}

static void measure(struct cover *cover)
{
	const struct sweep *sweep = cover->sweep;

	for (guint m = 0; m < sweep->metrics->len; m++) {
		scale_metric(cover, m);
		for (guint k = 0; k < sweep->report->n_kernels; k++)
			measure_column(cover, k, m);
	}
	for (guint i = 0; i < sweep->keys->len; i++) {
		cover->keys[i] = text_columns(key_heading(sweep->keys->pdata[i]));
		for (guint r = 0; r < sweep->groups->len; r++) {
			g_autofree char *value =
				group_param_text(sweep->groups->pdata[r], sweep->keys->pdata[i]);

			cover->keys[i] = MAX(cover->keys[i], text_columns(value));
		}
	}
}

static guint kernel_width(const struct cover *cover, guint kernel)
{
	guint width = 0;

	for (guint m = 0; m < cover->sweep->metrics->len; m++)
		width += (m ? GAP : 0) + column_width(column_of(cover, kernel, m));
	return width;
}

/* ---- lines ---- */

/* Begins a line with its parameters; row -1: blanks, -2: their headings. */
static guint begin_line(GString *out, const struct cover *cover, int row)
{
	const struct sweep *sweep = cover->sweep;
	gsize start = out->len;

	text_repeat(out, ' ', INDENT);
	for (guint i = 0; i < sweep->keys->len; i++) {
		const char *key = sweep->keys->pdata[i];
		g_autofree char *text = row < 0 ? g_strdup(row == -2 ? key_heading(key) : "")
						: group_param_text(sweep->groups->pdata[row], key);

		text_right(out, text, cover->keys[i]);
		text_repeat(out, ' ', KEY_GAP);
	}
	return out->len - start;
}

/* Blanks up to a column of the line that began at `line`. */
static void go_to(GString *out, gsize line, guint column)
{
	guint at = text_columns(out->str + line);

	text_repeat(out, ' ', column > at ? column - at : 0);
}

static void print_titles(GString *out, const struct cover *cover)
{
	begin_line(out, cover, -1);
	for (guint k = 0; k < cover->sweep->report->n_kernels; k++) {
		g_autofree char *title = kernel_title(cover->sweep->report, k);

		text_repeat(out, ' ', k ? GAP : 0);
		text_centre(out, title, kernel_width(cover, k));
	}
	text_end_line(out);
	begin_line(out, cover, -1);
	for (guint k = 0; k < cover->sweep->report->n_kernels; k++) {
		text_repeat(out, ' ', k ? GAP : 0);
		text_repeat(out, '-', kernel_width(cover, k));
	}
	text_end_line(out);
}

/* Which metric each column is of, where there are several. */
static void print_metrics(GString *out, const struct cover *cover)
{
	const struct sweep *sweep = cover->sweep;

	if (sweep->metrics->len < 2)
		return;
	begin_line(out, cover, -1);
	for (guint k = 0; k < sweep->report->n_kernels; k++)
		for (guint m = 0; m < sweep->metrics->len; m++) {
			text_repeat(out, ' ', k || m ? GAP : 0);
			text_centre(out, sweep->metrics->pdata[m],
				    column_width(column_of(cover, k, m)));
		}
	text_end_line(out);
}

static void print_headings(GString *out, const struct cover *cover)
{
	begin_line(out, cover, -2);
	for (guint k = 0; k < cover->sweep->report->n_kernels; k++)
		for (guint m = 0; m < cover->sweep->metrics->len; m++) {
			const struct column *column = column_of(cover, k, m);

			text_repeat(out, ' ', k || m ? GAP : 0);
			g_string_append(out, SPEEDUP);
			text_right(out, column->heading, column->average);
		}
	text_end_line(out);
}

static void print_cell(GString *out, const struct column *column, const struct sweep_cell *cell)
{
	struct stats stats = cell_stats(cell);
	g_autofree char *speedup = speedup_of(cell), *mean = number_text(column, &stats);
	g_autofree char *spread = spread_text(&stats);

	text_right(out, speedup, strlen(SPEEDUP));
	text_right(out, mean, column->average - column->spread);
	g_string_append_c(out, ' ');
	text_right(out, spread, column->spread);
}

static void print_row(GString *out, const struct cover *cover, guint row)
{
	gsize line = out->len;
	guint column = begin_line(out, cover, row);

	for (guint k = 0; k < cover->sweep->report->n_kernels; k++)
		for (guint m = 0; m < cover->sweep->metrics->len; m++) {
			go_to(out, line, column);
			print_cell(out, column_of(cover, k, m),
				   sweep_cell(cover->sweep, row, k, m));
			column += column_width(column_of(cover, k, m)) + GAP;
		}
	text_end_line(out);
}

void cover_sweep(GString *out, const struct sweep *sweep)
{
	guint columns = sweep->report->n_kernels * sweep->metrics->len;
	struct cover cover = {sweep, g_new0(struct column, columns),
			      g_new0(guint, sweep->keys->len)};

	measure(&cover);
	print_titles(out, &cover);
	print_metrics(out, &cover);
	print_headings(out, &cover);
	for (guint r = 0; r < sweep->groups->len; r++) {
		if (r && sweep->keys->len > 1 && sweep_begins_block(sweep, r))
			g_string_append_c(out, '\n');
		print_row(out, &cover, r);
	}
	g_string_append_c(out, '\n');
	for (guint i = 0; i < columns; i++)
		g_free(cover.columns[i].heading);
	g_free(cover.columns);
	g_free(cover.keys);
}

/* ---- below ---- */

/* How many samples the averages that there are are of: "6", "3 to 6". */
static char *samples_text(const struct sweep *sweep)
{
	guint cells = sweep->groups->len * sweep->report->n_kernels * sweep->metrics->len;
	guint fewest = G_MAXUINT, most = 0;

	for (guint i = 0; i < cells; i++) {
		guint n = sweep->cells[i].series ? sweep->cells[i].series->stats.n : 0;

		fewest = n ? MIN(fewest, n) : fewest;
		most = MAX(most, n);
	}
	return fewest >= most ? g_strdup_printf("%u", most)
			      : g_strdup_printf("%u to %u", fewest, most);
}

static const char *against_note(const struct sweep *sweep)
{
	if (sweep->base_reused)
		return ", its first row where it has no other";
	return sweep->own_first && sweep->keys->len > 1 ? " of each block" : "";
}

static void print_test(GString *out, const struct sweep *sweep)
{
	const struct group *group = sweep->groups->pdata[0];
	g_autofree char *fixed = sweep_fixed_text(sweep);
	g_autofree char *odd = sweep->report->mixed
				       ? g_strdup("")
				       : facts_that_differ(sweep->report, group->environment);
	g_autoptr(GString) text = g_string_new(member_text(group->scenario, "name"));

	for (guint m = 0; m < sweep->metrics->len; m++)
		g_string_append_printf(text, "%s%s", m ? ", " : ": ",
				       (char *)sweep->metrics->pdata[m]);
	g_autofree char *n = samples_text(sweep);

	g_string_append_printf(text, ", average of %s samples", n);
	g_string_append_printf(text, "%s%s%s%s; speedup is against %s%s", *fixed ? "; " : "", fixed,
			       *odd ? "; " : "", odd,
			       sweep->own_first ? "the same kernel's first row"
						: report_kernel(sweep->report, 0),
			       against_note(sweep));
	text_paragraph(out, "Test", PRINT_FACTS_INDENT, text->str);
}

/* Those of the cells that are shown. */
static void print_outlying(GString *out, const struct sweep *sweep)
{
	for (guint r = 0; r < sweep->groups->len; r++)
		for (guint k = 0; k < sweep->report->n_kernels; k++)
			for (guint m = 0; m < sweep->metrics->len; m++) {
				const struct sweep_cell *cell = sweep_cell(sweep, r, k, m);

				if (cell->series)
					outlier_paragraphs(out, sweep->report, cell->row, k);
			}
}

static void append_significance(GString *text, const struct sweep *sweep)
{
	guint asked = 0, shown = 0, too_few = 0;
	guint cells = sweep->groups->len * sweep->report->n_kernels * sweep->metrics->len;

	for (guint i = 0; i < cells; i++) {
		asked += sweep->cells[i].compared && !isnan(sweep->cells[i].versus.p);
		shown += sweep->cells[i].compared && sweep->cells[i].versus.shown;
		too_few += sweep->cells[i].compared && sweep->cells[i].versus.too_few;
	}
	if (sweep->report->test->exact) {
		g_string_append_printf(text,
				       "%u of %u speedups are differences, = where there is none",
				       shown, asked);
		return;
	}
	g_string_append_printf(text, "%u of %u speedups are differences at %.0f %% (%s, Holm)",
			       shown, asked, 100 * TEST_ALPHA, sweep->report->test->title);
	if (too_few)
		g_string_append_printf(text, "; ?: too few samples to show any, -n %u would do",
				       compare_samples_needed(sweep->report->test, asked));
	if (asked > shown + too_few)
		g_string_append(text, "; ~: none shown");
}

static void print_all_outlying(GString *out, const GPtrArray *sweeps)
{
	g_autoptr(GString) list = g_string_new(NULL);

	for (guint i = 0; i < sweeps->len; i++)
		print_outlying(list, sweeps->pdata[i]);
	if (list->len)
		g_string_append_printf(out, PRINT_OUTLIERS_HEADING "\n%s\n", list->str);
}

static void print_report(GString *out, const struct report *report, const struct report_set *set)
{
	g_autoptr(GPtrArray) sweeps = sweeps_of(report, set);

	for (guint i = 0; i < sweeps->len; i++)
		cover_sweep(out, sweeps->pdata[i]);
	for (guint i = 0; i < report->groups->len; i++)
		if (!sweeps_have(sweeps, report->groups->pdata[i]))
			print_table(out, report, report->groups->pdata[i]);
	print_failures(out, report);
	print_all_outlying(out, sweeps);
	for (guint i = 0; i < sweeps->len; i++) {
		g_autoptr(GString) text = g_string_new(NULL);

		print_test(out, sweeps->pdata[i]);
		append_significance(text, sweeps->pdata[i]);
		text_paragraph(out, "Significance", PRINT_FACTS_INDENT, text->str);
	}
	if (!sweeps->len)
		print_significance(out, report, report_threshold(report, set->opts));
	print_facts(out, report, db_path(set->db));
}

bool format_cover(GString *out, const struct report_set *set, GError **err)
{
	(void)err;
	format_each(out, set, "\n", print_report);
	return true;
}
