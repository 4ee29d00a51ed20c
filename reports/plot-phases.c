// SPDX-License-Identifier: GPL-2.0-only
/* The phases of a boot: a bar for each kernel, its phases end to end. */
#include "reports/phases.h"
#include "reports/plot.h"
#include "reports/scale.h"

#include <math.h>
#include <string.h>

/* A segment shorter than this part of the longest bar has no room for its number. */
#define LABEL_MIN 0.06

/* The axis ends so far beyond the longest bar: its number stands there. */
#define RANGE 1.12

/* Pixels. */
#define TITLE_HEIGHT 70
#define BAR_HEIGHT   60
#define AXIS_HEIGHT  85
#define KEY_HEIGHT   20 /* of one line of the legend */

/* One picture. */
struct plot {
	const struct report *report;
	const struct phases *phases;
	struct scale scale; /* of all its times */
	double longest;	    /* bar, in seconds */
};

/* NaN where the kernel has no good sample. */
static double bar_seconds(const struct phases *phases, guint kernel)
{
	double sum = 0;

	for (guint i = 0; i < phases->count; i++)
		sum += phase_stats(phases, kernel, i).mean;
	return sum;
}

/* ---- the data: a line for each kernel ---- */

/* The number to write into a segment; "" where there is no room for it. */
static char *segment_label(const struct plot *plot, double seconds)
{
	if (!(seconds > plot->longest * LABEL_MIN))
		return g_strdup("");
	return scale_number(&plot->scale, seconds);
}

static void append_bar(GString *data, const struct plot *plot, guint kernel)
{
	double end = 0;

	g_string_append(data, "\t0");
	for (guint i = 0; i < plot->phases->count; i++) {
		double mean = phase_stats(plot->phases, kernel, i).mean;

		end += isnan(mean) ? 0 : mean;
		plot_number(data, end / plot->scale.factor);
	}
	for (guint i = 0; i < plot->phases->count; i++) {
		g_autofree char *label =
			segment_label(plot, phase_stats(plot->phases, kernel, i).mean);

		g_string_append_printf(data, "\t%s", label);
	}
}

static char *total_label(const struct plot *plot, guint kernel)
{
	double seconds = bar_seconds(plot->phases, kernel);
	g_autofree char *number = scale_number(&plot->scale, seconds);

	return isnan(seconds) ? g_strdup("no good sample")
			      : g_strdup_printf("%s %s", number, plot->scale.unit);
}

static void append_data(GString *data, const struct plot *plot)
{
	g_string_append(
		data, "# kernel, what it comes to, where each phase begins and ends, its length\n");

	for (guint k = 0; k < plot->report->n_kernels; k++) {
		g_autofree char *total = total_label(plot, k);
		size_t n = phase_stats(plot->phases, k, 0).n;

		g_string_append_printf(data, "%s (n=%zu)\t%s", report_kernel(plot->report, k), n,
				       total);
		append_bar(data, plot, k);
		g_string_append_c(data, '\n');
	}
}

/* ---- the script ---- */

static const char *mark(const struct plot *plot, guint i)
{
	return json_string_value(json_array_get(plot->phases->marks, i));
}

static void append_titles(GString *script, const struct plot *plot)
{
	const struct group *group = plot->phases->group;
	g_autofree char *params = group_params_text(group);
	g_autofree char *title = g_strdup_printf("%s: mean time of each phase",
						 member_text(group->scenario, "name"));
	g_autofree char *axis =
		g_strdup_printf("time since %s (%s)", mark(plot, 0), plot->scale.unit);

	plot_title(script, plot->report, title, params);
	g_string_append(script, "set xlabel ");
	plot_quote(script, axis);
	g_string_append_c(script, '\n');
}

static guint below_bars(const struct plot *plot)
{
	return AXIS_HEIGHT + KEY_HEIGHT * plot->phases->count;
}

static guint picture_height(const struct plot *plot)
{
	return TITLE_HEIGHT + BAR_HEIGHT * plot->report->n_kernels + below_bars(plot);
}

static void append_axes(GString *script, const struct plot *plot)
{
	double height = picture_height(plot);

	g_string_append_printf(
		script,
		"set border 1\n"
		"set xtics nomirror out\n"
		"set ytics nomirror scale 0\n"
		"set grid xtics back lc rgb '#DDDDDD' lt 1\n"
		"set tmargin at screen %.4f\n"
		"set bmargin at screen %.4f\n"
		"set key at screen 0.5, 0.02 bottom center vertical Left reverse samplen 1.5\n"
		"set style fill solid 1 noborder\n"
		"set yrange [%u.5:-0.5]\n"
		"set xrange [0:%.6g]\n",
		1 - TITLE_HEIGHT / height, below_bars(plot) / height, plot->report->n_kernels - 1,
		plot->longest / plot->scale.factor * RANGE);
}

/* A phase's segments, and the numbers in them. Columns of the data are counted from 1. */
static void append_phase(GString *script, const struct plot *plot, guint i)
{
	g_autofree char *title = g_strdup_printf("%s → %s", mark(plot, i), mark(plot, i + 1));
	guint from = 3 + i, to = from + 1, label = 4 + plot->phases->count + i;

	g_string_append_printf(script,
			       "data using (($%u+$%u)/2):0:%u:%u:($0-0.3):($0+0.3):ytic(1) "
			       "with boxxyerror lc rgb '%s' title ",
			       from, to, from, to, plot_fill(i));
	plot_quote(script, title);
	g_string_append_printf(
		script, ", \\\n     data using (($%u+$%u)/2):0:%u with labels notitle, \\\n     ",
		from, to, label);
}

static void append_script(GString *script, const struct plot *plot)
{
	append_axes(script, plot);
	append_titles(script, plot);
	g_string_append(script, "plot ");
	for (guint i = 0; i < plot->phases->count; i++)
		append_phase(script, plot, i);
	g_string_append_printf(script, "data using %u:0:2 with labels left offset 1,0 notitle\n",
			       3 + plot->phases->count);
}

static void add_picture(GPtrArray *pictures, const struct report *report,
			const struct phases *phases)
{
	g_autofree double *bars = g_new(double, report->n_kernels);
	struct plot plot = {.report = report, .phases = phases};

	for (guint k = 0; k < report->n_kernels; k++) {
		bars[k] = bar_seconds(phases, k);
		plot.longest = fmax(plot.longest, bars[k]);
	}
	if (!(plot.longest > 0))
		return; /* no good sample: nothing to draw */
	plot.scale = scale_for("s", bars, report->n_kernels);
	g_autofree char *params = group_params_text(phases->group);
	struct picture *picture = picture_add(pictures, report, phases->group, params, "phases",
					      picture_height(&plot));

	append_data(picture->data, &plot);
	append_script(picture->script, &plot);
}

bool plot_phases(GPtrArray *pictures, const struct report *report, const struct report_set *set,
		 GError **err)
{
	g_autoptr(GPtrArray) all = phases_collect(set->db, report, err);

	for (guint i = 0; all && i < all->len; i++)
		add_picture(pictures, report, all->pdata[i]);
	return all != NULL;
}
