// SPDX-License-Identifier: GPL-2.0-only
/* Planning and storing: whole or not at all, once, and whatever kills the process. */
#include "test-db-fixture.h"

#include "db/sql.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define MARK_A	"{'ev': 'mark', 'name': 'a', 't': 1000}"
#define GATE_OK "{'ev': 'gate', 'name': 'dmesg', 'ok': true, 'evidence': 'clean'}"

static gint64 count_rows(Db *db, const char *table)
{
	g_autofree char *sql = g_strdup_printf("SELECT count(*) FROM %s", table);
	gint64 n = -1;

	assert_int_equal(sql_int(db, sql, SQL_NO_ARGS, &n, NULL), 1);
	return n;
}

static void equal_rows_are_one(void **state)
{
	struct fixture *f = *state;
	g_autoptr(Db) db = open_new(f->path);
	gint64 campaign = add_campaign(db), kernel = add_kernel(db, "6.1", "k1");
	gint64 scenario = add_scenario(db);
	gint64 cell = add_cell(db, campaign, kernel, scenario, "{'a': 1, 'b': 'x'}");

	assert_true(campaign > 0 && kernel > 0 && scenario > 0 && cell > 0);
	assert_int_equal(add_kernel(db, "6.1", "k1"), kernel);
	assert_int_not_equal(add_kernel(db, "6.1", "rebuilt"), kernel);
	assert_int_equal(add_scenario(db), scenario);
	assert_int_equal(add_cell(db, campaign, kernel, scenario, "{'b': 'x', 'a': 1}"), cell);
	assert_int_not_equal(add_cell(db, campaign, kernel, scenario, "{'a': 2}"), cell);
}

static void samples_come_in_the_order_planned(void **state)
{
	struct fixture *f = *state;
	g_autoptr(Db) db = open_new(f->path);
	gint64 campaign = plan_campaign(db, 2);
	struct db_planned next;

	for (int i = 0; i < 4; i++) {
		assert_int_equal(db_sample_next(db, campaign, &next, NULL), 1);
		assert_int_equal(next.position, i);
		assert_int_equal(next.iteration, i / 2);
		assert_string_equal(next.kernel, i % 2 ? "6.1+fake-fast" : "6.1");
		assert_string_equal(next.kernel_key, i % 2 ? "k2" : "k1");
		assert_string_equal(next.scenario, "fake-boot");
		assert_int_equal(json_array_size(json_object_get(next.definition, "phases")), 3);
		assert_int_equal(json_integer_value(json_object_get(next.params, "memory")),
				 1073741824);
		assert_int_equal(db_campaign_latest(db, true, NULL), campaign);
		assert_true(store(db, next.id, done_with(MARK_A), NULL));
		db_planned_clear(&next);
	}
	assert_int_equal(db_sample_next(db, campaign, &next, NULL), 0);
	assert_int_equal(db_campaign_latest(db, true, NULL), 0);
	assert_int_equal(db_campaign_latest(db, false, NULL), campaign);
}

static void plan_is_there_whole_or_not(void **state)
{
	struct fixture *f = *state;
	g_autoptr(Db) db = open_new(f->path);

	assert_true(db_begin(db, NULL));
	plan_campaign(db, 3);
	db_rollback(db);
	assert_int_equal(db_campaign_latest(db, false, NULL), 0);
	assert_true(db_begin(db, NULL));
	gint64 campaign = plan_campaign(db, 3);

	assert_true(db_commit(db, NULL));
	assert_int_equal(counts_of(db, campaign).planned, 6);
}

static void a_place_is_planned_once(void **state)
{
	struct fixture *f = *state;
	GError *err = NULL;
	g_autoptr(Db) db = open_new(f->path);

	plan_campaign(db, 1);
	assert_false(db_sample_plan(db, &(struct db_slot){1, 0, 99, false}, &err));
	assert_error(&err, "sample.cell, sample.iteration");
	assert_false(db_sample_plan(db, &(struct db_slot){1, 99, 0, false}, &err));
	assert_error(&err, "sample.campaign, sample.position");
	assert_false(db_sample_plan(db, &(struct db_slot){12345, 0, 50, false}, &err));
	assert_error(&err, "no cell 12345");
}

static void bad_scenario_leaves_nothing(void **state)
{
	struct fixture *f = *state;
	GError *err = NULL;
	g_autoptr(Db) db = open_new(f->path);
	json_t *definition = json_of("{'intervals': [{'name': 'x', 'from': 'a', 'to': 'b',"
				     " 'better': 'lower'}, {'name': 'y', 'from': 'a'}]}");

	assert_true(db_begin(db, NULL));
	assert_int_equal(
		db_scenario(db, "bad", definition, json_object_get(definition, "intervals"), &err),
		-1);
	assert_error(&err, "interval.to_mark");
	assert_true(db_commit(db, NULL));
	assert_int_equal(count_rows(db, "scenario"), 0);
	assert_int_equal(count_rows(db, "interval"), 0);
	json_decref(definition);
}

/* What is refused, and what of the refusal the user must see. */
static const struct {
	const char *result, *error;
} refused[] = {
	{"'status': 'done', 'events': [" MARK_A ", " MARK_A "]", "mark 2 (a)"},
	{"'status': 'done', 'events': [{'ev': 'mark', 'name': 'a'}]", "mark 1 (a)"},
	{"'status': 'done', 'events': [{'ev': 'mark', 'name': 'a', 't': 'noon'}]", "mark 1 (a)"},
	{"'status': 'done', 'events': [" MARK_A ", {'ev': 'log', 'text': 'x'}]", "event 2"},
	{"'status': 'done', 'events': [{'ev': 'span', 'name': 's', 'kind': 'k', 'start': 9, "
	 "'end': 8, 'bytes': 0}]",
	 "span 1 (s)"},
	{"'status': 'done', 'events': [{'ev': 'metric', 'name': 'm', 'value': 1, 'unit': 's', "
	 "'better': 'bigger'}]",
	 "metric 1 (m)"},
	{"'status': 'done', 'events': [{'ev': 'gate', 'name': 'g', 'ok': false, 'evidence': ''}]",
	 "gate 1 (g)"},
	{"'status': 'done', 'events': [" MARK_A ", {'ev': 'mark', 'name': 'c', 't': 2000}, "
	 "{'ev': 'metric', 'name': 'whole', 'value': 1, 'unit': 's', 'better': 'lower'}]",
	 "metric whole: comes from two sources"},
	{"'status': 'done', 'reason': 'odd', 'events': []", "end_is_whole"},
	{"'status': 'failed', 'events': []", "end_is_whole"},
	{"'status': 'planned', 'events': []", "end_is_whole"},
	{"'status': 'done', 'artifacts': [{'name': 'console'}]", "artifact 1 (console)"},
};

static void bad_result_leaves_the_sample_planned(void **state)
{
	struct fixture *f = *state;
	GError *err = NULL;
	g_autoptr(Db) db = open_new(f->path);
	gint64 campaign = plan_campaign(db, 1);

	for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
		json_t *result = json_of("{'started': 1, 'ended': 2, 'environment': "
					 "{'case': %zu}, %s}",
					 i, refused[i].result);

		assert_false(store(db, 1, result, &err));
		assert_error(&err, refused[i].error);
	}
	assert_int_equal(counts_of(db, campaign).planned, 2);
	assert_int_equal(count_rows(db, "mark"), 0);
	assert_int_equal(count_rows(db, "environment"), 0);
}

static void facts_are_texts_and_integers(void **state)
{
	struct fixture *f = *state;
	GError *err = NULL;
	g_autoptr(Db) db = open_new(f->path);

	plan_campaign(db, 1);
	assert_false(store(db, 1,
			   json_of("{'status': 'done', 'started': 1, 'ended': 2, "
				   "'environment': {'load': 0.5}}"),
			   &err));
	assert_error(&err, "environment: load");
	assert_false(store(db, 1,
			   json_of("{'status': 'done', 'started': 1, 'ended': 2, "
				   "'environment': null}"),
			   &err));
	assert_error(&err, "end_is_whole");
	assert_true(store(db, 1,
			  json_of("{'status': 'failed', 'reason': 'panic', 'started': 1,"
				  " 'ended': 2, 'environment': null}"),
			  &err));
}

static void a_sample_ends_once(void **state)
{
	struct fixture *f = *state;
	GError *err = NULL;
	g_autoptr(Db) db = open_new(f->path);

	plan_campaign(db, 1);
	assert_true(store(db, 1, done_with(MARK_A), NULL));
	assert_false(store(db, 1, done_with(""), &err));
	assert_error(&err, "has ended already");
	assert_false(store(db, 777, done_with(""), &err));
	assert_error(&err, "no such sample");
	assert_int_equal(count_rows(db, "mark"), 1);
}

static void equal_environments_share_a_row(void **state)
{
	struct fixture *f = *state;
	g_autoptr(Db) db = open_new(f->path);

	plan_campaign(db, 2);
	for (int sample = 1; sample <= 3; sample++)
		assert_true(store(db, sample, done_with(GATE_OK), NULL));
	assert_true(store(db, 4,
			  json_of("{'status': 'done', 'started': 1, 'ended': 2, "
				  "'environment': {'accelerator': 'kvm'}}"),
			  NULL));
	assert_int_equal(count_rows(db, "environment"), 2);
}

/* A result with enough spans to be many pages. */
static json_t *large_result(void)
{
	json_t *result = done_with(MARK_A), *list = json_object_get(result, "events");

	for (int i = 0; i < 2000; i++)
		json_array_append_new(list, json_of("{'ev': 'span', 'name': 'dma_map', "
						    "'kind': 'bar', 'start': %d, 'end': %d, "
						    "'bytes': 4096}",
						    i * 10, i * 10 + 5));
	return result;
}

static void full_disk_is_named_and_undone(void **state)
{
	struct fixture *f = *state;
	GError *err = NULL;
	g_autoptr(Db) db = open_new(f->path);
	gint64 campaign = plan_campaign(db, 1), pages;
	gint64 found = sql_int(db, "PRAGMA page_count", SQL_NO_ARGS, &pages, NULL);
	g_autofree char *limit =
		g_strdup_printf("PRAGMA max_page_count = %" G_GINT64_FORMAT, pages + 5);

	assert_int_equal(found, 1);
	assert_true(sql_run(db, limit, SQL_NO_ARGS, NULL));
	assert_false(store(db, 1, large_result(), &err));
	assert_error(&err, "no space is left");
	assert_int_equal(counts_of(db, campaign).planned, 2);
	assert_int_equal(count_rows(db, "span"), 0);
	assert_true(store(db, 1, done_with(MARK_A), NULL));
	assert_true(db_check(db, NULL));
}

static int statements_left;

static int die_at_statement(unsigned type, void *data, void *stmt, void *sql)
{
	(void)type, (void)data, (void)stmt, (void)sql;
	if (--statements_left == 0)
		kill(getpid(), SIGKILL);
	return 0;
}

/* In a child: stores sample 1 well, then is killed at the nth statement of storing sample 2. */
static void store_and_die(const char *path, int n)
{
	Db *db = open_new(path);

	/* A small cache: rows reach the file before the commit, as with a large transaction. */
	assert_true(sql_run(db, "PRAGMA cache_size = 4", SQL_NO_ARGS, NULL));
	assert_true(store(db, 1, large_result(), NULL));
	statements_left = n;
	sqlite3_trace_v2(db->handle, SQLITE_TRACE_STMT, die_at_statement, NULL);
	store(db, 2, large_result(), NULL);
	_exit(1);
}

static void killed_in_a_store_loses_that_sample_only(void **state)
{
	struct fixture *f = *state;
	g_autofree char *journal = g_strconcat(f->path, "-journal", NULL);
	static const int moments[] = {1, 2, 3, 1000, 2000};
	int hot = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(moments); i++) {
		int status;
		Db *db = open_new(f->path);
		gint64 campaign = plan_campaign(db, 1);

		db_close(db);
		pid_t child = fork();

		if (child == 0)
			store_and_die(f->path, moments[i]);
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
		hot += g_file_test(journal, G_FILE_TEST_EXISTS);

		db = db_open(f->path, DB_READ, NULL);
		assert_true(db_check(db, NULL));
		assert_int_equal(counts_of(db, campaign).done, 1);
		assert_int_equal(counts_of(db, campaign).planned, 1);
		assert_int_equal(count_rows(db, "span"), 2000);
		assert_int_equal(count_rows(db, "mark"), 1);
		db_close(db);
		assert_int_equal(g_unlink(f->path), 0);
	}
	assert_true(hot > 0); /* else no kill was in the middle of anything */
}

static void killed_at_any_moment_stays_whole(void **state)
{
	struct fixture *f = *state;
	Db *db = open_new(f->path);
	gint64 campaign = plan_campaign(db, 500);

	db_close(db);
	for (int round = 0; round < 10; round++) {
		pid_t child = fork();

		if (child == 0) {
			struct db_planned next;

			db = open_new(f->path);
			while (db_sample_next(db, campaign, &next, NULL) > 0)
				store(db, next.id, done_with(MARK_A ", " GATE_OK), NULL);
			_exit(0);
		}
		g_usleep(5000 + round * 3700);
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);

		db = open_new(f->path);
		assert_true(db_check(db, NULL));
		assert_int_equal(count_rows(db, "mark"), counts_of(db, campaign).done);
		assert_int_equal(count_rows(db, "gate"), counts_of(db, campaign).done);
		db_close(db);
	}
	db = open_new(f->path);
	assert_true(counts_of(db, campaign).done > 0);
	db_close(db);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		fixture_test(equal_rows_are_one),
		fixture_test(samples_come_in_the_order_planned),
		fixture_test(plan_is_there_whole_or_not),
		fixture_test(a_place_is_planned_once),
		fixture_test(bad_scenario_leaves_nothing),
		fixture_test(bad_result_leaves_the_sample_planned),
		fixture_test(facts_are_texts_and_integers),
		fixture_test(a_sample_ends_once),
		fixture_test(equal_environments_share_a_row),
		fixture_test(full_disk_is_named_and_undone),
		fixture_test(killed_in_a_store_loses_that_sample_only),
		fixture_test(killed_at_any_moment_stays_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
