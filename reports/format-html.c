// SPDX-License-Identifier: GPL-2.0-only
/*
 * One file that has everything and asks no network: summary, plots (SVG, in place), tables,
 * environment, the way to reproduce it, and each sample with its log.
 */
#include "reports/flame.h"
#include "reports/format.h"
#include "reports/plot.h"
#include "reports/print.h"
#include "reports/scale.h"
#include "reports/sweep.h"

#include "lab/paths.h"

#include <math.h>
#include <string.h>

static const char style[] =
	"body{font:15px/1.45 sans-serif;color:#222;max-width:1100px;margin:2em auto;padding:0 1em}"
	"h1{font-size:1.5em}h2{font-size:1.2em;margin-top:2em;border-bottom:1px solid #ccc}"
	"table{border-collapse:collapse;margin:1em 0;font-variant-numeric:tabular-nums}"
	"th,td{padding:.2em .5em;border-bottom:1px solid #ddd;text-align:right;white-space:nowrap}"
	"th:first-child,td:first-child{text-align:left}thead th{border-bottom:2px solid #888}"
	"pre{background:#f5f5f5;padding:.8em;overflow:auto;font-size:13px;line-height:1.35}"
	".wide{overflow-x:auto}.worse{color:#A33C00;font-weight:bold}.better{color:#005A8C}"
	".failed{color:#A33C00}figure{margin:1em 0}svg{max-width:100%;height:auto}"
	"details{margin:.2em 0}summary{cursor:pointer}";

/* ---- pieces ---- */

/* The text with what HTML would read into it escaped; control characters are dropped. */
static void append_text(GString *out, const char *text)
{
	g_autofree char *valid = g_utf8_make_valid(text ? text : "", -1);

	for (const char *at = valid; *at; at = g_utf8_next_char(at)) {
		gunichar c = g_utf8_get_char(at);

		if (c == '<')
			g_string_append(out, "&lt;");
		else if (c == '>')
			g_string_append(out, "&gt;");
		else if (c == '&')
			g_string_append(out, "&amp;");
		else if (c == '"')
			g_string_append(out, "&quot;");
		else if (c == '\n' || c == '\t' || !g_unichar_iscntrl(c))
			g_string_append_unichar(out, c);
	}
}

static void append_element(GString *out, const char *tag, const char *text)
{
	g_string_append_printf(out, "<%s>", tag);
	append_text(out, text);
	g_string_append_printf(out, "</%.*s>", (int)strcspn(tag, " "), tag);
}

static void append_cell(GString *out, const char *text)
{
	append_element(out, "td", text);
}

/* ---- tables ---- */

static void append_change(GString *out, const struct report *report, const struct comparison *c,
			  const struct report_set *set)
{
	double threshold = report_threshold(report, set->opts);
	bool better = c->shown && c->worse <= -threshold;
	const char *class = verdict_is_regression(c, threshold) ? " class=\"worse\""
			    : better				? " class=\"better\""
								: "";
	g_autofree char *change = compare_change_text(c);
	g_autofree char *p = compare_p_text(c->exact ? NAN : c->p);
	g_autofree char *holm = compare_p_text(c->p_holm);

	g_string_append_printf(out, "<td%s>", class);
	append_text(out, change);
	g_string_append(out, "</td>");
	append_cell(out, p);
	append_cell(out, holm);
}

static void append_row(GString *out, const struct report *report, const struct row *row,
		       const struct report_set *set)
{
	g_autofree double *means = g_new(double, report->n_kernels);

	for (guint k = 0; k < report->n_kernels; k++)
		means[k] = row_stats(row, k).mean;
	struct scale scale = scale_for(row->unit, means, report->n_kernels);

	g_string_append(out, "<tr>");
	append_cell(out, row->metric);
	for (guint k = 0; k < report->n_kernels; k++) {
		struct stats stats = row_stats(row, k);
		g_autofree char *mean = scale_mean(&scale, &stats, " (± ", "%)");
		g_autofree char *speedup = compare_speedup_text(&row->versus[k], row->better);

		append_cell(out, mean);
		if (!k)
			continue;
		append_cell(out, speedup);
		append_change(out, report, &row->versus[k], set);
	}
	g_string_append(out, "</tr>\n");
}

static void append_heading(GString *out, const struct report *report, const struct group *group)
{
	g_string_append(out, "<div class=\"wide\"><table><thead><tr><th>metric</th>");
	for (guint k = 0; k < report->n_kernels; k++) {
		g_autofree char *title =
			g_strdup_printf("%s (n=%u)", report_kernel(report, k), group->good[k]);

		append_element(out, "th", title);
		if (k)
			g_string_append(out, "<th>speedup</th><th>change</th><th>p</th>"
					     "<th>corrected</th>");
	}
	g_string_append(out, "</tr></thead>\n<tbody>\n");
}

static void append_group(GString *out, const struct report *report, const struct group *group,
			 const struct report_set *set)
{
	g_autofree char *params = group_params_text(group);
	g_autofree char *title = g_strdup_printf("%s%s%s", member_text(group->scenario, "name"),
						 *params ? ", " : "", params);
	g_autofree char *odd =
		report->mixed ? g_strdup("") : facts_that_differ(report, group->environment);

	append_element(out, "h3", title);
	if (*odd)
		append_element(out, "p", odd);
	if (!group->rows->len) {
		g_string_append(out, "<p>no good sample</p>\n");
		return;
	}
	append_heading(out, report, group);
	for (guint r = 0; r < group->rows->len; r++)
		append_row(out, report, group->rows->pdata[r], set);
	g_string_append(out, "</tbody></table></div>\n");
}

/* What a text report says, as it says it. */
static void append_pre(GString *out, const GString *text)
{
	if (text->len)
		append_element(out, "pre", text->str);
	g_string_append_c(out, '\n');
}

/* The tables by thread count and the like are the cover letter's. */
static void append_tables(GString *out, const struct report *report, const struct report_set *set)
{
	g_autoptr(GPtrArray) sweeps = sweeps_of(report, set);
	g_autoptr(GString) swept = g_string_new(NULL), rest = g_string_new(NULL);

	for (guint i = 0; i < sweeps->len; i++)
		cover_sweep(swept, sweeps->pdata[i]);
	append_pre(out, swept);
	for (guint i = 0; i < report->groups->len; i++) {
		append_group(out, report, report->groups->pdata[i], set);
		print_outliers(rest, report, report->groups->pdata[i]);
	}
	print_aa(rest, report);
	print_failures(rest, report);
	append_pre(out, rest);
}

/* ---- pictures ---- */

/*
 * gnuplot's SVG without its head. What it refers to by #id is made this picture's own:
 * several are in one page.
 */
static bool append_svg(GString *out, const char *dir, const struct picture *picture,
		       const char *prefix, GError **err)
{
	static const char *const references[] = {" id=\"", " id='", "xlink:href='#", "url(#"};
	g_autofree char *path = g_strdup_printf("%s/%s.svg", dir, picture->name);
	g_autofree char *svg = NULL;

	if (!g_file_get_contents(path, &svg, NULL, err))
		return false;
	const char *start = strstr(svg, "<svg");
	g_autoptr(GString) own = g_string_new(start ? start : svg);

	for (size_t i = 0; i < G_N_ELEMENTS(references); i++) {
		g_autofree char *named = g_strconcat(references[i], prefix, NULL);

		g_string_replace(own, references[i], named, 0);
	}
	g_string_append(out, "<figure>\n");
	g_string_append(out, own->str);
	g_string_append(out, "\n</figure>\n");
	return true;
}

static bool append_pictures(GString *out, const struct report *report, const struct report_set *set,
			    GError **err)
{
	g_autofree char *dir = g_dir_make_tmp("bootlab-plots-XXXXXX", err);
	g_autoptr(GPtrArray) pictures = dir ? plot_all(report, set, dir, err) : NULL;
	bool ok = pictures != NULL;

	for (guint i = 0; ok && i < pictures->len; i++) {
		g_autofree char *prefix =
			g_strdup_printf("c%d-p%u-", (int)member_int(report->about, "id"), i + 1);

		ok = append_svg(out, dir, pictures->pdata[i], prefix, err);
	}
	if (dir)
		path_remove_tree(dir, NULL);
	return ok;
}

/* Drawn from what collectors left: a frame tells its share when it is pointed at. */
static bool append_flames(GString *out, const struct report *report, const struct report_set *set,
			  GError **err)
{
	g_autoptr(GPtrArray) flames = flame_pictures(set->db, report, err);

	if (!flames)
		return false;
	if (flames->len)
		g_string_append(out, "<h2>Where the time goes</h2>\n");
	for (guint i = 0; i < flames->len; i++) {
		const struct flame_picture *flame = flames->pdata[i];

		g_string_append_printf(out, "<figure>\n%s</figure>\n", strstr(flame->svg, "<svg"));
	}
	return true;
}

/* ---- samples ---- */

/* A page that lists more is none that anyone reads, or a browser shows. */
#define LISTED_MAX 1000

static void append_logs(GString *out, json_t *sample)
{
	json_t *log;
	size_t i;

	json_array_foreach (json_object_get(sample, "artifacts"), i, log) {
		append_element(out, "h4", member_text(log, "name"));
		append_element(out, "pre", member_text(log, "text"));
	}
}

static void append_sample(GString *out, const struct report *report, json_t *sample)
{
	const struct place *place = report_place(report, member_int(sample, "cell"));
	const struct group at = {.scenario = place->scenario, .params = place->params};
	g_autofree char *params = group_params_text(&at);
	bool failed = !g_strcmp0(member_text(sample, "status"), "failed");
	const char *reason = member_text(sample, "reason");
	g_autofree char *title = g_strdup_printf(
		"sample %d: %s%s%s, %s, %s %d, %d s%s%s", (int)member_int(sample, "sample"),
		member_text(place->scenario, "name"), *params ? ", " : "", params,
		report_kernel(report, place->kernel),
		member_int(sample, "warmup") ? "warm-up (not counted)" : "iteration",
		(int)member_int(sample, "iteration"),
		(int)(member_int(sample, "ended") - member_int(sample, "started")),
		failed ? ", failed: " : "", failed && reason ? reason : "");

	g_string_append_printf(out, "<details id=\"c%d-s%d\">",
			       (int)member_int(report->about, "id"),
			       (int)member_int(sample, "sample"));
	append_element(out, failed ? "summary class=\"failed\"" : "summary", title);
	append_logs(out, sample);
	g_string_append(out, "</details>\n");
}

static guint ended_samples(const struct report *report)
{
	json_t *counts = json_object_get(report->about, "samples");

	return member_int(counts, "done") + member_int(counts, "warmup") +
	       member_int(counts, "failed");
}

/* Of too many only those that failed. */
static bool append_samples(GString *out, const struct report *report, const struct report_set *set,
			   GError **err)
{
	guint ended = ended_samples(report);
	bool few = ended <= LISTED_MAX;
	json_auto_t *samples =
		db_samples(set->db, member_int(report->about, "id"), !few, LISTED_MAX, err);
	json_t *sample;
	size_t i;

	if (!samples)
		return false;
	g_string_append_printf(out, "<h2>%s, in the order that they ran</h2>\n",
			       few ? "Samples" : "Failed samples");
	if (!few)
		g_string_append_printf(out,
				       "<p>%zu of %u samples are listed here; bootlab report "
				       "--format csv has the values of all, bootlab report --log "
				       "SAMPLE what one left.</p>\n",
				       json_array_size(samples), ended);
	json_array_foreach (samples, i, sample)
		append_sample(out, report, sample);
	return true;
}

/* ---- the page ---- */

static bool append_report(GString *out, const struct report *report, const struct report_set *set,
			  GError **err)
{
	struct verdict verdict = verdict_of(report, report_threshold(report, set->opts));
	g_autofree char *summary = verdict_text(&verdict);
	g_autoptr(GString) facts = g_string_new(NULL), judged = g_string_new(NULL);
	g_autoptr(GString) changes = g_string_new(NULL);
	g_autofree char *title =
		g_strdup_printf("Campaign %d", (int)member_int(report->about, "id"));

	append_element(out, "h1", title);
	g_string_append(out, "<p>");
	append_text(out, summary);
	g_string_append(out, "</p>\n");
	commit_report(changes, report, set);
	append_pre(out, changes);
	g_string_append(out, "<h2>Plots</h2>\n");
	if (!append_pictures(out, report, set, err) || !append_flames(out, report, set, err))
		return false;
	g_string_append(out, "<h2>Tables</h2>\n");
	append_tables(out, report, set);
	g_string_append(out, "<h2>What to judge them by</h2>\n");
	print_significance(judged, report, report_threshold(report, set->opts));
	print_facts(facts, report, db_path(set->db));
	g_string_append(judged, facts->str);
	append_pre(out, judged);
	g_string_append(out, "<h2>The way to reproduce it</h2>\n");
	append_element(out, "pre", member_text(report->about, "command"));
	return append_samples(out, report, set, err);
}

bool format_html(GString *out, const struct report_set *set, GError **err)
{
	g_string_append_printf(
		out,
		"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		"<meta name=\"viewport\" content=\"width=device-width\">\n"
		"<title>bootlab report</title>\n<style>%s</style>\n</head>\n<body>\n",
		style);
	for (guint i = 0; i < set->reports->len; i++)
		if (!append_report(out, set->reports->pdata[i], set, err))
			return false;
	g_string_append(out, "</body>\n</html>\n");
	return true;
}
