// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every sample of the main metric as a point, with the median as a bar: by kernel, and where
 * parameters were swept by these too. The scale is logarithmic where values differ much.
 */
#include "reports/plot.h"
#include "reports/scale.h"
#include "reports/sweep.h"

#include <math.h>

#define HEIGHT 480

/* From such a ratio of the largest to the smallest value on, the scale is logarithmic. */
#define LOG_RATIO 20

/* Of a position's width: what a kernel's points are spread over, and what a position leaves. */
#define SPREAD 0.6
#define USED   0.8

/* Of a longer series, so many and its extremes are drawn: more make one blot. */
#define POINTS_MAX 300

/* The series that one picture shows: of each position (parameter set) and kernel. */
struct points {
	const struct report *report;
	GPtrArray *positions; /* of const struct row; NULL: it has none there */
	GPtrArray *labels;    /* of char */
	struct scale scale;
	double least, most; /* values */
	guint stride;	    /* of the longest series; 1: every value is drawn */
};

static const struct series *series_at(const struct points *points, guint position, guint kernel)
{
	const struct row *row = points->positions->pdata[position];

	return row && row->series[kernel].stats.n ? &row->series[kernel] : NULL;
}

/* Every how-manieth value is drawn. */
static guint stride_of(const struct series *series)
{
	return (series->stats.n + POINTS_MAX - 1) / POINTS_MAX;
}

static void find_scale(struct points *points, const char *unit)
{
	g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(double));

	points->least = INFINITY;
	for (guint p = 0; p < points->positions->len; p++)
		for (guint k = 0; k < points->report->n_kernels; k++) {
			const struct series *series = series_at(points, p, k);

			if (!series)
				continue;
			g_array_append_vals(all, series->values, series->stats.n);
			points->least = fmin(points->least, series->sorted[0]);
			points->most = fmax(points->most, series->sorted[series->stats.n - 1]);
			points->stride = MAX(points->stride, stride_of(series));
		}
	points->scale = scale_for(unit, (const double *)all->data, all->len);
}

/* Where a kernel stands around its position. */
static double offset_of(const struct points *points, guint kernel)
{
	double width = USED / points->report->n_kernels;

	return (kernel + 0.5) * width - USED / 2;
}

/* Points beside each other, always at the same places: golden ratio, so that few are close. */
static double jitter(const struct points *points, guint i)
{
	return (fmod((i + 1) * 0.618033988749895, 1) - 0.5) * SPREAD * USED /
	       points->report->n_kernels;
}

static void append_series(GString *data, const struct points *points, guint position, guint kernel)
{
	const struct series *series = series_at(points, position, kernel);
	size_t n = series ? series->stats.n : 0;

	for (guint i = 0; i < n; i++) {
		double value = series->values[i];

		if (i % stride_of(series) && value > series->sorted[0] &&
		    value < series->sorted[n - 1])
			continue;
		g_string_append_printf(data, "%u", kernel);
		plot_number(data, position + offset_of(points, kernel) + jitter(points, i));
		plot_number(data, value / points->scale.factor);
		g_string_append(data, "\n");
	}
}

/* Medians are a block of their own: kernel, place, half width, value. */
static void append_data(GString *data, const struct points *points)
{
	g_string_append(data, "# kernel, place, value; below: kernel, place, half width, median\n");
	for (guint k = 0; k < points->report->n_kernels; k++)
		for (guint p = 0; p < points->positions->len; p++)
			append_series(data, points, p, k);
	g_string_append(data, "\n\n");
	for (guint k = 0; k < points->report->n_kernels; k++)
		for (guint p = 0; p < points->positions->len; p++) {
			const struct series *series = series_at(points, p, k);

			if (!series)
				continue;
			g_string_append_printf(data, "%u", k);
			plot_number(data, p + offset_of(points, k));
			plot_number(data, USED / points->report->n_kernels / 2 * 0.9);
			plot_number(data, stats_median_sorted(series->sorted, series->stats.n) /
						  points->scale.factor);
			g_string_append(data, "\n");
		}
}

static void append_axes(GString *script, const struct points *points, const char *metric,
			const char *below)
{
	g_autofree char *axis = g_strdup_printf("%s%s%s%s", metric, *points->scale.unit ? " (" : "",
						points->scale.unit, *points->scale.unit ? ")" : "");
	bool is_log = points->least > 0 && points->most / points->least >= LOG_RATIO;

	g_string_append(script,
			"set border 3\nset grid ytics back lc rgb '#DDDDDD' lt 1\n" PLOT_KEY_BELOW
			"set xlabel ");
	plot_quote(script, below);
	g_string_append(script, "\nset ylabel ");
	plot_quote(script, axis);
	g_string_append(script, "\nset xtics nomirror scale 0 (");
	for (guint p = 0; p < points->labels->len; p++) {
		g_string_append(script, p ? ", " : "");
		plot_quote(script, points->labels->pdata[p]);
		g_string_append_printf(script, " %u", p);
	}
	g_string_append_printf(script, ")\nset ytics nomirror\nset xrange [-0.6:%u.6]\n",
			       points->positions->len - 1);
	if (is_log)
		g_string_append_printf(script,
				       "set logscale y\nset format y '%%g'\nset yrange [%g:%g]\n",
				       points->least / points->scale.factor / 2,
				       points->most / points->scale.factor * 2);
	else
		g_string_append_printf(script, "set yrange [0:%g]\n",
				       points->most / points->scale.factor * 1.1);
}

static void append_plot(GString *script, const struct points *points)
{
	g_string_append(script, "plot ");
	for (guint k = 0; k < points->report->n_kernels; k++) {
		g_string_append_printf(
			script,
			"%sdata index 0 using ($1==%u?$2:1/0):3 with points pt %u ps 0.9 lc rgb '%s' title ",
			k ? ", \\\n     " : "", k, 5 + 2 * (k % 5), plot_line(k));
		plot_quote(script, report_kernel(points->report, k));
		g_string_append_printf(
			script,
			", \\\n     data index 1 using ($1==%u?$2:1/0):4:3 with xerrorbars pt 0 ps 0 lw 2 "
			"lc rgb '%s' notitle",
			k, plot_line(k));
	}
	g_string_append_c(script, '\n');
}

static char *title_of(const struct points *points, const struct group *group, const struct row *row)
{
	const char *scenario = member_text(group->scenario, "name");

	if (points->stride == 1)
		return g_strdup_printf("%s: every sample of %s", scenario, row->metric);
	return g_strdup_printf("%s: one in %u samples of %s, and the extremes", scenario,
			       points->stride, row->metric);
}

/* Takes the points. */
static void add_picture(GPtrArray *pictures, struct points *points, const struct group *group,
			const struct row *row, const char *params, const char *below)
{
	g_autofree char *kind = g_strdup_printf("%s-samples", row->metric);
	g_autofree char *second = g_strdup_printf("%s%sbars: medians", params, *params ? ", " : "");

	find_scale(points, row->unit);
	g_autofree char *title = title_of(points, group, row);

	if (points->most > 0) {
		struct picture *picture =
			picture_add(pictures, points->report, group, params, kind, HEIGHT);

		append_data(picture->data, points);
		plot_title(picture->script, points->report, title, second);
		append_axes(picture->script, points, row->metric, below);
		append_plot(picture->script, points);
	}
	g_ptr_array_unref(points->positions);
	g_ptr_array_unref(points->labels);
}

static struct points points_new(const struct report *report)
{
	return (struct points){
		.report = report,
		.positions = g_ptr_array_new(),
		.labels = g_ptr_array_new_with_free_func(g_free),
	};
}

/* "1" by threads; "256M, 1" by memory and threads. */
static char *position_label(const struct sweep *sweep, guint row)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (guint i = 0; i < sweep->keys->len; i++) {
		g_autofree char *value =
			group_param_text(sweep->groups->pdata[row], sweep->keys->pdata[i]);

		g_string_append_printf(text, "%s%s", i ? ", " : "", value);
	}
	return g_string_free(g_steal_pointer(&text), FALSE);
}

static void add_sweep(GPtrArray *pictures, const struct sweep *sweep, guint metric)
{
	struct points points = points_new(sweep->report);
	g_autoptr(GString) below = g_string_new(NULL);
	g_autofree char *fixed = sweep_fixed_text(sweep);
	const struct row *any = NULL;

	for (guint r = 0; r < sweep->groups->len; r++) {
		const struct row *row =
			group_row(sweep->groups->pdata[r], sweep->metrics->pdata[metric]);

		any = row ? row : any;
		g_ptr_array_add(points.positions, (gpointer)row);
		g_ptr_array_add(points.labels, position_label(sweep, r));
	}
	for (guint i = 0; i < sweep->keys->len; i++)
		g_string_append_printf(below, "%s%s", i ? ", " : "", (char *)sweep->keys->pdata[i]);
	add_picture(pictures, &points, sweep->groups->pdata[0], any, fixed, below->str);
}

static void add_group(GPtrArray *pictures, const struct report *report, const struct group *group,
		      const struct row *row)
{
	struct points points = points_new(report);
	g_autofree char *params = group_params_text(group);

	g_ptr_array_add(points.positions, (gpointer)row);
	g_ptr_array_add(points.labels, g_strdup(""));
	add_picture(pictures, &points, group, row, params, "");
}

bool plot_samples(GPtrArray *pictures, const struct report *report, const struct report_set *set,
		  GError **err)
{
	g_autoptr(GPtrArray) sweeps = sweeps_of(report, set);

	(void)err;
	for (guint i = 0; i < sweeps->len; i++) {
		const struct sweep *sweep = sweeps->pdata[i];

		for (guint m = 0; m < sweep->metrics->len; m++)
			add_sweep(pictures, sweep, m);
	}
	for (guint i = 0; i < report->groups->len; i++) {
		const struct group *group = report->groups->pdata[i];
		g_autoptr(GPtrArray) rows = format_rows(group, set->opts);

		for (guint r = 0; r < rows->len && !sweeps_have(sweeps, group); r++)
			add_group(pictures, report, group, rows->pdata[r]);
	}
	return true;
}
