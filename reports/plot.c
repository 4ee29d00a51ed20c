// SPDX-License-Identifier: GPL-2.0-only
/*
 * The phases of a boot as gnuplot draws them: a bar for each kernel, its phases end to end.
 * The script and its data stay beside the pictures, so that anyone can draw them again.
 */
#include "lab/log.h"
#include "lab/run.h"
#include "reports/phases.h"
#include "reports/print.h"
#include "reports/report.h"
#include "reports/scale.h"

#include <math.h>
#include <string.h>

/* A segment shorter than this part of the longest bar has no room for its number. */
#define LABEL_MIN 0.06

/* The axis ends so far beyond the longest bar: its number stands there. */
#define RANGE 1.12

/* Pixels. */
#define WIDTH	     900
#define TITLE_HEIGHT 70
#define BAR_HEIGHT   60
#define AXIS_HEIGHT  85
#define KEY_HEIGHT   20 /* of one line of the legend */

/* Okabe and Ito's colours that black text is readable on, told apart with any colour vision. */
static const char *const palette[] = {"#56B4E9", "#E69F00", "#009E73",
				      "#F0E442", "#CC79A7", "#D55E00"};

/* One picture. */
struct plot {
	const struct report *report;
	const struct phases *phases;
	char *name;	    /* of its files, without suffix */
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

static bool is_only_of_set(const struct report *report, const struct group *group)
{
	for (guint i = 0; i < report->groups->len; i++) {
		const struct group *other = report->groups->pdata[i];

		if (other != group && other->set == group->set)
			return false;
	}
	return true;
}

/* Letters, digits and a few marks. g_free it. */
static char *plot_name(const struct report *report, const struct group *group)
{
	g_autofree char *params = group_params_text(group);
	g_autoptr(GString) name = g_string_new(member_text(group->scenario, "name"));

	if (*params)
		g_string_append_printf(name, "-%s", params);
	if (!is_only_of_set(report, group))
		g_string_append_printf(name, "-environment-%" G_GINT64_FORMAT, group->environment);
	g_string_append(name, "-phases");
	g_string_replace(name, ", ", "-", 0);
	g_string_replace(name, " ", "-", 0);
	g_strcanon(name->str, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS ".+-", '_');
	return g_string_free(g_steal_pointer(&name), FALSE);
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
		char number[G_ASCII_DTOSTR_BUF_SIZE];
		double mean = phase_stats(plot->phases, kernel, i).mean;

		end += isnan(mean) ? 0 : mean;
		g_string_append_printf(
			data, "\t%s",
			g_ascii_dtostr(number, sizeof(number), end / plot->scale.factor));
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

static char *data_text(const struct plot *plot)
{
	g_autoptr(GString) data = g_string_new(
		"# kernel, what it comes to, where each phase begins and ends, its length\n");

	for (guint k = 0; k < plot->report->n_kernels; k++) {
		g_autofree char *total = total_label(plot, k);
		size_t n = phase_stats(plot->phases, k, 0).n;

		g_string_append_printf(data, "%s (n=%zu)\t%s", report_kernel(plot->report, k), n,
				       total);
		append_bar(data, plot, k);
		g_string_append_c(data, '\n');
	}
	return g_string_free(g_steal_pointer(&data), FALSE);
}

/* ---- the script ---- */

/* Appends a text as gnuplot's string that knows no escapes but '' for a quote. */
static void append_quoted(GString *script, const char *text)
{
	g_auto(GStrv) parts = g_strsplit(text, "'", -1);
	g_autofree char *doubled = g_strjoinv("''", parts);

	g_string_append_printf(script, "'%s'", doubled);
}

static const char *mark(const struct plot *plot, guint i)
{
	return json_string_value(json_array_get(plot->phases->marks, i));
}

static void append_titles(GString *script, const struct plot *plot)
{
	const struct group *group = plot->phases->group;
	g_autofree char *params = group_params_text(group);
	g_autofree char *accelerator = report_fact(plot->report, "accelerator");
	g_autofree char *title = g_strdup_printf("%s: mean time of each phase",
						 member_text(group->scenario, "name"));
	g_autofree char *below = g_strdup_printf("%s%saccelerator %s", params, *params ? ", " : "",
						 accelerator ? accelerator : "unknown");
	g_autofree char *axis =
		g_strdup_printf("time since %s (%s)", mark(plot, 0), plot->scale.unit);

	g_string_append(script, "set title ");
	append_quoted(script, title);
	g_string_append(script, ".\"\\n\".");
	append_quoted(script, below);
	g_string_append(script, "\nset xlabel ");
	append_quoted(script, axis);
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
		"set datafile separator '\\t'\n"
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
			       from, to, from, to, palette[i % G_N_ELEMENTS(palette)]);
	append_quoted(script, title);
	g_string_append_printf(
		script, ", \\\n     data using (($%u+$%u)/2):0:%u with labels notitle, \\\n     ",
		from, to, label);
}

static char *script_text(const struct plot *plot)
{
	g_autoptr(GString) script = g_string_new(NULL);
	guint height = picture_height(plot);

	g_string_append_printf(
		script, "# Draws it again, in this folder: gnuplot %s.gp\ndata = ", plot->name);
	g_autofree char *data = g_strconcat(plot->name, ".dat", NULL);

	append_quoted(script, data);
	g_string_append_printf(script,
			       "\nset terminal svg noenhanced size %d,%u font 'sans-serif,13' "
			       "background '#FFFFFF'\nset output '%s.svg'\n",
			       WIDTH, height, plot->name);
	append_axes(script, plot);
	append_titles(script, plot);
	g_string_append(script, "plot ");
	for (guint i = 0; i < plot->phases->count; i++)
		append_phase(script, plot, i);
	g_string_append_printf(script, "data using %u:0:2 with labels left offset 1,0 notitle\n",
			       3 + plot->phases->count);
	g_string_append_printf(script,
			       "set terminal pngcairo noenhanced size %d,%u font 'sans-serif,10'\n"
			       "set output '%s.png'\nreplot\n",
			       WIDTH, height, plot->name);
	return g_string_free(g_steal_pointer(&script), FALSE);
}

/* ---- the files ---- */

static bool write_file(const char *dir, const char *name, const char *suffix, const char *text,
		       GError **err)
{
	g_autofree char *path = g_strdup_printf("%s/%s%s", dir, name, suffix);

	return g_file_set_contents(path, text, -1, err);
}

static bool run_gnuplot(const char *dir, const char *name, GError **err)
{
	g_autofree char *script = g_strconcat(name, ".gp", NULL);
	const char *argv[] = {"gnuplot", "--default-settings", script, NULL};
	int status = run(argv, &(struct run_opts){.cwd = dir}, err);

	if (status > 0)
		bl_fail(err, BL_ERROR_SYSTEM, "gnuplot cannot draw %s/%s (exit status %d)", dir,
			script, status);
	return status == 0;
}

static bool draw(const struct plot *plot, const char *dir, GError **err)
{
	g_autofree char *data = data_text(plot), *script = script_text(plot);

	if (!write_file(dir, plot->name, ".dat", data, err) ||
	    !write_file(dir, plot->name, ".gp", script, err) || !run_gnuplot(dir, plot->name, err))
		return false;
	log_info("plot: %s/%s.svg and .png", dir, plot->name);
	return true;
}

static bool draw_phases(const struct report *report, const struct phases *phases, const char *dir,
			GError **err)
{
	g_autofree char *name = plot_name(report, phases->group);
	g_autofree double *bars = g_new(double, report->n_kernels);
	struct plot plot = {.report = report, .phases = phases, .name = name};

	for (guint k = 0; k < report->n_kernels; k++) {
		bars[k] = bar_seconds(phases, k);
		plot.longest = fmax(plot.longest, bars[k]);
	}
	if (!(plot.longest > 0))
		return true; /* no good sample: nothing to draw */
	plot.scale = scale_for("s", bars, report->n_kernels);
	return draw(&plot, dir, err);
}

static bool make_folder(const char *dir, GError **err)
{
	g_autofree char *gnuplot = g_find_program_in_path("gnuplot");

	if (!gnuplot)
		return bl_fail(err, BL_ERROR_SYSTEM,
			       "no plots: gnuplot is not there: install the package gnuplot-nox");
	if (g_mkdir_with_parents(dir, 0777) < 0)
		return bl_fail_errno(err, "cannot make the plots' folder %s", dir);
	return true;
}

/* The report in *report and its phases, read as of one moment. NULL with err. */
static GPtrArray *collect_at_once(struct db *db, gint64 campaign, struct report **report,
				  GError **err)
{
	GPtrArray *all = NULL;

	if (!db_begin(db, err))
		return NULL;
	*report = report_collect(db, campaign, NULL, false, err);
	if (*report)
		all = phases_collect(db, *report, err);
	db_rollback(db);
	return all;
}

bool report_plots(struct db *db, gint64 campaign, const char *dir, GError **err)
{
	g_autoptr(Report) report = NULL;
	g_autoptr(GPtrArray) all = collect_at_once(db, campaign, &report, err);

	if (!all || (all->len && !make_folder(dir, err)))
		return false;
	for (guint i = 0; i < all->len; i++)
		if (!draw_phases(report, all->pdata[i], dir, err))
			return false;
	return true;
}

char *report_plots_dir(const char *db_path)
{
	gsize length = strlen(db_path) - (g_str_has_suffix(db_path, ".db") ? strlen(".db") : 0);

	return g_strdup_printf("%.*s-plots", (int)length, db_path);
}
