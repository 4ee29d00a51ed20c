// SPDX-License-Identifier: GPL-2.0-only
/*
 * Opening. The journal is sqlite's default, the rollback journal: after a kill -9 the next
 * to open the file undoes what was half written, readers need no second file, and there is
 * but one file whenever no transaction is under way. A write-ahead log would let readers go
 * on during a commit, which a file written once in many seconds has no use for, and would
 * leave two more files that belong to it after a kill.
 */
#include "db/migrations.h"
#include "db/sql.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

/* How long to wait for another process's transaction; ours take milliseconds. */
#define BUSY_TIMEOUT_MS 10000

static bool only_reads(const struct db *db)
{
	return db->mode == DB_LOOK || db->mode == DB_READ;
}

/* What a file says that it is. */
struct identity {
	gint64 application, version, objects;
};

static bool read_identity(struct db *db, struct identity *is, GError **err)
{
	return sql_int(db, "PRAGMA application_id", SQL_NO_ARGS, &is->application, err) > 0 &&
	       sql_int(db, "PRAGMA user_version", SQL_NO_ARGS, &is->version, err) > 0 &&
	       sql_int(db, "SELECT count(*) FROM sqlite_schema", SQL_NO_ARGS, &is->objects, err) >
		       0;
}

static bool is_empty(const struct identity *is)
{
	return !is->application && !is->version && !is->objects;
}

static bool check_identity(struct db *db, const struct identity *is, GError **err)
{
	if (is_empty(is) && db->mode == DB_CREATE)
		return true;
	if (is->application != DB_APPLICATION_ID)
		return bl_fail(err, BL_ERROR_INPUT,
			       "database %s: is not one of bootlab's: name another with --db",
			       db->path);
	if (is->version > migrations_count)
		return bl_fail(
			err, BL_ERROR_INPUT,
			"database %s: is of schema %d, and this bootlab knows up to %d: use the "
			"bootlab that wrote it, or name another with --db",
			db->path, (int)is->version, migrations_count);
	if (is->version < migrations_count && db->mode == DB_READ)
		return bl_fail(
			err, BL_ERROR_INPUT,
			"database %s: is of schema %d, and this bootlab reads %d: 'bootlab db "
			"migrate --db %s' brings it up to date",
			db->path, (int)is->version, migrations_count, db->path);
	return true;
}

static bool execute(struct db *db, const char *script, GError **err)
{
	if (sqlite3_exec(db->handle, script, NULL, NULL, NULL) != SQLITE_OK)
		return sql_fail(db, err);
	return true;
}

/* Foreign keys are off meanwhile: what they would have refused is looked for at the end. */
static bool check_references(struct db *db, GError **err)
{
	gint64 dangling;

	if (sql_int(db, "SELECT count(*) FROM pragma_foreign_key_check", SQL_NO_ARGS, &dangling,
		    err) < 0)
		return false;
	if (dangling)
		return bl_fail(err, BL_ERROR_INPUT,
			       "database %s: is damaged: %d rows refer to none: it stays as it was",
			       db->path, (int)dangling);
	return true;
}

/* In one transaction; looks again in it, since another process may have been faster. */
static bool migrate_locked(struct db *db, GError **err)
{
	g_autofree char *sign = NULL;
	struct identity is;

	if (!read_identity(db, &is, err) || !check_identity(db, &is, err))
		return false;
	for (int i = is.version; i < migrations_count; i++)
		if (!execute(db, migrations[i], err))
			return false;
	if (!check_references(db, err))
		return false;
	sign = g_strdup_printf("PRAGMA application_id = %d; PRAGMA user_version = %d",
			       DB_APPLICATION_ID, migrations_count);
	return execute(db, sign, err);
}

static bool migrate(struct db *db, GError **err)
{
	return sql_begin(db, err) && sql_end(db, migrate_locked(db, err), err);
}

static bool check_writable(struct db *db, GError **err)
{
	if (!sqlite3_db_readonly(db->handle, "main"))
		return true;
	return bl_fail(err, BL_ERROR_SYSTEM,
		       "database %s: cannot be written: check its permissions, or name another "
		       "with --db",
		       db->path);
}

static bool prepare(struct db *db, GError **err)
{
	struct identity is;

	sqlite3_busy_timeout(db->handle, BUSY_TIMEOUT_MS);
	if (!read_identity(db, &is, err) || !check_identity(db, &is, err))
		return false;
	db->schema = only_reads(db) ? (int)is.version : migrations_count;
	if (only_reads(db))
		return execute(db, "PRAGMA query_only = ON", err);
	return check_writable(db, err) &&
	       execute(db, "PRAGMA foreign_keys = OFF; PRAGMA synchronous = FULL", err) &&
	       (is.version == migrations_count || migrate(db, err)) &&
	       execute(db, "PRAGMA foreign_keys = ON", err);
}

/* Tries by itself: sqlite tries twice, and keeps only the second, read-only, try's reason. */
static int reason_not_opened(const char *path, enum db_mode mode)
{
	int fd = g_open(path, O_RDWR | O_CLOEXEC | (mode == DB_CREATE ? O_CREAT : 0), 0666);
	int reason = fd < 0 ? errno : EAGAIN;

	if (fd >= 0)
		close(fd);
	return reason;
}

static bool fail_open(struct db *db, GError **err)
{
	int reason = reason_not_opened(db->path, db->mode);

	if (reason == ENOENT && db->mode != DB_CREATE)
		return bl_fail(err, BL_ERROR_INPUT,
			       "database %s: there is none: bootlab ab and run make it, --db names "
			       "another",
			       db->path);
	return bl_fail(
		err, BL_ERROR_SYSTEM,
		"database %s: cannot be opened: %s: check its folder and permissions, or name "
		"another with --db",
		db->path, g_strerror(reason));
}

/*
 * To read, the file is opened for writing too where it may be: only then can what a killed
 * process left half written be undone.
 */
struct db *db_open(const char *path, enum db_mode mode, GError **err)
{
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
		    (mode == DB_CREATE ? SQLITE_OPEN_CREATE : 0);
	struct db *db = g_new0(struct db, 1);

	/* Absolute, since sqlite gives names such as ":memory:" a meaning of their own. */
	g_autofree char *file = g_canonicalize_filename(path, NULL);

	db->path = g_strdup(path);
	db->mode = mode;
	if (sqlite3_open_v2(file, &db->handle, flags, NULL) != SQLITE_OK)
		fail_open(db, err);
	else if (prepare(db, err))
		return db;
	db_close(db);
	return NULL;
}

void db_close(struct db *db)
{
	if (!db)
		return;
	sqlite3_close(db->handle);
	g_free(db->path);
	g_free(db);
}

int db_schema(struct db *db)
{
	return db->schema;
}

int db_schema_now(void)
{
	return migrations_count;
}

const char *db_path(struct db *db)
{
	return db->path;
}

bool db_begin(struct db *db, GError **err)
{
	return sql_run(db, only_reads(db) ? "BEGIN" : "BEGIN IMMEDIATE", SQL_NO_ARGS, err);
}

bool db_commit(struct db *db, GError **err)
{
	if (sql_run(db, "COMMIT", SQL_NO_ARGS, err))
		return true;
	db_rollback(db);
	return false;
}

void db_rollback(struct db *db)
{
	sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
}
