// SPDX-License-Identifier: GPL-2.0-only
/* Opening: a new file, each older schema, and all that is refused. */
#include "test-db-fixture.h"

#include "db/migrations.h"
#include "db/sql.h"

#include <unistd.h>

/* Runs SQL on a file with no help of db/. */
static void raw_sql(const char *path, const char *sql)
{
	sqlite3 *raw;

	assert_int_equal(sqlite3_open(path, &raw), SQLITE_OK);
	assert_int_equal(sqlite3_exec(raw, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(raw);
}

static char *content_of(const char *path)
{
	char *text = NULL;
	gsize length;

	assert_true(g_file_get_contents(path, &text, &length, NULL));
	char *sum = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (guchar *)text, length);

	g_free(text);
	return sum;
}

/* The file is refused in this mode with this text, and its bytes are as they were. */
static void assert_refused(const char *path, enum db_mode mode, const char *text)
{
	g_autofree char *before = content_of(path);
	g_autoptr(GError) err = NULL;

	assert_null(db_open(path, mode, &err));
	assert_non_null(strstr(err->message, path));
	assert_error(&err, text);
	g_autofree char *after = content_of(path);

	assert_string_equal(before, after);
}

static char *schema_of(const char *path)
{
	g_autoptr(Db) db = db_open(path, DB_READ, NULL);

	assert_non_null(db);
	json_t *rows = sql_rows(db, "SELECT name, sql FROM sqlite_schema ORDER BY name",
				SQL_NO_ARGS, NULL);
	char *text = json_dumps(rows, 0);

	json_decref(rows);
	return text;
}

static void new_file_is_made_and_is_one_file(void **state)
{
	struct fixture *f = *state;
	Db *db = open_new(f->path);

	plan_campaign(db, 1);
	assert_true(db_check(db, NULL));
	db_close(db);

	g_autoptr(GDir) dir = g_dir_open(f->dir, 0, NULL);

	assert_string_equal(g_dir_read_name(dir), "test.db");
	assert_null(g_dir_read_name(dir));
}

static void every_older_schema_is_brought_up_to_date(void **state)
{
	struct fixture *f = *state;
	g_autofree char *fresh = g_build_filename(f->dir, "fresh.db", NULL);

	db_close(open_new(fresh));
	char *want = schema_of(fresh);

	for (int version = 0; version < migrations_count; version++) {
		g_unlink(f->path);
		g_autofree char *sign = version ? g_strdup_printf("PRAGMA application_id = %d;"
								  "PRAGMA user_version = %d",
								  DB_APPLICATION_ID, version)
						: g_strdup("VACUUM");

		for (int i = 0; i < version; i++)
			raw_sql(f->path, migrations[i]);
		if (version)
			raw_sql(f->path, "INSERT INTO campaign (created, command, seed, host) "
					 "VALUES (1, 'kept', 1, 'h')");
		raw_sql(f->path, sign);

		Db *db = db_open(f->path, version ? DB_READ_WRITE : DB_CREATE, NULL);

		assert_non_null(db);
		json_t *campaigns = db_campaigns(db, NULL);

		assert_int_equal(json_array_size(campaigns), version ? 1 : 0);
		json_decref(campaigns);
		assert_true(db_check(db, NULL));
		db_close(db);

		char *got = schema_of(f->path);

		assert_string_equal(got, want);
		free(got);
	}
	free(want);
}

static void older_schema_is_not_read_as_if_it_were_new(void **state)
{
	struct fixture *f = *state;

	db_close(open_new(f->path));
	raw_sql(f->path, "PRAGMA user_version = 1");
	assert_refused(f->path, DB_READ, "brings it up to date");
}

static void newer_schema_is_refused(void **state)
{
	struct fixture *f = *state;

	db_close(open_new(f->path));
	raw_sql(f->path, "PRAGMA user_version = 999");
	assert_refused(f->path, DB_READ, "of schema 999");
	assert_refused(f->path, DB_CREATE, "of schema 999");
}

static void foreign_database_is_refused(void **state)
{
	struct fixture *f = *state;

	raw_sql(f->path, "CREATE TABLE mine (x); INSERT INTO mine VALUES (42)");
	assert_refused(f->path, DB_READ, "not one of bootlab's");
	assert_refused(f->path, DB_CREATE, "not one of bootlab's");
}

static void text_file_is_refused(void **state)
{
	struct fixture *f = *state;
	g_autofree char *text = g_strnfill(5000, 'x');

	assert_true(g_file_set_contents(f->path, text, -1, NULL));
	assert_refused(f->path, DB_READ, "not a database");
	assert_refused(f->path, DB_CREATE, "not a database");
}

static void damaged_database_is_named(void **state)
{
	struct fixture *f = *state;
	g_autofree char *bytes = NULL;
	gsize length;
	GError *err = NULL;
	Db *db = open_new(f->path);

	plan_campaign(db, 200);
	db_close(db);
	assert_true(g_file_get_contents(f->path, &bytes, &length, NULL));
	memset(bytes + length / 2, 0xff, length / 4);
	assert_true(g_file_set_contents(f->path, bytes, length, NULL));
	db = db_open(f->path, DB_READ, &err);
	assert_false(db && db_check(db, &err));
	db_close(db);
	assert_error(&err, "is damaged");
}

static void missing_file_is_named_with_the_remedy(void **state)
{
	struct fixture *f = *state;
	GError *err = NULL;

	assert_null(db_open(f->path, DB_READ, &err));
	assert_non_null(strstr(err->message, f->path));
	assert_error(&err, "--db");
	assert_null(db_open(f->path, DB_READ_WRITE, &err));
	assert_error(&err, "there is none");
	assert_false(g_file_test(f->path, G_FILE_TEST_EXISTS));
}

static void folder_is_no_database(void **state)
{
	struct fixture *f = *state;
	GError *err = NULL;

	assert_null(db_open(f->dir, DB_CREATE, &err));
	assert_error(&err, f->dir);
	g_autofree char *nowhere = g_build_filename(f->dir, "none", "x.db", NULL);

	assert_null(db_open(nowhere, DB_CREATE, &err));
	assert_error(&err, "No such file or directory");
}

/* As root nothing is unwritable: become nobody for the call. */
static Db *open_as_nobody(const char *path, enum db_mode mode, GError **err)
{
	bool root = geteuid() == 0;

	assert_false(root && seteuid(65534));
	Db *db = db_open(path, mode, err);

	assert_false(root && seteuid(0));
	return db;
}

static void unwritable_file_is_named_with_the_remedy(void **state)
{
	struct fixture *f = *state;
	GError *err = NULL;

	db_close(open_new(f->path));
	assert_int_equal(g_chmod(f->path, 0444), 0);
	assert_int_equal(g_chmod(f->dir, 0555), 0);
	assert_null(open_as_nobody(f->path, DB_CREATE, &err));
	assert_non_null(strstr(err->message, f->path));
	assert_error(&err, "cannot be written");

	Db *db = open_as_nobody(f->path, DB_READ, &err);

	assert_non_null(db);
	db_close(db);
	g_autofree char *fresh = g_build_filename(f->dir, "fresh.db", NULL);

	assert_null(open_as_nobody(fresh, DB_CREATE, &err));
	assert_error(&err, "Permission denied");
	assert_int_equal(g_chmod(f->dir, 0755), 0);
}

static void reading_cannot_write(void **state)
{
	struct fixture *f = *state;
	GError *err = NULL;

	db_close(open_new(f->path));
	g_autoptr(Db) db = db_open(f->path, DB_READ, NULL);

	assert_int_equal(
		db_campaign_new(db, &(struct db_campaign){.command = "c", .host = "h"}, &err), -1);
	assert_error(&err, "cannot be written");
}

static void second_process_gets_a_clean_error(void **state)
{
	struct fixture *f = *state;
	GError *err = NULL;
	g_autoptr(Db) first = open_new(f->path);
	g_autoptr(Db) second = open_new(f->path);

	assert_true(db_begin(first, NULL));
	sqlite3_busy_timeout(second->handle, 20);
	assert_false(db_begin(second, &err));
	assert_error(&err, "another process keeps it locked");
	assert_true(db_commit(first, NULL));
	assert_true(db_begin(second, NULL));
	db_rollback(second);
}

static void special_names_are_files(void **state)
{
	struct fixture *f = *state;
	g_autofree char *here = g_get_current_dir();

	assert_int_equal(g_chdir(f->dir), 0);
	db_close(open_new(":memory:"));
	assert_true(g_file_test(":memory:", G_FILE_TEST_EXISTS));
	assert_int_equal(g_chdir(here), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		fixture_test(new_file_is_made_and_is_one_file),
		fixture_test(every_older_schema_is_brought_up_to_date),
		fixture_test(older_schema_is_not_read_as_if_it_were_new),
		fixture_test(newer_schema_is_refused),
		fixture_test(foreign_database_is_refused),
		fixture_test(text_file_is_refused),
		fixture_test(damaged_database_is_named),
		fixture_test(missing_file_is_named_with_the_remedy),
		fixture_test(folder_is_no_database),
		fixture_test(unwritable_file_is_named_with_the_remedy),
		fixture_test(reading_cannot_write),
		fixture_test(second_process_gets_a_clean_error),
		fixture_test(special_names_are_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
