/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of db/ share: statements, their arguments, transactions. Not for others. */
#ifndef DB_SQL_H
#define DB_SQL_H

#include "db/db.h"

#include <sqlite3.h>

struct db {
	sqlite3 *handle;
	char *path;
	enum db_mode mode;
	int schema;
	bool nested; /* the writing call under way is within db_begin() */
};

G_DEFINE_AUTOPTR_CLEANUP_FUNC(sqlite3_stmt, sqlite3_finalize)

/* The values of ?1, ?2, ...: SQL_ARGS(SQL_INT(id), SQL_TEXT(name)). Texts outlive the statement. */
struct sql_arg {
	enum { SQL_END, SQL_IS_INT, SQL_IS_REAL, SQL_IS_TEXT } type;
	gint64 number;
	double real;
	const char *text; /* NULL: SQL's NULL */
};

#define SQL_INT(value)	((struct sql_arg){.type = SQL_IS_INT, .number = (value)})
#define SQL_REAL(value) ((struct sql_arg){.type = SQL_IS_REAL, .real = (value)})
#define SQL_TEXT(value) ((struct sql_arg){.type = SQL_IS_TEXT, .text = (value)})
#define SQL_ARGS(...)	((const struct sql_arg[]){__VA_ARGS__, {.type = SQL_END}})
#define SQL_NO_ARGS	((const struct sql_arg[]){{.type = SQL_END}})

/*
 * Of the number of a sample: that it is not outside of those of the campaign ?1. What is read
 * of a table of events then begins and ends where it must, whatever else the db holds.
 */
#define SQL_OF_CAMPAIGN                                            \
	"BETWEEN (SELECT min(id) FROM sample WHERE campaign = ?1)" \
	" AND (SELECT max(id) FROM sample WHERE campaign = ?1)"

/* Says what sqlite's last error means for the user. Always returns false. */
bool sql_fail(struct db *db, GError **err);

/* The statement with its arguments bound, or NULL. */
sqlite3_stmt *sql_prepare(struct db *db, const char *sql, const struct sql_arg *args, GError **err);

/* 1 with a row, 0 after the last, -1 on error. */
int sql_step(struct db *db, sqlite3_stmt *stmt, GError **err);

/* Runs one statement for its effect. */
bool sql_run(struct db *db, const char *sql, const struct sql_arg *args, GError **err);

/* The first column of the first row: 1, 0 where there is no row, -1 on error. */
int sql_int(struct db *db, const char *sql, const struct sql_arg *args, gint64 *value,
	    GError **err);

/*
 * All rows as a JSON array of objects, a column's name its key; of a column "NAME:json" the
 * text is taken as JSON and the key is NAME. json_decref it. NULL on error.
 */
json_t *sql_rows(struct db *db, const char *sql, const struct sql_arg *args, GError **err);

/* Binds a JSON value: texts, numbers and booleans as they are, all else as SQL's NULL. */
void sql_bind_json(sqlite3_stmt *stmt, int index, json_t *value);

/* A column's value: a text, a number or null. NULL where it is a text that is not UTF-8. */
json_t *sql_column_value(sqlite3_stmt *stmt, int column);

/* A column's text as JSON, or JSON's null where there is none. */
json_t *sql_column_json(sqlite3_stmt *stmt, int column);

/*
 * Around all statements of a call that writes: a transaction, or a savepoint within the one
 * of db_begin(). sql_end() keeps what was done if ok, else undoes it; it returns whether it
 * was kept.
 */
bool sql_begin(struct db *db, GError **err);
bool sql_end(struct db *db, bool ok, GError **err);

/* Gives the connection's SQL the function tally(): see tally.c. */
bool sql_add_tally(struct db *db, GError **err);

/* The row of an environment, strings and integers, made if it is new. Its id, or -1. */
gint64 sql_environment(struct db *db, json_t *facts, GError **err);

/* The one text of a JSON value, whatever the order that its keys came in. g_free it. */
char *sql_canonical(json_t *value);

#endif
