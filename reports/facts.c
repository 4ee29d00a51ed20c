// SPDX-License-Identifier: GPL-2.0-only
/* What stands under the tables: all that must be known to judge the numbers. */
#include "lab/units.h"
#include "reports/bootstrap.h"
#include "reports/interval.h"
#include "reports/print.h"
#include "reports/text.h"
#include "reports/verdict.h"

#include <math.h>
#include <string.h>

#define INDENT PRINT_FACTS_INDENT

/* ---- environments ---- */

static bool has_good_samples(json_t *environment)
{
	return member_int(json_object_get(environment, "samples"), "done") > 0;
}

/* Facts called ..._memory are in bytes. */
static char *value_text(const char *key, json_t *value)
{
	if (json_is_string(value))
		return g_strdup(json_string_value(value));
	if (g_str_has_suffix(key, "_memory"))
		return size_human(json_integer_value(value));
	return g_strdup_printf("%" JSON_INTEGER_FORMAT, json_integer_value(value));
}

char *report_fact(const struct report *report, const char *key)
{
	g_autoptr(GPtrArray) values = g_ptr_array_new_with_free_func(g_free);
	json_t *environment;
	size_t i;

	json_array_foreach (json_object_get(report->about, "environments"), i, environment) {
		json_t *value = json_object_get(json_object_get(environment, "facts"), key);
		g_autofree char *text = value_text(key, value);

		if (value && has_good_samples(environment) &&
		    !g_ptr_array_find_with_equal_func(values, text, g_str_equal, NULL))
			g_ptr_array_add(values, g_steal_pointer(&text));
	}
	if (!values->len)
		return NULL;
	g_ptr_array_add(values, NULL);
	return g_strjoinv(" or ", (char **)values->pdata);
}

/* Whether all environments of good samples agree on a fact. */
static bool is_common(const struct report *report, const char *key, json_t *value)
{
	json_t *environment;
	size_t i;

	json_array_foreach (json_object_get(report->about, "environments"), i, environment) {
		json_t *other = json_object_get(json_object_get(environment, "facts"), key);

		if (has_good_samples(environment) && !(other && json_equal(other, value)))
			return false;
	}
	return true;
}

char *facts_that_differ(const struct report *report, gint64 environment)
{
	json_t *environments = json_object_get(report->about, "environments"), *one, *value;
	g_autoptr(GString) text = g_string_new(NULL);
	const char *key;
	size_t i;

	json_array_foreach (environments, i, one) {
		if (member_int(one, "id") != environment)
			continue;
		json_object_foreach (json_object_get(one, "facts"), key, value) {
			g_autofree char *shown = value_text(key, value);

			if (!is_common(report, key, value))
				g_string_append_printf(text, "%s%s %s", text->len ? ", " : "", key,
						       shown);
		}
	}
	return g_string_free(g_steal_pointer(&text), FALSE);
}

/* ---- the lines: each appends its text, or nothing where nothing is known ---- */

/* The fact with what is said around it, after a comma where it is not the first. */
static void append_fact(GString *text, const struct report *report, const char *before,
			const char *key, const char *after)
{
	g_autofree char *value = report_fact(report, key);

	if (value)
		g_string_append_printf(text, "%s%s%s%s", text->len ? ", " : "", before, value,
				       after);
}

/* Of samples measured elsewhere, only what was said of them is known. */
static bool is_imported(const struct report *report)
{
	return json_array_size(json_object_get(report->about, "sources")) > 0;
}

static void testbed(GString *text, const struct report *report)
{
	append_fact(text, report, "", "testbed", "");
	append_fact(text, report, "on ", "machine", "");
	append_fact(text, report, "", "testbed_arch", "");
	append_fact(text, report, "", "testbed_cpus", " CPUs");
	append_fact(text, report, "", "testbed_memory", "");
	append_fact(text, report, "memory pool ", "pool", "");
	if (is_imported(report))
		g_string_append(text, "; bootlab neither ran these samples nor checked any gate: "
				      "they are as good as the file that they were read from");
}

char *report_accelerator(const struct report *report)
{
	g_autofree char *name = report_fact(report, "accelerator");

	if (is_imported(report))
		return g_strdup("measured elsewhere");
	return g_strdup_printf("accelerator %s", name ?: "unknown");
}

static void sources(GString *text, const struct report *report)
{
	json_t *source;
	size_t i;

	json_array_foreach (json_object_get(report->about, "sources"), i, source)
		g_string_append_printf(text, "%s%s (%s, sha256 %.16s)", i ? "\n" : "",
				       member_text(source, "name"), member_text(source, "format"),
				       member_text(source, "sha256"));
}

bool report_aliases(const struct report *report)
{
	g_autofree char *contents = report_fact(report, "node1_contents");

	return contents && strstr(contents, "aliased");
}

/* A node of its own for a guest's RAM; whether its contents are worth anything must be known. */
static void node(GString *text, const struct report *report)
{
	append_fact(text, report, "", "node1_memory", " for the guest, as NUMA node 1");
	append_fact(text, report, "in ", "node1_pages", " pages of this machine");
	append_fact(text, report, "contents ", "node1_contents", "");
	if (report_aliases(report))
		g_string_append(text, "; clearing, page tables, pins and IOMMU mappings are real, "
				      "what is written to one page shows in others");
}

static void host(GString *text, const struct report *report)
{
	append_fact(text, report, "", "host_cpu", "");
	append_fact(text, report, "", "host_cpus", " CPUs");
	append_fact(text, report, "", "host_memory", "");
	append_fact(text, report, "Linux ", "host_kernel", "");
}

static void accelerator(GString *text, const struct report *report)
{
	g_autofree char *name = report_fact(report, "accelerator");
	g_autofree char *cpus = report_fact(report, "testbed_cpus");

	append_fact(text, report, "", "accelerator", "");
	append_fact(text, report, "QEMU ", "qemu", "");
	append_fact(text, report, "libvirt ", "libvirt", "");
	if (name && report_deterministic(report))
		g_string_append(text,
				"; instruction-counted: times are instructions at 1 per ns, not "
				"wall time");
	if (report_deterministic(report) && cpus && strcmp(cpus, "1"))
		g_string_append(text,
				"; CPUs take turns on one clock: times are the instructions of all "
				"of them together, but projected ones are of CPUs side by side");
	if (name && strstr(name, "tcg"))
		g_string_append(text,
				"; tcg emulates every instruction: absolute times are those of "
				"an emulated machine, compare ratios");
}

static void append_kernel(GString *text, const struct report *report, guint k)
{
	json_t *kernel = json_array_get(report->kernels, k);

	if (is_imported(report))
		g_string_append_printf(text, "%s is what the samples' source calls so",
				       report_kernel(report, k));
	else
		g_string_append_printf(text, "%s is %s (build %.12s)", report_kernel(report, k),
				       member_text(kernel, "release"), member_text(kernel, "key"));
}

static void kernels(GString *text, const struct report *report)
{
	for (guint k = 0; k < report->n_kernels; k++) {
		if (k)
			g_string_append_c(text, '\n');
		append_kernel(text, report, k);
	}
	if (report->n_kernels && !is_imported(report))
		g_string_append_printf(text, "\nbuilt by %s",
				       member_text(json_array_get(report->kernels, 0), "compiler"));
}

/* true if a kernel that comes later has the same series with as many patches or more. */
static bool is_prefix(const struct report *report, guint k)
{
	json_t *kernel = json_array_get(report->kernels, k);

	for (guint i = 0; i < report->n_kernels; i++) {
		json_t *other = json_array_get(report->kernels, i);
		int more = member_int(other, "patches") - member_int(kernel, "patches");

		if (json_equal(json_object_get(kernel, "series"),
			       json_object_get(other, "series")) &&
		    (more > 0 || (!more && i > k)))
			return true;
	}
	return false;
}

static void patches(GString *text, const struct report *report)
{
	for (guint k = 0; k < report->n_kernels; k++) {
		json_t *kernel = json_array_get(report->kernels, k), *patch;
		size_t i;

		if (is_prefix(report, k))
			continue;
		json_array_foreach (json_object_get(kernel, "patch_list"), i, patch)
			g_string_append_printf(text, "%s%s %zu: %s (%s)", text->len ? "\n" : "",
					       member_text(kernel, "series"), i + 1,
					       member_text(patch, "subject"),
					       member_text(patch, "author"));
	}
}

static void guest(GString *text, const struct report *report)
{
	json_t *scenario;
	size_t i;

	json_array_foreach (json_object_get(report->about, "scenarios"), i, scenario) {
		json_t *definition = json_object_get(scenario, "definition");
		const char *kernel = member_text(definition, "guest_kernel");

		/* A scenario that is run for a collector, too, has the same guest. */
		if (kernel && !member_text(definition, "probe"))
			g_string_append_printf(text, "%s%s: kernel %s", text->len ? ", " : "",
					       member_text(scenario, "name"), kernel);
	}
}

static void thp(GString *text, const struct report *report)
{
	append_fact(text, report, "enabled=", "thp_enabled", "");
	append_fact(text, report, "defrag=", "thp_defrag", "");
}

/* true if a scenario of the campaign had this collector. */
static bool has_collector(const struct report *report, const char *name)
{
	json_t *scenario, *collector;
	size_t i, j;

	json_array_foreach (json_object_get(report->about, "scenarios"), i, scenario) {
		json_t *definition = json_object_get(scenario, "definition");

		json_array_foreach (json_object_get(definition, "collectors"), j, collector)
			if (!g_strcmp0(json_string_value(collector), name))
				return true;
	}
	return false;
}

/* Perf's users expect cycles: where there are none, it is told. */
static void pmu(GString *text, const struct report *report)
{
	g_autofree char *pmu = report_fact(report, "pmu");

	if (!pmu || strcmp(pmu, "none"))
		return;
	if (has_collector(report, "perf-stat"))
		g_string_append(text, "none: perf-stat counts the kernel's own events alone");
	if (has_collector(report, "perf-record"))
		g_string_append_printf(text, "%sperf-record samples by a timer (cpu-clock)",
				       text->len ? "; " : "none: ");
}

static void probes(GString *text, const struct report *report)
{
	json_t *scenario;
	size_t i;

	json_array_foreach (json_object_get(report->about, "scenarios"), i, scenario) {
		const char *probe = member_text(json_object_get(scenario, "definition"), "probe");

		if (probe)
			g_string_append_printf(text, "%s%s", text->len ? ", " : "",
					       member_text(scenario, "name"));
	}
	if (text->len)
		g_string_append(text, ": samples of their own, in which a collector disturbed what "
				      "it watched; no time of theirs is in the other tables");
}

static void samples(GString *text, const struct report *report)
{
	json_t *counts = json_object_get(report->about, "samples");
	int done = member_int(counts, "done"), failed = member_int(counts, "failed");
	int warmup = member_int(counts, "warmup");

	g_string_append_printf(text, "%d good, %d failed, ", done, failed);
	if (warmup)
		g_string_append_printf(text, "%d to warm up (kept, not counted), ", warmup);
	if (is_imported(report))
		g_string_append(text, "in an order that is not known");
	else
		g_string_append_printf(
			text, "kernels interleaved in random order (seed %" G_GINT64_FORMAT ")",
			member_int(report->about, "seed"));
	g_string_append(text, "; average: mean, ±: sample standard deviation in percent of it "
			      "(none for n=1), n: good samples");
}

/* How near a table's samples came to the goal. */
static void append_reached(GString *text, const struct report *report, const struct group *group,
			   json_t *goal)
{
	g_autofree char *params = group_params_text(group);
	double precision = group_precision(report, group, member_text(goal, "metric"));
	double wanted = json_number_value(json_object_get(goal, "percent"));

	g_string_append_printf(text, "\n%s%s%s: ", member_text(group->scenario, "name"),
			       *params ? ", " : "", params);
	if (isnan(precision))
		g_string_append(text, "not known");
	else
		g_string_append_printf(text, "±%.2g%% (the worst kernel's)%s", precision,
				       precision <= wanted ? "" : ", not reached");
}

/* What the campaign went on for, and how near it came. */
static void goal(GString *text, const struct report *report)
{
	json_t *goal = json_array_get(json_object_get(report->about, "goal"), 0);
	const char *metric = member_text(goal, "metric");

	if (!goal)
		return;
	g_string_append_printf(text, "the mean of %s known to ±%g%%, of at most %d samples each",
			       metric ?: "each scenario's headline",
			       json_number_value(json_object_get(goal, "percent")),
			       (int)member_int(goal, "iterations"));
	if (member_int(goal, "seconds"))
		g_string_append_printf(text, " and %d s", (int)member_int(goal, "seconds"));
	for (guint i = 0; i < report->groups->len; i++)
		if (!group_probe(report->groups->pdata[i]))
			append_reached(text, report, report->groups->pdata[i], goal);
}

static void date(GString *text, const struct report *report)
{
	g_autoptr(GDateTime) when =
		g_date_time_new_from_unix_utc(member_int(report->about, "created"));
	g_autofree char *shown = g_date_time_format(when, "%F %H:%M UTC");

	if (is_imported(report))
		g_string_append_printf(text, "elsewhere; imported %s", shown);
	else
		g_string_append_printf(text, "%s, on %s", shown,
				       member_text(report->about, "host"));
}

static void reproduce(GString *text, const struct report *report)
{
	g_string_append(text, member_text(report->about, "command"));
}

static const struct {
	const char *label;
	void (*append)(GString *text, const struct report *report);
} lines[] = {
	{"Testbed", testbed},
	{"Source", sources},
	{"Memory", node},
	{"Host", host},
	{"Accelerator", accelerator},
	{"Kernels", kernels},
	{"Patches", patches},
	{"Guest", guest},
	{"THP", thp},
	{"PMU", pmu},
	{"Probes", probes},
	{"Samples", samples},
	{"Goal", goal},
	{"Measured", date},
	{"Reproduce", reproduce},
};

/* Whether samples that are not alike are in one report, and what became of that. */
static void print_unlike(GString *out, const struct report *report)
{
	json_t *environments = json_object_get(report->about, "environments"), *one;
	guint unlike = 0;
	size_t i;

	json_array_foreach (environments, i, one)
		unlike += has_good_samples(one);
	if (unlike < 2)
		return;
	text_paragraph(
		out, "Note", INDENT,
		report->mixed
			? "the averages mix samples of unlike environments (--mixed)"
			: "samples of unlike environments are in tables of their own and are not "
			  "compared; --mixed does");
}

/* A label, and a paragraph for each line of the text. */
static void print_lines(GString *out, const char *label, const char *text)
{
	g_auto(GStrv) paragraphs = g_strsplit(text, "\n", -1);

	for (int i = 0; paragraphs[i]; i++)
		text_paragraph(out, i ? "" : label, INDENT, paragraphs[i]);
}

/* ---- significance ---- */

static void print_needs(GString *out, const struct report *report, const struct group *group)
{
	guint needed = verdict_samples_needed(report, group);
	g_autofree char *params = group_params_text(group);
	guint asked = group_asked(report, group), fewest = verdict_fewest(report, group);
	g_autofree char *text = g_strdup_printf(
		"%s%s%s: %u samples of a kernel are too few to show any difference at %.0f %%, "
		"%u comparison%s asked at once: -n %u could",
		member_text(group->scenario, "name"), *params ? ", " : "", params, fewest,
		100 * TEST_ALPHA, asked, asked == 1 ? "" : "s", needed);

	if (needed && fewest)
		text_paragraph(out, "Warning", INDENT, text);
}

/* The regressions one by one: they are what a reader has to look at. */
static void print_regressions(GString *out, const struct report *report, const struct group *group,
			      double threshold)
{
	for (guint r = 0; r < group->rows->len; r++) {
		const struct row *row = group->rows->pdata[r];

		for (guint k = 1; k < report->n_kernels; k++) {
			const struct comparison *c = &row->versus[k];
			g_autofree char *change = compare_change_text(c);
			g_autofree char *p = compare_p_text(c->p_holm);
			g_autofree char *text =
				g_strdup_printf("regression: %s, %s of %s: %s%s%s",
						member_text(group->scenario, "name"), row->metric,
						report_kernel(report, k), change,
						c->exact ? "" : ", p ", c->exact ? "" : p);

			if (verdict_is_regression(c, threshold))
				text_paragraph(out, "", INDENT, text);
		}
	}
}

/* What was said to be deterministic and was not is a fault of the testbed's, and must be seen. */
static void print_unequal(GString *out, const struct report *report, const struct group *group)
{
	for (guint r = 0; r < group->rows->len; r++) {
		const struct row *row = group->rows->pdata[r];

		for (guint k = 0; k < report->n_kernels; k++) {
			g_autofree char *text = g_strdup_printf(
				"%s, %s of %s: not the same in each of its deterministic samples, so "
				"that no difference of it is shown",
				member_text(group->scenario, "name"), row->metric,
				report_kernel(report, k));

			if (report->test->exact && !compare_all_equal(&row->series[k]))
				text_paragraph(out, "Warning", INDENT, text);
		}
	}
}

/* A scenario is about a metric that it has. */
static void print_headless(GString *out, const struct group *group)
{
	const char *headline =
		member_text(json_object_get(group->scenario, "definition"), "headline");
	const struct row *main = group_main_row(group);

	if (!headline || !main || group_probe(group) || !strcmp(main->metric, headline))
		return;
	g_autofree char *text =
		g_strdup_printf("%s: its headline, %s, is none of its metrics; what shows but one "
				"shows %s",
				member_text(group->scenario, "name"), headline, main->metric);

	text_paragraph(out, "Warning", INDENT, text);
}

/* Whether the intervals of a report's comparisons are by another way than the bootstrap. */
static bool has_long_series(const struct report *report)
{
	for (guint i = 0; i < report->groups->len; i++) {
		const struct group *group = report->groups->pdata[i];

		for (guint k = 1; k < report->n_kernels; k++)
			if (group->good[0] + group->good[k] > INTERVAL_BOOTSTRAP_MAX)
				return true;
	}
	return false;
}

static char *statistics_text(const struct report *report, double threshold)
{
	if (report->test->exact)
		return g_strdup_printf(
			"none: samples are deterministic, any difference is one of the "
			"kernels; = where there is none; a change counts from %g %% on",
			threshold);
	g_autofree char *others =
		has_long_series(report)
			? g_strdup_printf(" (of more than %d values: Welch's, Fieller's)",
					  INTERVAL_BOOTSTRAP_MAX)
			: g_strdup("");

	return g_strdup_printf("%s, Holm's correction in each table, at %.0f %%; ~ where no "
			       "difference is shown, ? where samples are too few to say; "
			       "intervals: 95 %%, BCa bootstrap, %d resamples, seed %d%s; a "
			       "change counts from %g %% on",
			       report->test->title, 100 * TEST_ALPHA, BOOTSTRAP_RESAMPLES,
			       BOOTSTRAP_SEED, others, threshold);
}

void print_significance(GString *out, const struct report *report, double threshold)
{
	struct verdict verdict = verdict_of(report, threshold);
	g_autofree char *verdict_line = verdict_text(&verdict);
	g_autofree char *test = statistics_text(report, threshold);

	for (guint i = 0; i < report->groups->len; i++)
		print_unequal(out, report, report->groups->pdata[i]);
	for (guint i = 0; i < report->groups->len; i++)
		print_headless(out, report->groups->pdata[i]);
	if (report->n_kernels < 2)
		return;
	text_paragraph(out, "Verdict", INDENT, verdict_line);
	for (guint i = 0; i < report->groups->len; i++)
		if (!group_probe(report->groups->pdata[i]))
			print_regressions(out, report, report->groups->pdata[i], threshold);
	for (guint i = 0; i < report->groups->len; i++)
		if (!group_probe(report->groups->pdata[i]))
			print_needs(out, report, report->groups->pdata[i]);
	text_paragraph(out, "Statistics", INDENT, test);
}

void print_facts(GString *out, const struct report *report, const char *db_path)
{
	g_autofree char *data = g_strdup_printf("%s, campaign %" G_GINT64_FORMAT, db_path,
						member_int(report->about, "id"));

	print_unlike(out, report);
	for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
		g_autoptr(GString) text = g_string_new(NULL);

		lines[i].append(text, report);
		if (text->len)
			print_lines(out, lines[i].label, text->str);
	}
	text_paragraph(out, "Data", INDENT, data);
}
