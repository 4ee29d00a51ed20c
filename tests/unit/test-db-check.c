// SPDX-License-Identifier: GPL-2.0-only
/* What is found in a db that is not as it must be, and that looking changes nothing. */
#include "test-db-fixture.h"

#include "db/migrations.h"
#include "db/sql.h"

#include <glib/gstdio.h>

/* A db with a good sample, a failed one, and two that have not run. */
static void make(const char *path)
{
	g_autoptr(Db) db = open_new(path);

	plan_campaign(db, 2);
	assert_true(store(db, 1,
			  done_with("{'ev': 'mark', 'name': 'a', 't': 1},"
				    "{'ev': 'mark', 'name': 'c', 't': 3},"
				    "{'ev': 'metric', 'name': 'm', 'value': 1, 'unit': 's',"
				    " 'better': 'lower'},"
				    "{'ev': 'gate', 'name': 'dmesg', 'ok': true, 'evidence': ''}"),
			  NULL));
	assert_true(store(db, 2,
			  json_of("{'status': 'failed', 'reason': 'r', 'started': 1, 'ended': 2,"
				  " 'environment': null, 'events': [], 'artifacts': []}"),
			  NULL));
}

/* Runs SQL on a file, past all that would refuse it. */
static void break_with(const char *path, const char *sql)
{
	sqlite3 *raw;
	char *why = NULL;

	assert_int_equal(sqlite3_open(path, &raw), SQLITE_OK);
	sqlite3_exec(raw,
		     "PRAGMA ignore_check_constraints = ON; PRAGMA foreign_keys = OFF;"
		     "PRAGMA writable_schema = ON",
		     NULL, NULL, NULL);
	if (sqlite3_exec(raw, sql, NULL, NULL, &why) != SQLITE_OK)
		fail_msg("%s: %s", sql, why);
	sqlite3_close(raw);
}

static char *content_of(const char *path)
{
	g_autofree char *text = NULL;
	gsize length;

	assert_true(g_file_get_contents(path, &text, &length, NULL));
	return g_compute_checksum_for_data(G_CHECKSUM_SHA256, (guchar *)text, length);
}

/* The first finding in a file, NULL where there is none; looking changes no byte. */
static char *finding_of(const char *path)
{
	g_autofree char *before = content_of(path);
	GError *err = NULL;
	Db *db = db_open(path, DB_LOOK, &err);
	GPtrArray *findings = db ? db_findings(db, &err) : NULL;

	if (!findings)
		fail_msg("%s", err->message);
	char *first = findings->len ? g_strdup(findings->pdata[0]) : NULL;

	g_ptr_array_unref(findings);
	db_close(db);
	g_autofree char *after = content_of(path);

	assert_string_equal(before, after);
	return first;
}

static void nothing_is_found_where_nothing_is(void **state)
{
	struct fixture *f = *state;

	make(f->path);
	assert_null(finding_of(f->path));
	break_with(f->path, "CREATE VIEW mine AS SELECT 1");
	assert_null(finding_of(f->path));
}

static void damage_is_found_and_named(void **state)
{
	static const struct {
		const char *sql, *finding;
	} cases[] = {
		{"DROP TRIGGER sample_ends_once; UPDATE gate SET ok = 0",
		 "trigger sample_ends_once is missing"},
		{"UPDATE gate SET ok = 0",
		 "sample 1 counts as good, and its gate dmesg did not hold"},
		{"UPDATE scenario SET definition = json_set(definition, '$.gates',"
		 " json('[\"dmesg\", \"pins\"]'))",
		 "sample 1 counts as good, and its gate pins was not checked"},
		{"INSERT INTO mark VALUES (3, 'a', 1)", "sample 3 has not ended, and has a mark"},
		{"UPDATE metric SET value = 9e999", "metric m of sample 1 is not finite"},
		{"UPDATE metric SET name = 'whole'", "metric whole of sample 1 comes from two"},
		{"UPDATE scenario SET probe = 'perf'", "scenario 1 (fake-boot) is not what its"},
		{"UPDATE interval SET better = 'higher' WHERE place = 1", "scenario 1 (fake-boot)"},
		{"DELETE FROM interval WHERE place = 0", "scenario 1 (fake-boot)"},
		{"UPDATE environment SET facts = '{}'",
		 "environment 1 is not what its fingerprint"},
		{"UPDATE patch SET place = 2", "a patch of kernel 6.1+fake-fast is missing"},
		{"DELETE FROM identity", "campaign 1 has no identity"},
		{"DELETE FROM kernel WHERE id = 1", "a row of cell has lost its kernel"},
		{"UPDATE metric SET better = 'perhaps'", "CHECK constraint failed in metric"},
		{"DROP VIEW probe_measurement", "view probe_measurement is missing"},
		{"UPDATE sqlite_schema SET sql = replace(sql, 'NOT NEW.ok', '0')"
		 " WHERE name = 'gate_must_hold'",
		 "trigger gate_must_hold is missing, or not as it was made"},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_unlink(f->path);
		make(f->path);
		break_with(f->path, cases[i].sql);
		g_autofree char *finding = finding_of(f->path);

		if (!finding || !strstr(finding, cases[i].finding))
			fail_msg("'%s' is found as '%s', and not '%s'", cases[i].sql, finding,
				 cases[i].finding);
	}
}

/* Of an older schema: that it is whole as such. */
static void older_schemas_are_known(void **state)
{
	struct fixture *f = *state;

	for (int version = 1; version < migrations_count; version++) {
		g_autofree char *sign =
			g_strdup_printf("PRAGMA application_id = %d; PRAGMA user_version = %d",
					DB_APPLICATION_ID, version);

		g_unlink(f->path);
		for (int i = 0; i < version; i++)
			break_with(f->path, migrations[i]);
		break_with(f->path, sign);
		assert_null(finding_of(f->path));
		break_with(f->path, "DROP TABLE mark");
		g_autofree char *finding = finding_of(f->path);

		assert_non_null(strstr(finding, "mark"));
	}
}

/* Every byte of a page overwritten in turn: found, or without effect, but never a crash. */
static void damaged_pages_are_found(void **state)
{
	struct fixture *f = *state;
	g_autofree char *whole = NULL;
	gsize length;
	guint found = 0;

	make(f->path);
	assert_true(g_file_get_contents(f->path, &whole, &length, NULL));
	for (gsize page = 0; page < length; page += 4096) {
		g_autofree char *bytes = g_memdup2(whole, length);
		g_autoptr(GError) err = NULL;

		memset(bytes + page + (page ? 0 : 100), 0xa5, 200);
		assert_true(g_file_set_contents(f->path, bytes, (gssize)length, NULL));
		g_autoptr(Db) db = db_open(f->path, DB_LOOK, &err);
		g_autoptr(GPtrArray) findings = db ? db_findings(db, &err) : NULL;

		if (err)
			assert_true(g_error_matches(err, BL_ERROR, BL_ERROR_DAMAGED));
		found += !findings || findings->len;
	}
	assert_int_equal(found, length / 4096);
}

static void a_copy_is_the_same_db(void **state)
{
	struct fixture *f = *state;
	g_autofree char *path = g_build_filename(f->dir, "copy.db", NULL);
	GError *err = NULL;

	make(f->path);
	g_autoptr(Db) db = db_open(f->path, DB_LOOK, NULL);

	assert_true(db_copy(db, path, NULL));
	assert_null(finding_of(path));
	assert_false(db_copy(db, path, &err));
	assert_error(&err, "is there already: move it away");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		fixture_test(nothing_is_found_where_nothing_is),
		fixture_test(damage_is_found_and_named),
		fixture_test(older_schemas_are_known),
		fixture_test(damaged_pages_are_found),
		fixture_test(a_copy_is_the_same_db),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
