// SPDX-License-Identifier: GPL-2.0-only
/* Reading: what the view derives, from good samples only, and what a campaign was. */
#include "test-db-fixture.h"

#include <sqlite3.h>

#define EVENTS                                                                                     \
	"{'ev': 'mark', 'name': 'c', 't': 9000}, {'ev': 'mark', 'name': 'a', 't': 1000}, "         \
	"{'ev': 'mark', 'name': 'b', 't': 3000}, "                                                 \
	"{'ev': 'metric', 'name': 'boots', 'value': 2, 'unit': 'count', 'better': 'higher'}, "     \
	"{'ev': 'metric', 'name': 'rate', 'value': 0.1, 'unit': 'GiB/s', 'better': 'higher'}, "    \
	"{'ev': 'span', 'name': 'dma_map', 'kind': 'ram', 'start': 0, 'end': 10, 'bytes': 1}, "    \
	"{'ev': 'span', 'name': 'dma_map', 'kind': 'bar', 'start': 10, 'end': 110, 'bytes': 2}, "  \
	"{'ev': 'span', 'name': 'dma_map', 'kind': 'bar', 'start': 200, 'end': 500, 'bytes': 2}, " \
	"{'ev': 'span', 'name': 'dma_unmap', 'kind': 'all', 'start': 0, 'end': 7, 'bytes': 5}, "   \
	"{'ev': 'span', 'name': 'odd', 'kind': 'x', 'start': 1, 'end': 4, 'bytes': 0}"

static bool append_value(const struct db_value *v, void *data)
{
	g_string_append_printf(data, "%d:%s=%.17g %s %s\n", (int)v->sample, v->metric, v->value,
			       v->unit, v->better);
	return true;
}

/* The views say what values are: what is read without them must be the same. */
static void assert_as_the_views_say(const char *path, gint64 campaign, const char *got)
{
	g_autoptr(GString) want = g_string_new(NULL);
	sqlite3_stmt *stmt = NULL;
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(
		sqlite3_prepare_v2(
			db,
			"SELECT sample, metric, value, unit, better, cell, iteration, source, place "
			"FROM measurement WHERE campaign = ?1 UNION ALL "
			"SELECT sample, metric, value, unit, better, cell, iteration, source, place "
			"FROM probe_measurement WHERE campaign = ?1 "
			"ORDER BY source, place, metric, cell, iteration",
			-1, &stmt, NULL),
		SQLITE_OK);
	sqlite3_bind_int64(stmt, 1, campaign);
	while (sqlite3_step(stmt) == SQLITE_ROW)
		append_value(
			&(struct db_value){
				.sample = sqlite3_column_int64(stmt, 0),
				.metric = (const char *)sqlite3_column_text(stmt, 1),
				.value = sqlite3_column_double(stmt, 2),
				.unit = (const char *)sqlite3_column_text(stmt, 3),
				.better = (const char *)sqlite3_column_text(stmt, 4),
			},
			want);
	sqlite3_finalize(stmt);
	sqlite3_close(db);
	assert_string_equal(got, want->str);
}

static bool append_mark(const struct db_mark *m, void *data)
{
	g_string_append_printf(data, "%d:%s=%d\n", (int)m->sample, m->name, (int)m->t);
	return true;
}

static bool first_only(const struct db_value *v, void *data)
{
	append_value(v, data);
	return false;
}

static void values_are_derived(void **state)
{
	struct fixture *f = *state;
	g_autoptr(Db) db = open_new(f->path);
	g_autoptr(GString) got = g_string_new(NULL);
	gint64 campaign = plan_campaign(db, 1);

	assert_true(store(db, 1, done_with(EVENTS), NULL));
	assert_true(db_values(db, campaign, append_value, got, NULL));
	assert_string_equal(got->str, "1:whole=8000 ns lower\n"
				      "1:first=2000 ns lower\n"
				      "1:odd_calls=1 count neither\n"
				      "1:odd_time=3 ns lower\n"
				      "1:odd_time_max=3 ns lower\n"
				      "1:odd_time_x=3 ns lower\n"
				      "1:pin_calls=3 count neither\n"
				      "1:pin_time=410 ns lower\n"
				      "1:pin_time_bar=400 ns lower\n"
				      "1:pin_time_max=300 ns lower\n"
				      "1:pin_time_ram=10 ns lower\n"
				      "1:unpin_calls=1 count neither\n"
				      "1:unpin_time=7 ns lower\n"
				      "1:unpin_time_all=7 ns lower\n"
				      "1:unpin_time_max=7 ns lower\n"
				      "1:boots=2 count higher\n"
				      "1:rate=0.10000000000000001 GiB/s higher\n");
	g_string_truncate(got, 0);
	assert_true(db_values(db, campaign, first_only, got, NULL));
	assert_string_equal(got->str, "1:whole=8000 ns lower\n");
}

/* Planned one way, run another, with another campaign's in between, and some with less. */
static void values_are_those_of_the_views(void **state)
{
	static const char *const events[] = {
		EVENTS,
		"{'ev': 'metric', 'name': 'rate', 'value': 3, 'unit': 'MiB/s', 'better': 'higher'}",
		"{'ev': 'mark', 'name': 'c', 't': 4}, {'ev': 'mark', 'name': 'a', 't': 1}, "
		"{'ev': 'span', 'name': 'dma_map', 'kind': 'ram', 'start': 5, 'end': 9, 'bytes': 1}",
	};
	struct fixture *f = *state;
	g_autoptr(Db) db = open_new(f->path);
	gint64 campaigns[] = {plan_campaign(db, 2), plan_campaign(db, 2)}, first = 1;

	assert_true(db_extend(db, campaigns[0], &first, 1, NULL));
	assert_true(db_sample_plan(db, &(struct db_slot){2, 8, 50, false}, NULL));
	assert_true(db_sample_plan(db, &(struct db_slot){2, 5, 51, false}, NULL));
	for (int i = 11; i >= 1; i--)
		assert_true(store(db, i, done_with(events[i % 3]), NULL));
	for (int i = 0; i < 2; i++) {
		g_autoptr(GString) got = g_string_new(NULL);

		assert_true(db_values(db, campaigns[i], append_value, got, NULL));
		assert_as_the_views_say(f->path, campaigns[i], got->str);
	}
}

static void marks_come_in_order(void **state)
{
	struct fixture *f = *state;
	g_autoptr(Db) db = open_new(f->path);
	g_autoptr(GString) got = g_string_new(NULL);
	gint64 campaign = plan_campaign(db, 1);

	assert_true(store(db, 2, done_with(EVENTS), NULL));
	assert_true(store(db, 1,
			  done_with("{'ev': 'mark', 'name': 'a', 't': 5}, "
				    "{'ev': 'mark', 'name': 'z', 't': 4}"),
			  NULL));
	assert_true(db_marks(db, campaign, append_mark, got, NULL));
	assert_string_equal(got->str, "1:z=4\n1:a=5\n2:a=1000\n2:b=3000\n2:c=9000\n");
}

static bool append_span(const struct db_span *span, void *data)
{
	g_string_append_printf(data, "%s %s %d-%d\n", span->name, span->kind, (int)span->start,
			       (int)span->end);
	return true;
}

static void spans_of_a_sample_come_in_order(void **state)
{
	struct fixture *f = *state;
	g_autoptr(Db) db = open_new(f->path);
	g_autoptr(GString) got = g_string_new(NULL);

	plan_campaign(db, 1);
	assert_true(store(db, 1, done_with(EVENTS), NULL));
	assert_true(store(db, 2, done_with(""), NULL));
	assert_true(db_spans(db, 2, append_span, got, NULL));
	assert_string_equal(got->str, "");
	assert_true(db_spans(db, 1, append_span, got, NULL));
	assert_string_equal(got->str, "dma_map ram 0-10\n"
				      "dma_unmap all 0-7\n"
				      "odd x 1-4\n"
				      "dma_map bar 10-110\n"
				      "dma_map bar 200-500\n");
}

static void failed_samples_and_other_campaigns_have_no_values(void **state)
{
	struct fixture *f = *state;
	g_autoptr(Db) db = open_new(f->path);
	g_autoptr(GString) got = g_string_new(NULL);
	gint64 campaign = plan_campaign(db, 1), other = plan_campaign(db, 1);
	json_t *failed = done_with(EVENTS);

	json_object_set_new(failed, "status", json_string("failed"));
	json_object_set_new(failed, "reason", json_string("panic"));
	assert_true(store(db, 1, failed, NULL));
	assert_true(store(db, 3, done_with(EVENTS), NULL));
	assert_true(db_values(db, campaign, append_value, got, NULL));
	assert_true(db_marks(db, campaign, append_mark, got, NULL));
	assert_string_equal(got->str, "");
	assert_true(db_values(db, other, append_value, got, NULL));
	assert_true(g_str_has_prefix(got->str, "3:whole=8000 ns"));
}

static void campaign_is_described(void **state)
{
	struct fixture *f = *state;
	g_autoptr(Db) db = open_new(f->path);
	gint64 campaign = plan_campaign(db, 2);

	assert_true(store(db, 1, done_with(""), NULL));
	assert_true(store(db, 2,
			  json_of("{'status': 'failed', 'reason': 'gate', 'started': 1, "
				  "'ended': 2, 'environment': null, 'events': ["
				  "{'ev': 'gate', 'name': 'good', 'ok': true, 'evidence': ''}, "
				  "{'ev': 'gate', 'name': 'dmesg', 'ok': false, "
				  "'evidence': 'BUG: fake'}]}"),
			  NULL));
	json_t *got = db_campaign_describe(db, campaign, NULL);
	json_t *want = json_of(
		"{'id': 1, 'command': 'bootlab ab fake', 'seed': 7, 'host': 'fakehost', "
		"'samples': {'planned': 2, 'done': 1, 'failed': 1, 'warmup': 0}, "
		"'goal': [], 'sources': [], 'kernels': [{'id': 1, 'name': '6.1', 'base': '6.1', 'series': null, "
		"'patches': 0, 'key': 'k1', 'release': '6.1.0-fake', 'config_hash': 'c0ffee', "
		"'compiler': 'gcc 12.2.0', 'side': 0, 'patch_list': []}, "
		"{'id': 2, 'name': '6.1+fake-fast', 'base': '6.1', 'series': 'fake', "
		"'patches': 1, 'key': 'k2', 'release': '6.1.0-fake', 'config_hash': 'c0ffee', "
		"'compiler': 'gcc 12.2.0', 'side': 0, "
		"'patch_list': [{'subject': 'fake: faster', "
		"'author': 'A <a@example.org>'}]}], "
		"'scenarios': [{'id': 1, 'name': 'fake-boot', 'definition': " FAKE_SCENARIO "}], "
		"'environments': [{'id': 1, 'facts': " FAKE_ENVIRONMENT ", "
		"'samples': {'planned': 0, 'done': 1, 'failed': 0, 'warmup': 0}}], "
		"'cells': [{'id': 1, 'kernel_id': 1, 'side': 0, 'scenario_id': 1, "
		"'params': {'memory': 1073741824}, "
		"'samples': {'planned': 1, 'done': 1, 'failed': 0, 'warmup': 0}}, "
		"{'id': 2, 'kernel_id': 2, 'side': 0, 'scenario_id': 1, 'params': {'memory': 1073741824}, "
		"'samples': {'planned': 1, 'done': 0, 'failed': 1, 'warmup': 0}}], "
		"'failures': [{'sample': 2, 'cell': 2, 'kernel': '6.1+fake-fast', "
		"'scenario': 'fake-boot', 'iteration': 0, 'environment': null, "
		"'reason': 'gate', 'gates': [{'name': 'dmesg', 'evidence': 'BUG: fake'}]}]}");

	assert_true(json_integer_value(json_object_get(got, "created")) > 1700000000);
	json_object_del(got, "created");
	assert_true(json_equal(got, want));
	json_decref(want);
	json_decref(got);
}

/* The first iteration of each kernel is to warm up. */
static void warm_up_is_kept_and_has_no_values(void **state)
{
	struct fixture *f = *state;
	struct db_planned next = {0};
	g_autoptr(Db) db = open_new(f->path);
	g_autoptr(GString) got = g_string_new(NULL);
	gint64 campaign = plan_campaign(db, 1);
	gint64 cell = add_cell(db, campaign, 1, 1, "{'memory': 1}");

	assert_true(db_sample_plan(db, &(struct db_slot){cell, 1, 7, true}, NULL));
	assert_true(store(db, 1, done_with(EVENTS), NULL));
	assert_true(store(db, 2, done_with(EVENTS), NULL));
	assert_int_equal(db_sample_next(db, campaign, &next, NULL), 1);
	assert_true(next.warmup);
	db_planned_clear(&next);
	assert_true(store(db, 3, done_with(EVENTS), NULL));
	assert_int_equal(counts_of(db, campaign).done, 3);
	assert_true(db_values(db, campaign, append_value, got, NULL));
	assert_non_null(strstr(got->str, "1:whole="));
	assert_null(strstr(got->str, "3:whole="));

	json_t *about = db_campaign_describe(db, campaign, NULL);
	json_t *counts = json_object_get(about, "samples");

	assert_int_equal(json_integer_value(json_object_get(counts, "done")), 2);
	assert_int_equal(json_integer_value(json_object_get(counts, "warmup")), 1);
	json_decref(about);
}

static void a_kernel_has_a_cell_on_each_side(void **state)
{
	struct fixture *f = *state;
	g_autoptr(Db) db = open_new(f->path);
	gint64 campaign = plan_campaign(db, 1);
	json_t *params = json_of("{'memory': 1073741824}");
	gint64 again = db_cell(db, campaign, 1, 1, params, 1, NULL);

	assert_int_equal(again, 3);
	assert_int_equal(db_cell(db, campaign, 1, 1, params, 0, NULL), 1);
	json_t *about = db_campaign_describe(db, campaign, NULL);
	json_t *kernels = json_object_get(about, "kernels");

	assert_int_equal(json_array_size(kernels), 3);
	assert_string_equal(json_string_value(json_object_get(json_array_get(kernels, 2), "name")),
			    "6.1 (again)");
	json_decref(about);
	json_decref(params);
}

static void a_campaign_has_a_goal_and_grows(void **state)
{
	struct fixture *f = *state;
	GError *err = NULL;
	struct db_goal goal = {.percent = 2.5, .iterations = 20}, got;
	g_autoptr(Db) db = open_new(f->path);
	gint64 campaign = plan_campaign(db, 2), cells[] = {2, 1, 99};

	assert_int_equal(db_goal(db, campaign, &got, NULL), 0);
	assert_true(db_goal_set(db, campaign, &goal, NULL));
	assert_int_equal(db_goal(db, campaign, &got, NULL), 1);
	assert_true(got.percent == 2.5 && got.iterations == 20 && !got.seconds && !got.metric);
	assert_true(store(db, 1, done_with(""), NULL));
	assert_int_equal(db_campaign_seconds(db, campaign, NULL), 10);
	assert_false(db_extend(db, campaign, cells, 3, &err));
	assert_error(&err, "no cell 99");
	assert_int_equal(counts_of(db, campaign).planned, 3);
	assert_true(db_extend(db, campaign, cells, 2, NULL));
	assert_int_equal(counts_of(db, campaign).planned, 5);
}

static void unknown_campaign_is_named(void **state)
{
	struct fixture *f = *state;
	GError *err = NULL;
	g_autoptr(Db) db = open_new(f->path);

	assert_null(db_campaign_describe(db, 42, &err));
	assert_error(&err, "no campaign 42");
}

static void campaigns_are_listed_newest_first(void **state)
{
	struct fixture *f = *state;
	g_autoptr(Db) db = open_new(f->path);

	plan_campaign(db, 1);
	plan_campaign(db, 2);
	json_t *list = db_campaigns(db, NULL);

	assert_int_equal(json_array_size(list), 2);
	json_t *newest = json_array_get(list, 0);

	assert_int_equal(json_integer_value(json_object_get(newest, "id")), 2);
	assert_int_equal(
		json_integer_value(json_object_get(json_object_get(newest, "samples"), "planned")),
		4);
	json_decref(list);
}

static gint64 add_probe(Db *db)
{
	json_t *definition = json_of("{'name': 'fake-boot:spy', 'probe': 'spy', 'intervals': []}");
	gint64 id = db_scenario(db, "fake-boot:spy", definition, NULL, NULL);

	json_decref(definition);
	return id;
}

static bool append_file(const char *text, void *data)
{
	g_string_append_printf(data, "%s\n", text);
	return true;
}

/* A collector that disturbs has samples of its own: what it says is read, what it disturbs not. */
static void a_probe_is_read_for_what_it_says_alone(void **state)
{
	struct fixture *f = *state;
	g_autoptr(Db) db = open_new(f->path);
	g_autoptr(GString) got = g_string_new(NULL);
	gint64 campaign = add_campaign(db), kernel = add_kernel(db, "6.1", "k1");
	gint64 plain = add_cell(db, campaign, kernel, add_scenario(db), "{'memory': 1}");
	gint64 probe = add_cell(db, campaign, kernel, add_probe(db), "{'memory': 1}");

	assert_true(db_sample_plan(db, &(struct db_slot){plain, 0, 0, false}, NULL));
	assert_true(db_sample_plan(db, &(struct db_slot){probe, 0, 1, false}, NULL));
	for (int i = 1; i <= 2; i++)
		assert_true(store(
			db, i,
			json_of("{'status': 'done', 'reason': null, 'started': 1700000000, "
				"'ended': 1700000010, 'environment': " FAKE_ENVIRONMENT ", "
				"'events': [%s, {'ev': 'metric', 'name': 'spy.waits', 'value': 3, "
				"'unit': 'count', 'better': 'neither'}, {'ev': 'metric', "
				"'name': 'spyglass.x', 'value': 4, 'unit': 'count', "
				"'better': 'neither'}], "
				"'artifacts': [{'name': 'spy.folded', 'text': 'a %d'}]}",
				EVENTS, i),
			NULL));
	assert_true(db_values(db, campaign, append_value, got, NULL));
	assert_non_null(strstr(got->str, "1:spy.waits=3 count neither\n"));
	assert_non_null(strstr(got->str, "1:whole=8000 ns lower\n"));
	assert_null(strstr(got->str, "\n2:whole"));
	assert_as_the_views_say(f->path, campaign, got->str);
	assert_true(g_str_has_suffix(got->str, "\n2:waits=3 count neither\n"));
	assert_ptr_equal(strstr(got->str, "\n2:"), g_strrstr(got->str, "\n2:"));
	g_string_truncate(got, 0);
	assert_true(db_marks(db, campaign, append_mark, got, NULL));
	assert_null(strstr(got->str, "2:"));
	g_string_truncate(got, 0);
	assert_true(db_files(db, probe, "spy.folded", append_file, got, NULL));
	assert_true(db_files(db, probe, "folded", append_file, got, NULL));
	assert_string_equal(got->str, "a 2\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		fixture_test(values_are_derived),
		fixture_test(a_probe_is_read_for_what_it_says_alone),
		fixture_test(values_are_those_of_the_views),
		fixture_test(marks_come_in_order),
		fixture_test(spans_of_a_sample_come_in_order),
		fixture_test(failed_samples_and_other_campaigns_have_no_values),
		fixture_test(campaign_is_described),
		fixture_test(warm_up_is_kept_and_has_no_values),
		fixture_test(a_kernel_has_a_cell_on_each_side),
		fixture_test(a_campaign_has_a_goal_and_grows),
		fixture_test(unknown_campaign_is_named),
		fixture_test(campaigns_are_listed_newest_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
