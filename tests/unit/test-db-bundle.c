// SPDX-License-Identifier: GPL-2.0-only
/* A bundle loses nothing, comes in once, and is refused where anything of it is wrong. */
#include "test-db-fixture.h"

#include "db/bundle.h"
#include "db/sql.h"
#include "lab/intake.h"

static const struct intake_opts opts = {.command = "bootlab import"};

/* All that a db holds, as a bundle. g_free it. */
static char *bundle_of(Db *db)
{
	char *text = NULL;
	size_t length;
	GError *err = NULL;
	FILE *out = open_memstream(&text, &length);
	bool ok = db_bundle_write(db, NULL, 0, out, &err);

	fclose(out);
	if (!ok)
		fail_msg("%s", err->message);
	char *copy = g_strndup(text, length);

	free(text);
	return copy;
}

static bool take(Db *db, const char *text, struct intake_outcome *outcome, GError **err)
{
	struct intake_outcome unused;

	return intake_bytes(db, "b", text, strlen(text), &opts, outcome ? outcome : &unused, err);
}

static void assert_refused(Db *db, const char *text, const char *why)
{
	g_autofree char *before = bundle_of(db);
	GError *err = NULL;

	assert_false(take(db, text, NULL, &err));
	assert_error(&err, why);
	g_autofree char *after = bundle_of(db);

	assert_string_equal(before, after);
}

#define METRIC(name, value)                                                                \
	"{'ev': 'metric', 'name': '" name "', 'value': " value ", 'unit': 's', 'better': " \
	"'lower'}"

/* One of each that there can be: good, failed, still to be run, with a goal. */
static void fill(Db *db)
{
	gint64 campaign = plan_campaign(db, 2);
	const struct db_goal goal = {.percent = 2.5, .metric = "whole", .iterations = 9};

	assert_true(db_goal_set(db, campaign, &goal, NULL));
	assert_true(store(
		db, 1,
		done_with("{'ev': 'mark', 'name': 'a', 't': 1},"
			  "{'ev': 'mark', 'name': 'c', 't': 9007199254740993},"
			  "{'ev': 'span', 'name': 'dma_map', 'kind': 'ram', 'start': 1,"
			  " 'end': 3, 'bytes': 4096},"
			  "{'ev': 'gate', 'name': 'dmesg', 'ok': true, 'evidence': 'ø'}," METRIC(
				  "third", "0.1") "," METRIC("tiny", "5e-324")),
		NULL));
	assert_true(store(db, 2,
			  json_of("{'status': 'failed', 'reason': 'it fell over', 'started': 1,"
				  " 'ended': 2, 'environment': null, 'events': [{'ev': 'gate',"
				  " 'name': 'dmesg', 'ok': false, 'evidence': 'BUG'}],"
				  " 'artifacts': [{'name': 'console.log', 'text': 'x\\ty'}]}"),
			  NULL));
}

static Db *open_second(struct fixture *f)
{
	g_autofree char *path = g_build_filename(f->dir, "second.db", NULL);

	return open_new(path);
}

/* All rows of all tables. free it. */
static char *dump(Db *db)
{
	json_auto_t *tables = sql_rows(db,
				       "SELECT name FROM sqlite_schema WHERE type = 'table' "
				       "AND name NOT LIKE 'sqlite%' ORDER BY name",
				       SQL_NO_ARGS, NULL);
	json_auto_t *all = json_object();
	json_t *table;
	size_t i;

	json_array_foreach (tables, i, table) {
		const char *name = json_string_value(json_object_get(table, "name"));
		g_autofree char *sql = g_strdup_printf("SELECT * FROM %s", name);

		json_object_set_new(all, name, sql_rows(db, sql, SQL_NO_ARGS, NULL));
	}
	return json_dumps(all, JSON_SORT_KEYS | JSON_INDENT(1));
}

static void nothing_is_lost(void **state)
{
	struct fixture *f = *state;
	g_autoptr(Db) first = open_new(f->path);
	g_autoptr(Db) second = open_second(f);
	struct intake_outcome outcome;

	fill(first);
	g_autofree char *bundle = bundle_of(first);

	assert_true(take(second, bundle, &outcome, NULL));
	assert_int_equal(outcome.campaigns, 1);
	assert_int_equal(outcome.samples, 4);
	assert_false(outcome.known);
	char *one = dump(first), *other = dump(second);

	assert_string_equal(one, other);
	free(one);
	free(other);
	g_autofree char *again = bundle_of(second);

	assert_string_equal(bundle, again);
	assert_true(db_check(second, NULL));
}

static void a_bundle_comes_in_once(void **state)
{
	struct fixture *f = *state;
	g_autoptr(Db) first = open_new(f->path);
	g_autoptr(Db) second = open_second(f);
	struct intake_outcome outcome;

	fill(first);
	g_autofree char *bundle = bundle_of(first);

	/* Where it came from, and where it was brought to. */
	assert_true(take(first, bundle, &outcome, NULL));
	assert_true(outcome.known);
	assert_true(take(second, bundle, NULL, NULL));
	assert_true(take(second, bundle, &outcome, NULL));
	assert_true(outcome.known);
	g_autofree char *one = bundle_of(first), *other = bundle_of(second);

	assert_string_equal(one, bundle);
	assert_string_equal(other, bundle);
}

static void ids_that_are_taken_are_replaced(void **state)
{
	struct fixture *f = *state;
	g_autoptr(Db) first = open_new(f->path);
	g_autoptr(Db) second = open_second(f);
	struct intake_outcome outcome;
	gint64 values = 0, failed = 0;

	fill(first);
	plan_campaign(second, 1);
	g_autofree char *bundle = bundle_of(first);

	assert_true(take(second, bundle, &outcome, NULL));
	assert_int_equal(outcome.campaign, 2);
	sql_int(second, "SELECT count(*) FROM measurement WHERE campaign = 2", SQL_NO_ARGS, &values,
		NULL);
	assert_int_equal(values, 7);
	sql_int(second,
		"SELECT count(*) FROM artifact AS a JOIN sample AS s ON s.id = a.sample "
		"WHERE s.campaign = 2 AND s.status = 'failed'",
		SQL_NO_ARGS, &failed, NULL);
	assert_int_equal(failed, 1);
	assert_true(db_check(second, NULL));
}

static void one_with_more_samples_is_no_news_to_swallow(void **state)
{
	struct fixture *f = *state;
	g_autoptr(Db) first = open_new(f->path);
	g_autoptr(Db) second = open_second(f);

	fill(first);
	g_autofree char *before = bundle_of(first);

	assert_true(take(second, before, NULL, NULL));
	assert_true(store(first, 3, done_with(""), NULL));
	g_autofree char *after = bundle_of(first);

	assert_refused(second, after, "with 2 samples that have ended, and has 3 in the bundle");
	/* The other way round, all of it is there. */
	assert_true(take(first, before, NULL, NULL));
}

/* The bundle with a text in place of another, which must be in it. g_free it. */
static char *changed(const char *bundle, const char *from, const char *to)
{
	g_auto(GStrv) parts = g_strsplit(bundle, from, 2);

	if (!parts[1])
		fail_msg("'%s' is not in %s", from, bundle);
	return g_strconcat(parts[0], to, parts[1], NULL);
}

static void wrong_bundles_are_refused(void **state)
{
	static const struct {
		const char *from, *to, *why;
	} cases[] = {
		{"{\"bootlab_bundle\":1}", "{\"bootlab_bundle\":2}",
		 "b:1: is a bundle of version 2, and this bootlab knows up to 1"},
		{"{\"bootlab_bundle\":1}", "{\"bootlab_bundle\":\"x\"}", "b:1: is no bundle"},
		{"{\"bootlab_bundle\":1}", "{\"x\": \"bootlab_bundle\"}", "b:1: is no bundle"},
		{"{\"goal\":", "{\"gaol\":", "b:3: 'gaol' is no kind of record"},
		{"{\"goal\":", "{\"goal\":[],\"x\":", "b:3: is no object with one member"},
		{"\"uuid\":", "\"uid\":", "b:2: the campaign lacks its uuid"},
		{"\"planned\":2", "\"planned\":3", "has 4 samples, and should have 5"},
		{"\"samples\":4", "\"samples\":5", "should be the end of 1 campaigns with 5"},
		{"{\"end\":", "{\"end\":{}}\n{\"end\":", "should be the end of 0 campaigns"},
		{"\"status\":\"failed\"", "\"status\":\"done\"", ": sample: CHECK constraint"},
		{"\"status\":\"done\"", "\"status\":\"great\"", ": sample: CHECK constraint"},
		{"\"ok\":1", "\"ok\":0", "gate: a sample whose gate does not hold cannot be done"},
		{"\"value\":0.10000000000000001", "\"value\":\"fast\"", ": metric: cannot store"},
		{"\"name\":\"third\"", "\"name\":\"tiny\"", "metric: UNIQUE constraint failed"},
		{"\"name\":\"third\"", "\"name\":\"pin_time\"",
		 "metric pin_time of the campaign above comes from two sources"},
		{"\"mark\":[", "\"mark\":[5,", "field 'mark': is no list of objects"},
		{"\"mark\":[", "\"mark\":5,\"x\":[", "field 'mark': is no list of objects"},
		{"\"facts\":{", "\"facts\":{\"pool\":\"warm\",", "field 'fingerprint': is not"},
		{"{\"sample\":{\"id\":1,\"cell\":1", "{\"sample\":{\"id\":1,\"cell\":9",
		 "field 'cell': there is no such cell above"},
		{"{\"cell\":{\"id\":1,\"kernel\":1", "{\"cell\":{\"id\":1,\"kernel\":9",
		 "field 'kernel': there is no such kernel above"},
		{"{\"kernel\":{\"id\":2", "{\"kernel\":{\"id\":1", "there is such a kernel above"},
		{"{\"kernel\":{\"id\":2", "{\"kernel\":{\"id\":\"x\"", "field 'id': is no number"},
		{"{\"sample\":{\"id\":1", "{\"sample\":{\"id\":", "b:10: column "},
		{"{\"campaign\":", "{\"sample\":{\"id\":1}}\n{\"campaign\":",
		 "b:2: a sample comes before any campaign"},
	};
	struct fixture *f = *state;
	g_autoptr(Db) first = open_new(f->path);
	g_autoptr(Db) second = open_second(f);

	fill(first);
	g_autofree char *bundle = bundle_of(first);

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *wrong = changed(bundle, cases[i].from, cases[i].to);

		assert_refused(second, wrong, cases[i].why);
	}
	g_autofree char *more = g_strconcat(bundle, "{\"goal\":{}}\n", NULL);

	assert_refused(second, more, "something comes after the end");
}

/* Cut after any line, it is not whole; nor is it without any of its samples. */
static void a_part_of_a_bundle_is_refused(void **state)
{
	struct fixture *f = *state;
	g_autoptr(Db) first = open_new(f->path);
	g_autoptr(Db) second = open_second(f);

	fill(first);
	g_autofree char *bundle = bundle_of(first);
	g_auto(GStrv) lines = g_strsplit(bundle, "\n", -1);

	for (int i = 1; lines[i + 1]; i++) {
		g_autofree char *kept = lines[i];

		lines[i] = NULL;
		g_autofree char *cut = g_strjoinv("\n", lines);

		assert_refused(second, cut, "is cut off");
		lines[i] = g_steal_pointer(&kept);
	}
	for (int i = 1; lines[i]; i++) {
		g_autofree char *without = NULL;

		if (!g_str_has_prefix(lines[i], "{\"sample\""))
			continue;
		without = changed(bundle, lines[i], "");
		assert_refused(second, without, "has 3 samples, and should have 4");
	}
	assert_true(take(second, bundle, NULL, NULL));
}

static void what_is_no_text_is_not_written(void **state)
{
	struct fixture *f = *state;
	g_autoptr(Db) db = open_new(f->path);
	GError *err = NULL;
	FILE *out = fopen("/dev/null", "w");

	fill(db);
	assert_true(
		sql_run(db, "UPDATE artifact SET text = CAST(x'ff' AS TEXT)", SQL_NO_ARGS, NULL));
	assert_false(db_bundle_write(db, NULL, 0, out, &err));
	assert_error(&err, "field 'text' of artifact is no");
	fclose(out);
}

static void campaigns_are_chosen(void **state)
{
	struct fixture *f = *state;
	g_autoptr(Db) first = open_new(f->path);
	g_autoptr(Db) second = open_second(f);
	const gint64 wanted[] = {2, 2}, none[] = {7};
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);
	struct intake_outcome outcome;
	GError *err = NULL;

	fill(first);
	plan_campaign(first, 3);
	assert_true(db_bundle_write(first, wanted, 2, out, NULL));
	assert_false(db_bundle_write(first, none, 1, out, &err));
	assert_error(&err, "there is no campaign 7");
	fflush(out);
	*strstr(strstr(text, "{\"end\""), "\n") = '\0';
	assert_true(take(second, text, &outcome, NULL));
	assert_int_equal(outcome.campaign, 2);
	assert_int_equal(outcome.samples, 6);
	fclose(out);
	free(text);
}

static void options_say_nothing_of_a_bundle(void **state)
{
	struct fixture *f = *state;
	g_autoptr(Db) db = open_new(f->path);
	const struct intake_opts named = {.kernel = "k", .command = "c"};
	struct intake_outcome outcome;
	GError *err = NULL;
	g_autofree char *bundle = bundle_of(db);

	assert_false(intake_bytes(db, "b", bundle, strlen(bundle), &named, &outcome, &err));
	assert_error(&err, "b: is a bundle, which says all of itself");
	assert_true(take(db, bundle, &outcome, NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		fixture_test(nothing_is_lost),
		fixture_test(a_bundle_comes_in_once),
		fixture_test(ids_that_are_taken_are_replaced),
		fixture_test(one_with_more_samples_is_no_news_to_swallow),
		fixture_test(wrong_bundles_are_refused),
		fixture_test(a_part_of_a_bundle_is_refused),
		fixture_test(what_is_no_text_is_not_written),
		fixture_test(campaigns_are_chosen),
		fixture_test(options_say_nothing_of_a_bundle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
