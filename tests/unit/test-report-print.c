// SPDX-License-Identifier: GPL-2.0-only
/* Reports of made-up campaigns: the table's text, what is averaged, and what is said of it. */
#include "test-db-fixture.h"

#include "reports/print.h"
#include "reports/report.h"
#include "reports/text.h"

#include <math.h>
#include <sqlite3.h>
#include <stdlib.h>

#define WARM "{'accelerator': 'tcg', 'pool': 'warm'}"
#define COLD "{'accelerator': 'tcg', 'pool': 'cold'}"

/* Sample `id` ends well: marks `first` and `whole` seconds after the start, one DMA map call. */
static void end_well(Db *db, gint64 id, const char *environment, double first, double whole,
		     double map)
{
	GError *err = NULL;
	json_t *result = json_of(
		"{'status': 'done', 'started': 1, 'ended': 2, 'environment': %s, 'events': ["
		"{'ev': 'mark', 'name': 'a', 't': 0}, {'ev': 'mark', 'name': 'b', 't': %.0f}, "
		"{'ev': 'mark', 'name': 'c', 't': %.0f}, "
		"{'ev': 'metric', 'name': 'rate', 'value': %.3f, 'unit': 'MiB/s', "
		"'better': 'higher'}, "
		"{'ev': 'span', 'name': 'dma_map', 'kind': 'bar', 'start': 0, 'end': %.0f, "
		"'bytes': 4096}]}",
		environment, first * 1e9, whole * 1e9, 5000 / whole, map * 1e9);

	if (!store(db, id, result, &err))
		fail_msg("%s", err->message);
}

static void end_badly(Db *db, gint64 id)
{
	GError *err = NULL;
	json_t *result = json_of(
		"{'status': 'failed', 'reason': 'gate dmesg: BUG: fake', 'started': 1, 'ended': 2,"
		" 'environment': " WARM ", 'events': [{'ev': 'mark', 'name': 'a', 't': 0}, "
		"{'ev': 'mark', 'name': 'c', 't': 999000000000}, {'ev': 'gate', 'name': 'dmesg', "
		"'ok': false, 'evidence': 'BUG: fake'}]}");

	if (!store(db, id, result, &err))
		fail_msg("%s", err->message);
}

/* Two kernels, three samples each (odd ids: the base), all good. */
static gint64 good_campaign(Db *db)
{
	gint64 campaign = plan_campaign(db, 3);

	for (int i = 0; i < 3; i++) {
		end_well(db, 2 * i + 1, WARM, 4 + i * 0.1, 25 + i * 0.5, 18.5 + i * 0.25);
		end_well(db, 2 * i + 2, WARM, 0.5, 10 + i * 0.1, 0.02 + i * 0.001);
	}
	return campaign;
}

static char *print(Db *db, gint64 campaign, const struct report_opts *opts)
{
	g_autoptr(GError) err = NULL;
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	if (!report_print(db, &campaign, 1, opts, out, NULL, &err))
		fail_msg("%s", err->message);
	fclose(out);
	return text;
}

/* The tables alone. */
static char *print_tables(Db *db, gint64 campaign, const struct report_opts *opts)
{
	g_autoptr(Report) report =
		report_collect(db, campaign, opts->relative_to, opts->mixed, NULL);
	g_autoptr(GString) text = g_string_new(NULL);

	assert_non_null(report);
	report_compare(report, compare_test_find(opts->test, NULL));
	for (guint i = 0; i < report->groups->len; i++)
		print_table(text, report, report->groups->pdata[i]);
	return g_string_free(g_steal_pointer(&text), FALSE);
}

static void assert_contains(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("no '%s' in:\n%s", part, text);
}

/* good_campaign()'s values, calculated by hand. */
static const char golden[] =
	"fake-boot, memory 1G                               6 good samples, 0 failed\n"
	"\n"
	"                      6.1 (n=3)              6.1+fake-fast (n=3)\n"
	"                 --------------------   ------------------------------\n"
	"  metric                      average   speedup                average\n"
	"  whole           25.5 s     (± 2.0%)     2.5x?    10.1 s     (± 1.0%)\n"
	"  first           4.10 s     (± 2.4%)     8.2x?   0.500 s     (± 0.0%)\n"
	"  pin_calls          1       (± 0.0%)                 1       (± 0.0%)\n"
	"  pin_time       18750 ms    (± 1.3%)   892.9x?    21.0 ms    (± 4.8%)\n"
	"  pin_time_bar   18750 ms    (± 1.3%)   892.9x?    21.0 ms    (± 4.8%)\n"
	"  pin_time_max   18750 ms    (± 1.3%)   892.9x?    21.0 ms    (± 4.8%)\n"
	"  rate             196 MiB/s (± 2.0%)     2.5x?     495 MiB/s (± 1.0%)\n"
	"  first of 6.1+fake-fast: -87.8% [-88.1, -87.5], p 0.100, corrected 0.600\n"
	"\n";

static void table_is_aligned(void **state)
{
	struct fixture *f = *state;
	g_autoptr(Db) db = open_new(f->path);
	g_autofree char *text = print_tables(db, good_campaign(db), &(struct report_opts){0});
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

	for (int i = 0; lines[i]; i++)
		assert_true(text_columns(lines[i]) <= TEXT_WIDTH);
	assert_string_equal(text, golden);
}

static void base_can_be_chosen(void **state)
{
	struct fixture *f = *state;
	GError *err = NULL;
	g_autoptr(Db) db = open_new(f->path);
	gint64 campaign = good_campaign(db);
	g_autofree char *text =
		print_tables(db, campaign, &(struct report_opts){.relative_to = "6.1+fake-fast"});

	assert_true(strstr(text, "6.1+fake-fast (n=3)") < strstr(text, " 6.1 (n=3)"));
	assert_contains(text, "0.4x");
	assert_null(report_collect(db, campaign, "6.2", false, &err));
	assert_error(&err, "no such kernel, but 6.1, 6.1+fake-fast");
}

static void one_sample_has_no_spread_and_none_a_dash(void **state)
{
	struct fixture *f = *state;
	g_autoptr(Db) db = open_new(f->path);
	gint64 campaign = plan_campaign(db, 1);

	end_well(db, 1, WARM, 4, 25, 18);
	end_badly(db, 2);
	g_autofree char *text = print_tables(db, campaign, &(struct report_opts){0});

	assert_null(strstr(text, "±"));
	assert_contains(text, "6.1 (n=1)");
	assert_contains(text, "6.1+fake-fast (n=0)");
	assert_contains(text, "25.0 s                   -\n");
}

static void failed_samples_are_counted_and_never_averaged(void **state)
{
	struct fixture *f = *state;
	g_autoptr(Db) db = open_new(f->path);
	gint64 campaign = plan_campaign(db, 3);

	for (int i = 0; i < 3; i++)
		end_well(db, 2 * i + 1, WARM, 4, 25, 18);
	end_well(db, 2, WARM, 0.5, 10, 0.02);
	end_well(db, 4, WARM, 0.5, 10, 0.02);
	end_badly(db, 6); /* 999 s, were it averaged */
	g_autofree char *text = print(db, campaign, &(struct report_opts){0});

	assert_contains(text, "5 good samples, 1 failed");
	assert_contains(text, "6.1+fake-fast (n=2)");
	assert_contains(text, "2.5x");
	assert_contains(text, "10.0 s     (± 0.0%)");
	assert_contains(
		text,
		"  - sample 6, 6.1+fake-fast, fake-boot, memory 1G, iteration 2: gate dmesg:\n"
		"    BUG: fake\n");
}

/* Six metrics are asked, so 6 samples of each can show a difference: 2/924 times 6. */
static void enough_samples_show_a_difference(void **state)
{
	struct fixture *f = *state;
	g_autoptr(Db) db = open_new(f->path);
	gint64 campaign = plan_campaign(db, 6);
	struct verdict verdict;
	g_autoptr(GString) text = g_string_new(NULL);

	for (int i = 0; i < 6; i++) {
		/* whole and rate are worse by 4 %, first is the same, pinning is better. */
		end_well(db, 2 * i + 1, WARM, 4 + i * 0.1, 25 + i * 0.1, 18.5 + i * 0.25);
		end_well(db, 2 * i + 2, WARM, 4 + (5 - i) * 0.1, 26 + i * 0.1, 0.02 + i * 0.001);
	}
	g_autoptr(Report) report = report_collect(db, campaign, NULL, false, NULL);

	report_compare(report, compare_test_find(NULL, NULL));
	verdict = verdict_of(report, 5);
	assert_int_equal(verdict.regressions, 0);
	assert_int_equal(verdict.improvements, 3);
	assert_int_equal(verdict.small, 2);
	assert_int_equal(verdict.none, 1);
	assert_int_equal(verdict_of(report, 3).regressions, 2);
	print_table(text, report, report->groups->pdata[0]);
	assert_contains(text->str, "       ~  "); /* of first */
	assert_contains(text->str, "1.0x");
	assert_null(strchr(text->str, '?'));
}

static void outliers_are_named_and_averaged(void **state)
{
	struct fixture *f = *state;
	g_autoptr(Db) db = open_new(f->path);
	gint64 campaign = plan_campaign(db, 6);

	for (int i = 0; i < 6; i++) {
		end_well(db, 2 * i + 1, WARM, 4, i == 2 ? 50 : 25 + i * 0.1, 18);
		end_well(db, 2 * i + 2, WARM, 4, 25 + i * 0.1, 18);
	}
	g_autofree char *text = print_tables(db, campaign, &(struct report_opts){0});

	assert_contains(text, "sample 5, 6.1, whole: 50.0 s, where the median");
	assert_contains(text, "whole          29.4 s ");
	assert_null(strstr(text, "sample 6, 6.1+fake-fast"));
}

/* A kernel as both sides, n samples of each; the second half takes `drift` longer. */
static json_t *aa_of_campaign(Db *db, int n, double drift)
{
	gint64 campaign = add_campaign(db), scenario = add_scenario(db);
	gint64 kernel = add_kernel(db, "6.1", "k1");
	json_t *params = json_of("{'memory': 1}");
	gint64 cells[] = {db_cell(db, campaign, kernel, scenario, params, 0, NULL),
			  db_cell(db, campaign, kernel, scenario, params, 1, NULL)};

	json_decref(params);
	for (int i = 0; i < 2 * n; i++) {
		const struct db_slot slot = {cells[i % 2], i / 2 + 1, i, false};

		assert_true(db_sample_plan(db, &slot, NULL));
		end_well(db, i + 1, WARM, 4, 25 + i * 7 % 5 * 0.1 + (i >= n ? drift : 0), 18);
	}
	g_autofree char *text = print(db, campaign, &(struct report_opts){.format = "json"});
	json_t *document = json_loads(text, 0, NULL);
	json_t *table = json_array_get(json_object_get(document, "tables"), 0);
	json_t *aa = json_incref(
		json_object_get(json_array_get(json_object_get(table, "metrics"), 0), "aa"));

	json_decref(document);
	return aa;
}

static void a_kernel_against_itself_tells_of_the_machine(void **state)
{
	struct fixture *f = *state;
	g_autoptr(Db) db = open_new(f->path);
	json_t *aa = aa_of_campaign(db, 8, 0);
	double alarms = member_int(aa, "false_alarms");

	assert_int_equal(member_int(aa, "n"), 8);
	assert_int_equal(member_int(aa, "divisions"), 128);
	assert_true(alarms / 128 < 0.1);
	assert_true(json_number_value(json_object_get(aa, "drift_p")) > 0.3);
	/* sd is 0.14 of 25, and 8 of each show 1.5 sd. */
	assert_true(fabs(json_number_value(json_object_get(aa, "detectable_percent")) - 0.86) <
		    0.1);
	json_decref(aa);
}

/*
 * More pairs than a word has bits: divisions are drawn. These values go up and down within pairs,
 * so that it is more than one in twenty that is an alarm, but no more than that.
 */
static void of_many_pairs_divisions_are_drawn(void **state)
{
	struct fixture *f = *state;
	g_autoptr(Db) db = open_new(f->path);
	json_t *aa = aa_of_campaign(db, 80, 0);
	double alarms = member_int(aa, "false_alarms");

	assert_int_equal(member_int(aa, "n"), 80);
	assert_int_equal(member_int(aa, "divisions"), 2048);
	assert_true(alarms / 2048 > 0.05 && alarms / 2048 < 0.2);
	json_decref(aa);
}

static void drift_is_told(void **state)
{
	struct fixture *f = *state;
	g_autoptr(Db) db = open_new(f->path);
	json_t *aa = aa_of_campaign(db, 8, 5);

	assert_true(json_number_value(json_object_get(aa, "drift_p")) < 0.01);
	assert_true(json_number_value(json_object_get(aa, "detectable_percent")) > 10);
	json_decref(aa);
}

static void campaign_without_good_samples_says_so(void **state)
{
	struct fixture *f = *state;
	g_autoptr(Db) db = open_new(f->path);
	gint64 campaign = plan_campaign(db, 1);

	end_badly(db, 1);
	g_autofree char *text = print(db, campaign, &(struct report_opts){0});

	assert_contains(text, "0 good samples, 1 failed");
	assert_contains(text, "no good sample\n");
	assert_contains(text, "Unfinished: 1 samples");
}

/* The base ran warm, the candidate cold: two tables without a speedup, or one where asked. */
static void unlike_environments_are_not_compared(void **state)
{
	struct fixture *f = *state;
	g_autoptr(Db) db = open_new(f->path);
	gint64 campaign = plan_campaign(db, 2);

	for (int i = 0; i < 2; i++) {
		end_well(db, 2 * i + 1, WARM, 4, 25, 18);
		end_well(db, 2 * i + 2, COLD, 0.5, 10, 0.02);
	}
	g_autofree char *text = print(db, campaign, &(struct report_opts){0});

	assert_contains(text, "environment: pool warm\n");
	assert_contains(text, "environment: pool cold\n");
	assert_contains(text, "--mixed does");
	assert_null(strstr(text, "2.5x"));

	g_autofree char *mixed = print(db, campaign, &(struct report_opts){.mixed = true});

	assert_contains(mixed, "2.5x");
	assert_contains(mixed, "mix samples of unlike environments");
	assert_contains(mixed, "pool warm or cold");
}

static void facts_are_told(void **state)
{
	struct fixture *f = *state;
	g_autoptr(Db) db = open_new(f->path);
	g_autofree char *text = print(db, good_campaign(db), &(struct report_opts){0});

	assert_contains(text, "emulated machine");
	assert_contains(text, "6.1+fake-fast is 6.1.0-fake (build k2)\n");
	assert_contains(text, "Reproduce    bootlab ab fake\n");
	assert_contains(text, "test.db, campaign 1\n");
	assert_contains(text, "6 good, 0 failed");
}

static json_t *metric_of(json_t *report, const char *name)
{
	json_t *table = json_array_get(json_object_get(report, "tables"), 0), *metric;
	size_t i;

	json_array_foreach (json_object_get(table, "metrics"), i, metric)
		if (!strcmp(member_text(metric, "metric"), name))
			return json_object_get(metric, "kernels");
	fail_msg("no metric %s", name);
	return NULL;
}

/* Made deterministic: n samples of each kernel, with a map of so many seconds. */
static gint64 counted_campaign(const struct fixture *f, Db *db, int cpus, int n, const double *map)
{
	gint64 campaign = plan_campaign(db, n);
	g_autofree char *sql =
		g_strdup_printf("UPDATE scenario SET definition = json_set(definition,"
				" '$.testbed', json('{\"deterministic\": true, \"cpus\": %d}'))",
				cpus);
	sqlite3 *raw;

	assert_int_equal(sqlite3_open(f->path, &raw), SQLITE_OK);
	assert_int_equal(sqlite3_exec(raw, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(raw);
	for (int i = 0; i < 2 * n; i++)
		end_well(db, i + 1, WARM, 4, 25, map[i]);
	return campaign;
}

static void what_is_deterministic_is_judged_by_equality(void **state)
{
	static const double half_a_percent[] = {0.200, 0.201};
	static const char *const wanted[] = {
		"pin_time        200 ms       0.995x    201 ms",
		"whole          25.0 s             =   25.0 s",
		"Verdict      3 regressions, 3 comparisons without a difference shown",
		"regression: fake-boot, pin_time of 6.1+fake-fast: +0.50%",
		"a change counts from 0.1 % on",
		"times are instructions at 1",
	};
	struct fixture *f = *state;
	g_autoptr(Db) db = open_new(f->path);
	gint64 campaign = counted_campaign(f, db, 1, 1, half_a_percent);
	g_autofree char *text = print(db, campaign, &(struct report_opts){0});

	for (size_t i = 0; i < G_N_ELEMENTS(wanted); i++)
		assert_contains(text, wanted[i]);
	assert_null(strstr(text, "Warning"));
	assert_null(strchr(text, '~'));
	g_autofree char *coarse = print(db, campaign, &(struct report_opts){.threshold = 1});

	assert_contains(coarse, "no regression shown: 3 differences smaller than that");
}

static void what_was_said_to_be_deterministic_is_held_to_it(void **state)
{
	static const double unequal[] = {0.200, 0.300, 0.201, 0.300};
	struct fixture *f = *state;
	g_autoptr(Db) db = open_new(f->path);
	gint64 campaign = counted_campaign(f, db, 1, 2, unequal);
	g_autofree char *text = print(db, campaign, &(struct report_opts){0});

	assert_contains(text, "no regression shown");
	assert_contains(text,
			"Warning      fake-boot, pin_time of 6.1: not the same in each of its");
}

/* CPUs meet otherwise in each of its samples. */
static void several_cpus_are_judged_by_statistics(void **state)
{
	static const double alike[] = {0.200, 0.300, 0.201, 0.300};
	struct fixture *f = *state;
	g_autoptr(Db) db = open_new(f->path);
	gint64 campaign = counted_campaign(f, db, 2, 2, alike);
	g_autofree char *text = print(db, campaign, &(struct report_opts){0});

	assert_contains(text, "a change counts from 5 % on");
	assert_contains(text, "Mann-Whitney");
	assert_contains(text, "times are instructions at 1");
	assert_null(strstr(text, "not the same in each"));
	g_autofree char *commit = print(db, campaign, &(struct report_opts){.format = "commit"});

	assert_contains(commit, "Means, 95 % intervals, of instructions at 1 per ns");
}

static void json_has_the_same_numbers(void **state)
{
	struct fixture *f = *state;
	g_autoptr(Db) db = open_new(f->path);
	char *text = print(db, good_campaign(db), &(struct report_opts){.format = "json"});
	json_t *report = json_loads(text, 0, NULL);
	json_t *whole = metric_of(report, "whole"), *calls = metric_of(report, "pin_calls");
	double mean, sd, speedup;
	int n;

	assert_int_equal(json_unpack(json_array_get(whole, 1), "{s:i, s:F, s:F, s:F}", "n", &n,
				     "mean", &mean, "sd", &sd, "speedup", &speedup),
			 0);
	assert_int_equal(n, 3);
	assert_true(fabs(mean - 10.1) < 1e-12 && fabs(sd - 0.1) < 1e-12);
	assert_true(fabs(speedup - 25.5 / 10.1) < 1e-12);
	assert_true(json_is_null(json_object_get(json_array_get(whole, 0), "speedup")));
	assert_true(json_is_null(json_object_get(json_array_get(calls, 1), "speedup")));
	json_decref(report);
	free(text);
}

static void plots_are_drawn_with_their_script(void **state)
{
	struct fixture *f = *state;
	g_autoptr(Db) db = open_new(f->path);
	g_autofree char *dir = g_build_filename(f->dir, "plots", NULL);
	g_autofree char *base = g_build_filename(dir, "fake-boot-memory-1G-phases", NULL);
	static const char *const suffixes[] = {".svg", ".png", ".gp", ".dat"};

	free(print(db, good_campaign(db), &(struct report_opts){.plots = dir}));
	for (size_t i = 0; i < G_N_ELEMENTS(suffixes); i++) {
		g_autofree char *path = g_strconcat(base, suffixes[i], NULL);

		assert_true(g_file_test(path, G_FILE_TEST_IS_REGULAR));
	}
	g_autofree char *svg = g_strconcat(base, ".svg", NULL), *picture = NULL;

	assert_true(g_file_get_contents(svg, &picture, NULL, NULL));
	assert_contains(picture, "6.1+fake-fast (n=3)");
	assert_contains(picture, "25.5 s");
	assert_contains(picture, "rgb( 86, 180, 233)");
}

static void set_headline(const char *path, const char *metric)
{
	g_autofree char *sql = g_strdup_printf(
		"UPDATE scenario SET definition = json_set(definition, '$.headline', '%s')",
		metric);
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static void assert_commit_is_of(Db *db, gint64 campaign, const char *metric)
{
	g_autofree char *line = g_strdup_printf("\n  %s ", metric);
	char *text = print(db, campaign, &(struct report_opts){.format = "commit"});

	assert_contains(text, line);
	assert_ptr_equal(strstr(text, " -> "), g_strrstr(text, " -> "));
	free(text);
}

/* Without one it is the last interval; one that no sample has is none. */
static void the_headline_is_what_is_shown(void **state)
{
	struct fixture *f = *state;
	g_autoptr(Db) db = open_new(f->path);
	gint64 campaign = good_campaign(db);

	assert_commit_is_of(db, campaign, "first");
	set_headline(f->path, "whole");
	assert_commit_is_of(db, campaign, "whole");
	set_headline(f->path, "unheard-of");
	assert_commit_is_of(db, campaign, "first");
	g_autofree char *text = print(db, campaign, &(struct report_opts){0});

	assert_contains(text, "Warning      fake-boot: its headline, unheard-of, is none of its");
}

/* Adds two iterations of one kernel that a collector watched to good_campaign(). */
static void add_watched(Db *db, gint64 campaign)
{
	json_auto_t *definition =
		json_of("{'name': 'fake-boot:perf-record', 'probe': 'perf-record',"
			" 'intervals': []}");
	gint64 scenario = db_scenario(db, "fake-boot:perf-record", definition, NULL, NULL);
	gint64 cell = add_cell(db, campaign, 1, scenario, "{'memory': 1}");

	for (int i = 0; i < 2; i++) {
		json_t *result = done_with("");

		json_object_set_new(result, "artifacts",
				    json_of("[{'name': 'perf-record.folded', 'text': "
					    "'entry;<pin>_pages 30'}]"));
		assert_true(db_sample_plan(db, &(struct db_slot){cell, i, 100 + i, false}, NULL));
		assert_true(store(db, 7 + i, result, NULL));
	}
}

static void stacks_are_drawn_in_the_page(void **state)
{
	struct fixture *f = *state;
	g_autoptr(Db) db = open_new(f->path);
	gint64 campaign = good_campaign(db);
	char *page = print(db, campaign, &(struct report_opts){.format = "html"}), *flame;

	assert_null(strstr(page, "Where the time goes"));
	free(page);
	add_watched(db, campaign);
	page = print(db, campaign, &(struct report_opts){.format = "html"});
	flame = strstr(page, "Where the time goes");
	assert_non_null(flame);
	assert_contains(flame, ">fake-boot:perf-record, on 6.1</text>");
	/* Both iterations in one picture, without the head that a file of its own has. */
	assert_contains(flame, "<title>&lt;pin&gt;_pages: 60 samples, 100.0 %</title>");
	assert_contains(flame, "<figure>\n<svg");
	assert_null(strstr(page, "<?xml"));
	free(page);
}

static void plots_folder_is_named_after_the_db(void **state)
{
	(void)state;
	g_autofree char *usual = report_plots_dir("x/bootlab.db");
	g_autofree char *odd = report_plots_dir("x/data");

	assert_string_equal(usual, "x/bootlab-plots");
	assert_string_equal(odd, "x/data-plots");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		fixture_test(table_is_aligned),
		fixture_test(base_can_be_chosen),
		fixture_test(one_sample_has_no_spread_and_none_a_dash),
		fixture_test(failed_samples_are_counted_and_never_averaged),
		fixture_test(enough_samples_show_a_difference),
		fixture_test(outliers_are_named_and_averaged),
		fixture_test(a_kernel_against_itself_tells_of_the_machine),
		fixture_test(of_many_pairs_divisions_are_drawn),
		fixture_test(drift_is_told),
		fixture_test(campaign_without_good_samples_says_so),
		fixture_test(unlike_environments_are_not_compared),
		fixture_test(facts_are_told),
		fixture_test(what_is_deterministic_is_judged_by_equality),
		fixture_test(what_was_said_to_be_deterministic_is_held_to_it),
		fixture_test(several_cpus_are_judged_by_statistics),
		fixture_test(json_has_the_same_numbers),
		fixture_test(plots_are_drawn_with_their_script),
		fixture_test(stacks_are_drawn_in_the_page),
		fixture_test(the_headline_is_what_is_shown),
		cmocka_unit_test(plots_folder_is_named_after_the_db),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
