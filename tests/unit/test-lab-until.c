// SPDX-License-Identifier: GPL-2.0-only
/* Campaigns that go on until their means are known: what is planned more, and when it ends. */
#include "test-db-fixture.h"

#include "lab/until.h"

/* Ends every planned sample; `whole` takes 10 s, by turns `off` seconds more and less. */
static void run_all(Db *db, gint64 campaign, double off)
{
	struct db_planned next;

	while (db_sample_next(db, campaign, &next, NULL) > 0) {
		double end = 10 + off * (next.iteration % 2 ? 1 : -1);
		json_t *result = json_of(
			"{'status': 'done', 'started': 100, 'ended': 130, 'environment': " FAKE_ENVIRONMENT
			", 'events': [{'ev': 'mark', 'name': 'a', 't': 0}, "
			"{'ev': 'mark', 'name': 'b', 't': %.0f}, "
			"{'ev': 'mark', 'name': 'c', 't': %.0f}]}",
			end * 5e8, end * 1e9);

		assert_true(store(db, next.id, result, NULL));
		db_planned_clear(&next);
	}
}

static gint64 plan_with(Db *db, const struct db_goal *goal)
{
	gint64 campaign = plan_campaign(db, 2);

	assert_true(db_goal_set(db, campaign, goal, NULL));
	return campaign;
}

static void no_goal_no_more(void **state)
{
	struct fixture *f = *state;
	g_autoptr(Db) db = open_new(f->path);
	gint64 campaign = plan_campaign(db, 2);

	run_all(db, campaign, 1);
	assert_int_equal(until_extend(db, campaign, NULL), 0);
}

/* Off by 1 % by turns: known to 12.7 % of 2, 2.5 % of 3, below 2 % of 4 samples. */
static void goes_on_until_the_mean_is_known(void **state)
{
	struct fixture *f = *state;
	g_autoptr(Db) db = open_new(f->path);
	gint64 campaign = plan_with(db, &(struct db_goal){.percent = 2, .iterations = 50});
	int rounds = 0;

	run_all(db, campaign, 0.1);
	while (until_extend(db, campaign, NULL) == 1) {
		assert_int_equal(counts_of(db, campaign).planned, 2);
		run_all(db, campaign, 0.1);
		rounds++;
	}
	assert_int_equal(rounds, 2);
	assert_int_equal(counts_of(db, campaign).done, 8);
	assert_int_equal(until_extend(db, campaign, NULL), 0);
}

static void stops_at_its_iterations(void **state)
{
	struct fixture *f = *state;
	g_autoptr(Db) db = open_new(f->path);
	gint64 campaign = plan_with(db, &(struct db_goal){.percent = 0.1, .iterations = 5});

	run_all(db, campaign, 1);
	while (until_extend(db, campaign, NULL) == 1)
		run_all(db, campaign, 1);
	assert_int_equal(counts_of(db, campaign).done, 10);
}

/* A sample takes 30 s here. */
static void stops_at_its_budget(void **state)
{
	struct fixture *f = *state;
	g_autoptr(Db) db = open_new(f->path);
	gint64 campaign =
		plan_with(db, &(struct db_goal){.percent = 0.1, .iterations = 50, .seconds = 200});

	run_all(db, campaign, 1);
	while (until_extend(db, campaign, NULL) == 1)
		run_all(db, campaign, 1);
	assert_int_equal(db_campaign_seconds(db, campaign, NULL), 240);
}

static void judges_by_the_metric_that_is_named(void **state)
{
	struct fixture *f = *state;
	g_autoptr(Db) db = open_new(f->path);
	gint64 campaign = plan_with(
		db, &(struct db_goal){.percent = 50, .metric = "pin_time", .iterations = 4});

	run_all(db, campaign, 0);
	/* There is no such metric: nothing of it is known, however often it is run. */
	assert_int_equal(until_extend(db, campaign, NULL), 1);
	run_all(db, campaign, 0);
	assert_int_equal(until_extend(db, campaign, NULL), 1);
	run_all(db, campaign, 0);
	assert_int_equal(until_extend(db, campaign, NULL), 0);
}

/* Memory 2 is for the base alone, as where the others lack what a parameter turns. */
static void a_kernel_without_a_cell_is_not_waited_for(void **state)
{
	struct fixture *f = *state;
	g_autoptr(Db) db = open_new(f->path);
	gint64 campaign = plan_with(db, &(struct db_goal){.percent = 2, .iterations = 50});
	gint64 cell = add_cell(db, campaign, 1, 1, "{'memory': 2}");

	for (int i = 0; i < 2; i++)
		assert_true(db_sample_plan(db, &(struct db_slot){cell, i, 50 + i, false}, NULL));
	run_all(db, campaign, 0);
	assert_int_equal(until_extend(db, campaign, NULL), 0);
}

/* The order of the samples that are added, as it stands in the file. */
static char *order_in(const char *path)
{
	g_autoptr(Db) db = db_open(path, DB_READ_WRITE, NULL);
	GString *order = g_string_new(NULL);
	struct db_planned next;

	assert_int_equal(until_extend(db, 1, NULL), 1);
	while (db_sample_next(db, 1, &next, NULL) > 0) {
		g_string_append_printf(order, "%s@%d ", next.kernel, next.position);
		assert_true(store(db, next.id, done_with(""), NULL));
		db_planned_clear(&next);
	}
	return g_string_free(order, FALSE);
}

static void adds_the_same_whenever_it_is_asked(void **state)
{
	struct fixture *f = *state;
	g_autofree char *copy = g_strconcat(f->path, ".copy", NULL), *bytes = NULL;
	gsize length;

	{
		g_autoptr(Db) db = open_new(f->path);

		plan_with(db, &(struct db_goal){.percent = 1, .iterations = 9});
		run_all(db, 1, 1);
	}
	assert_true(g_file_get_contents(f->path, &bytes, &length, NULL));
	assert_true(g_file_set_contents(copy, bytes, length, NULL));
	g_autofree char *once = order_in(f->path), *again = order_in(copy);

	assert_string_equal(once, again);
	assert_non_null(strstr(once, "@4 "));
	assert_non_null(strstr(once, "@5 "));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		fixture_test(no_goal_no_more),
		fixture_test(goes_on_until_the_mean_is_known),
		fixture_test(stops_at_its_iterations),
		fixture_test(stops_at_its_budget),
		fixture_test(judges_by_the_metric_that_is_named),
		fixture_test(a_kernel_without_a_cell_is_not_waited_for),
		fixture_test(adds_the_same_whenever_it_is_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
