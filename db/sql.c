// SPDX-License-Identifier: GPL-2.0-only
#include "db/sql.h"

#include <string.h>

/* What sqlite's result codes mean here, and what can be done about it. */
static const struct meaning {
	int code;
	enum bl_error kind;
	const char *text;
} meanings[] = {
	{SQLITE_BUSY, BL_ERROR_SYSTEM,
	 "another process keeps it locked: try again when that is done, or name another with --db"},
	{SQLITE_FULL, BL_ERROR_SYSTEM,
	 "no space is left for it: free some, or name another disk's with --db"},
	{SQLITE_READONLY, BL_ERROR_SYSTEM,
	 "cannot be written: check the permissions of the file and its folder, or name another "
	 "with --db"},
	{SQLITE_CANTOPEN, BL_ERROR_SYSTEM,
	 "cannot be opened: check the permissions of the file and its folder, or name another "
	 "with --db"},
	{SQLITE_NOTADB, BL_ERROR_INPUT, "is not a database: name another with --db"},
	{SQLITE_CORRUPT, BL_ERROR_DAMAGED,
	 "is damaged: sqlite3's .recover saves what is left, --db names another"},
};

bool sql_fail(struct db *db, GError **err)
{
	int code = sqlite3_errcode(db->handle) & 0xff;

	for (size_t i = 0; i < G_N_ELEMENTS(meanings); i++)
		if (meanings[i].code == code)
			return bl_fail(err, meanings[i].kind, "database %s: %s", db->path,
				       meanings[i].text);
	return bl_fail(err, code == SQLITE_CONSTRAINT ? BL_ERROR_INPUT : BL_ERROR_SYSTEM,
		       "database %s: %s", db->path, sqlite3_errmsg(db->handle));
}

static void bind(sqlite3_stmt *stmt, int index, const struct sql_arg *arg)
{
	if (arg->type == SQL_IS_INT)
		sqlite3_bind_int64(stmt, index, arg->number);
	else if (arg->type == SQL_IS_REAL)
		sqlite3_bind_double(stmt, index, arg->real);
	else
		sqlite3_bind_text(stmt, index, arg->text, -1, SQLITE_STATIC);
}

sqlite3_stmt *sql_prepare(struct db *db, const char *sql, const struct sql_arg *args, GError **err)
{
	sqlite3_stmt *stmt = NULL;

	if (sqlite3_prepare_v2(db->handle, sql, -1, &stmt, NULL) != SQLITE_OK) {
		sql_fail(db, err);
		return NULL;
	}
	for (int i = 0; args[i].type != SQL_END; i++)
		bind(stmt, i + 1, &args[i]);
	return stmt;
}

int sql_step(struct db *db, sqlite3_stmt *stmt, GError **err)
{
	switch (sqlite3_step(stmt)) {
	case SQLITE_ROW:
		return 1;
	case SQLITE_DONE:
		return 0;
	default:
		sql_fail(db, err);
		return -1;
	}
}

bool sql_run(struct db *db, const char *sql, const struct sql_arg *args, GError **err)
{
	g_autoptr(sqlite3_stmt) stmt = sql_prepare(db, sql, args, err);
	int more = stmt ? 1 : -1;

	while (more > 0)
		more = sql_step(db, stmt, err);
	return more == 0;
}

int sql_int(struct db *db, const char *sql, const struct sql_arg *args, gint64 *value, GError **err)
{
	g_autoptr(sqlite3_stmt) stmt = sql_prepare(db, sql, args, err);
	int found = stmt ? sql_step(db, stmt, err) : -1;

	if (found > 0)
		*value = sqlite3_column_int64(stmt, 0);
	/* To the end: only there does a statement that also writes say that it has written. */
	for (int more = found; more > 0;)
		if ((more = sql_step(db, stmt, err)) < 0)
			found = -1;
	return found;
}

void sql_bind_json(sqlite3_stmt *stmt, int index, json_t *value)
{
	if (json_is_string(value))
		sqlite3_bind_text(stmt, index, json_string_value(value), -1, SQLITE_STATIC);
	else if (json_is_integer(value))
		sqlite3_bind_int64(stmt, index, json_integer_value(value));
	else if (json_is_real(value))
		sqlite3_bind_double(stmt, index, json_real_value(value));
	else if (json_is_boolean(value))
		sqlite3_bind_int(stmt, index, json_is_true(value));
	else
		sqlite3_bind_null(stmt, index);
}

json_t *sql_column_json(sqlite3_stmt *stmt, int column)
{
	const char *text = (const char *)sqlite3_column_text(stmt, column);
	json_t *value = text ? json_loads(text, JSON_DECODE_ANY, NULL) : NULL;

	return value ? value : json_null();
}

json_t *sql_column_value(sqlite3_stmt *stmt, int column)
{
	switch (sqlite3_column_type(stmt, column)) {
	case SQLITE_INTEGER:
		return json_integer(sqlite3_column_int64(stmt, column));
	case SQLITE_FLOAT:
		return json_real(sqlite3_column_double(stmt, column));
	case SQLITE_NULL:
		return json_null();
	default:
		return json_string((const char *)sqlite3_column_text(stmt, column));
	}
}

static json_t *row_object(sqlite3_stmt *stmt)
{
	json_t *row = json_object();

	for (int i = 0; i < sqlite3_column_count(stmt); i++) {
		g_auto(GStrv) name = g_strsplit(sqlite3_column_name(stmt, i), ":", 2);
		bool is_json = name[1] && strcmp(name[1], "json") == 0;

		json_object_set_new(row, name[0],
				    is_json ? sql_column_json(stmt, i) : sql_column_value(stmt, i));
	}
	return row;
}

json_t *sql_rows(struct db *db, const char *sql, const struct sql_arg *args, GError **err)
{
	g_autoptr(sqlite3_stmt) stmt = sql_prepare(db, sql, args, err);
	json_t *rows = json_array();
	int more = -1;

	while (stmt && (more = sql_step(db, stmt, err)) > 0)
		json_array_append_new(rows, row_object(stmt));
	if (more == 0)
		return rows;
	json_decref(rows);
	return NULL;
}

bool sql_begin(struct db *db, GError **err)
{
	db->nested = !sqlite3_get_autocommit(db->handle);
	return sql_run(db, db->nested ? "SAVEPOINT call" : "BEGIN IMMEDIATE", SQL_NO_ARGS, err);
}

bool sql_end(struct db *db, bool ok, GError **err)
{
	if (ok && sql_run(db, db->nested ? "RELEASE call" : "COMMIT", SQL_NO_ARGS, err))
		return true;
	/* sqlite may have rolled back by itself (a full disk): then there is nothing to undo. */
	sqlite3_exec(db->handle, db->nested ? "ROLLBACK TO call; RELEASE call" : "ROLLBACK", NULL,
		     NULL, NULL);
	return false;
}

char *sql_canonical(json_t *value)
{
	char *dumped = json_dumps(value, JSON_SORT_KEYS | JSON_COMPACT | JSON_ENCODE_ANY);
	char *text = g_strdup(dumped);

	free(dumped);
	return text;
}
