// SPDX-License-Identifier: GPL-2.0-only
#include "reports/plot.h"

#include "lab/log.h"
#include "lab/run.h"
#include "reports/flame.h"
#include "reports/print.h"
#include "reports/report.h"

#include <math.h>
#include <string.h>

static plot_fn *const kinds[] = {plot_phases, plot_speedup, plot_samples, plot_calls};

/* ---- what the kinds share ---- */

const char *plot_fill(guint i)
{
	static const char *const colours[] = {"#56B4E9", "#E69F00", "#009E73",
					      "#F0E442", "#CC79A7", "#D55E00"};

	return colours[i % G_N_ELEMENTS(colours)];
}

const char *plot_line(guint i)
{
	static const char *const colours[] = {"#0072B2", "#D55E00", "#009E73",
					      "#CC79A7", "#E69F00", "#56B4E9"};

	return colours[i % G_N_ELEMENTS(colours)];
}

void plot_quote(GString *script, const char *text)
{
	g_auto(GStrv) parts = g_strsplit(text, "'", -1);
	g_autofree char *doubled = g_strjoinv("''", parts);

	g_string_append_printf(script, "'%s'", doubled);
}

void plot_title(GString *script, const struct report *report, const char *title, const char *below)
{
	g_autofree char *accelerator = report_accelerator(report);
	g_autofree char *second = g_strdup_printf("%s%s%s", below, *below ? ", " : "", accelerator);

	g_string_append(script, "set title ");
	plot_quote(script, title);
	g_string_append(script, ".\"\\n\".");
	plot_quote(script, second);
	g_string_append_c(script, '\n');
}

void plot_number(GString *data, double value)
{
	char number[G_ASCII_DTOSTR_BUF_SIZE];

	g_string_append_c(data, '\t');
	if (!isnan(value))
		g_string_append(data, g_ascii_dtostr(number, sizeof(number), value));
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
static char *picture_name(const struct report *report, const struct group *group,
			  const char *params, const char *kind)
{
	g_autoptr(GString) name = g_string_new(member_text(group->scenario, "name"));

	if (*params)
		g_string_append_printf(name, "-%s", params);
	if (!is_only_of_set(report, group))
		g_string_append_printf(name, "-environment-%" G_GINT64_FORMAT, group->environment);
	g_string_append_printf(name, "-%s", kind);
	g_string_replace(name, ", ", "-", 0);
	g_string_replace(name, " ", "-", 0);
	g_strcanon(name->str, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS ".+-", '_');
	return g_string_free(g_steal_pointer(&name), FALSE);
}

static void picture_free(gpointer data)
{
	struct picture *picture = data;

	g_string_free(picture->data, TRUE);
	g_string_free(picture->script, TRUE);
	g_free(picture->name);
	g_free(picture);
}

struct picture *picture_add(GPtrArray *pictures, const struct report *report,
			    const struct group *group, const char *params, const char *kind,
			    guint height)
{
	struct picture *picture = g_new0(struct picture, 1);

	picture->name = picture_name(report, group, params, kind);
	picture->height = height;
	picture->data = g_string_new(NULL);
	picture->script = g_string_new(NULL);
	g_ptr_array_add(pictures, picture);
	return picture;
}

/* ---- the files ---- */

static char *script_text(const struct picture *picture)
{
	return g_strdup_printf(
		"# Draws it again, in this folder: gnuplot %s.gp\n"
		"data = '%s.dat'\n"
		"set datafile separator '\\t'\n"
		"set terminal svg noenhanced size %d,%u font 'sans-serif,13' background '#FFFFFF'\n"
		"set output '%s.svg'\n"
		"%s"
		"set terminal pngcairo noenhanced size %d,%u font 'sans-serif,10'\n"
		"set output '%s.png'\nreplot\n",
		picture->name, picture->name, PLOT_WIDTH, picture->height, picture->name,
		picture->script->str, PLOT_WIDTH, picture->height, picture->name);
}

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

static bool draw(const struct picture *picture, const char *dir, GError **err)
{
	g_autofree char *script = script_text(picture);

	return write_file(dir, picture->name, ".dat", picture->data->str, err) &&
	       write_file(dir, picture->name, ".gp", script, err) &&
	       run_gnuplot(dir, picture->name, err);
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

GPtrArray *plot_all(const struct report *report, const struct report_set *set, const char *dir,
		    GError **err)
{
	g_autoptr(GPtrArray) pictures = g_ptr_array_new_with_free_func(picture_free);

	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
		if (!kinds[i](pictures, report, set, err))
			return NULL;
	if (pictures->len && !make_folder(dir, err))
		return NULL;
	for (guint i = 0; i < pictures->len; i++)
		if (!draw(pictures->pdata[i], dir, err))
			return NULL;
	return g_steal_pointer(&pictures);
}

/* ---- of what is printed ---- */

static bool plot_report(const struct report *report, const struct report_set *set, const char *dir,
			GError **err)
{
	g_autoptr(GPtrArray) pictures = plot_all(report, set, dir, err);

	for (guint i = 0; pictures && i < pictures->len; i++)
		log_info("plot: %s/%s.svg and .png", dir,
			 ((const struct picture *)pictures->pdata[i])->name);
	return pictures && flame_plots(set->db, report, dir, err);
}

bool plot_reports(const struct report_set *set, const char *dir, GError **err)
{
	for (guint i = 0; i < set->reports->len; i++)
		if (!plot_report(set->reports->pdata[i], set, dir, err))
			return false;
	return true;
}

char *report_plots_dir(const char *db_path)
{
	gsize length = strlen(db_path) - (g_str_has_suffix(db_path, ".db") ? strlen(".db") : 0);

	return g_strdup_printf("%.*s-plots", (int)length, db_path);
}
