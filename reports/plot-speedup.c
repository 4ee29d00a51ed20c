// SPDX-License-Identifier: GPL-2.0-only
/*
 * Speedup by thread count against the kernel's own first row, its 95 % interval, and the
 * ideal: twice the threads, twice as fast.
 */
#include "reports/plot.h"
#include "reports/sweep.h"

#include "lab/protocol.h"

#include <math.h>
#include <string.h>

#define HEIGHT 480

/* Threads that make nothing faster have no speedup to look at. */
#define LEAST_SPEEDUP 1.05

/* Rows of a sweep that differ in threads alone: from `first` up to `end`. */
struct block {
	const struct sweep *sweep;
	guint metric, first, end;
};

static gint64 threads_of(const struct block *block, guint row)
{
	const struct group *group = block->sweep->groups->pdata[row];

	return member_int(group->params, block->sweep->keys->pdata[block->sweep->keys->len - 1]);
}

/* The change of a time or a rate in percent as a factor of speed. */
static double speed_factor(double change, const char *better)
{
	double ratio = 1 + change / 100;

	return strcmp(better, PROTOCOL_BETTER_HIGHER) ? 1 / ratio : ratio;
}

/* The speedup and its interval; NaN where there is none. */
static void speedup_of(const struct sweep_cell *cell, bool is_first, double *speedup,
		       struct bounds *bounds)
{
	const struct comparison *c = &cell->versus;

	*speedup = is_first && cell->series && cell->series->stats.n ? 1 : NAN;
	*bounds = (struct bounds){*speedup, *speedup};
	if (!cell->compared)
		return;
	double a = speed_factor(c->change_bounds.low, cell->row->better);
	double b = speed_factor(c->change_bounds.high, cell->row->better);

	*speedup = stats_speedup(&c->base, &c->this, cell->row->better);
	*bounds = isnan(a) ? (struct bounds){*speedup, *speedup}
			   : (struct bounds){fmin(a, b), fmax(a, b)};
}

/* threads, ideal, then speedup, low and high of each kernel. Returns the largest speedup. */
static double append_data(GString *data, const struct block *block)
{
	double best = 0;

	g_string_append(data, "# threads, ideal, then of each kernel: speedup, low, high\n");
	for (guint r = block->first; r < block->end; r++) {
		gint64 threads = threads_of(block, r);

		g_string_append_printf(data, "%" G_GINT64_FORMAT, threads);
		plot_number(data, (double)threads / threads_of(block, block->first));
		for (guint k = 0; k < block->sweep->report->n_kernels; k++) {
			struct bounds bounds;
			double speedup;

			speedup_of(sweep_cell(block->sweep, r, k, block->metric), r == block->first,
				   &speedup, &bounds);
			plot_number(data, speedup);
			plot_number(data, bounds.low);
			plot_number(data, bounds.high);
			best = fmax(best, speedup);
		}
		g_string_append_c(data, '\n');
	}
	return best;
}

static void append_axes(GString *script, const struct block *block, double best)
{
	double ideal = (double)threads_of(block, block->end - 1) / threads_of(block, block->first);
	double from = threads_of(block, block->first), to = threads_of(block, block->end - 1);

	g_string_append_printf(script,
			       "set border 3\nset grid ytics back lc rgb '#DDDDDD' lt 1\n"
			       "set xlabel 'threads'\nset ylabel 'speedup against %g thread%s'\n"
			       "set key top left Left reverse\nset xtics nomirror (",
			       from, from == 1 ? "" : "s");
	for (guint r = block->first; r < block->end; r++)
		g_string_append_printf(script, "%s%" G_GINT64_FORMAT, r > block->first ? ", " : "",
				       threads_of(block, r));
	/* The ideal leaves the picture where it would press all else to the ground. */
	g_string_append_printf(script,
			       ")\nset ytics nomirror format '%%gx'\nset xrange [%g:%g]\n"
			       "set yrange [0:%.3g]\n",
			       from - (to - from) * 0.04, to + (to - from) * 0.04,
			       fmin(ideal, 2 * best) * 1.05);
}

/* All parameters but the threads. g_free it. */
static char *block_params(const struct block *block)
{
	const struct sweep *sweep = block->sweep;
	g_autofree char *fixed = sweep_fixed_text(sweep);
	g_autoptr(GString) text = g_string_new(fixed);

	for (guint i = 0; i + 1 < sweep->keys->len; i++) {
		g_autofree char *value =
			group_param_text(sweep->groups->pdata[block->first], sweep->keys->pdata[i]);

		g_string_append_printf(text, "%s%s %s", text->len ? ", " : "",
				       (char *)sweep->keys->pdata[i], value);
	}
	return g_string_free(g_steal_pointer(&text), FALSE);
}

static void append_script(GString *script, const struct block *block, const char *params,
			  double best)
{
	const struct sweep *sweep = block->sweep;
	const struct group *group = sweep->groups->pdata[block->first];
	g_autofree char *below =
		g_strdup_printf("%s%sbars: 95 %% interval", params, *params ? ", " : "");
	g_autofree char *title = g_strdup_printf("%s: speedup of %s by threads",
						 member_text(group->scenario, "name"),
						 (char *)sweep->metrics->pdata[block->metric]);

	plot_title(script, sweep->report, title, below);
	append_axes(script, block, best);
	g_string_append(script,
			"plot data using 1:2 with lines dt 2 lw 2 lc rgb '#888888' title 'ideal'");
	for (guint k = 0; k < sweep->report->n_kernels; k++) {
		guint at = 3 + 3 * k;

		g_string_append_printf(
			script,
			", \\\n     data using 1:%u:%u:%u with yerrorlines lw 2 pt %u ps 1.2 lc rgb '%s' title ",
			at, at + 1, at + 2, 5 + 2 * (k % 5), plot_line(k));
		plot_quote(script, report_kernel(sweep->report, k));
	}
	g_string_append_c(script, '\n');
}

static void add_block(GPtrArray *pictures, const struct block *block)
{
	g_autofree char *kind =
		g_strdup_printf("%s-speedup", (char *)block->sweep->metrics->pdata[block->metric]);
	g_autofree char *params = block_params(block);
	g_autoptr(GString) data = g_string_new(NULL);
	double best = append_data(data, block);

	if (block->end - block->first < 2 || best < LEAST_SPEEDUP)
		return;
	struct picture *picture =
		picture_add(pictures, block->sweep->report,
			    block->sweep->groups->pdata[block->first], params, kind, HEIGHT);

	g_string_append(picture->data, data->str);
	append_script(picture->script, block, params, best);
}

bool plot_speedup(GPtrArray *pictures, const struct report *report, const struct report_set *set,
		  GError **err)
{
	const struct report_opts own = {.relative_to = REPORT_RELATIVE_FIRST,
					.metrics = set->opts->metrics};
	const struct report_set first = {set->db, &own, NULL};
	g_autoptr(GPtrArray) sweeps = sweeps_of(report, &first);

	(void)err;
	for (guint i = 0; i < sweeps->len; i++) {
		const struct sweep *sweep = sweeps->pdata[i];
		struct block block = {.sweep = sweep};

		for (; sweep->by_threads && block.metric < sweep->metrics->len; block.metric++)
			for (block.first = 0; block.first < sweep->groups->len;
			     block.first = block.end) {
				block.end = block.first + 1;
				while (block.end < sweep->groups->len &&
				       !sweep_begins_block(sweep, block.end))
					block.end++;
				add_block(pictures, &block);
			}
	}
	return true;
}
