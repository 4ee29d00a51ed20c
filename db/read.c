// SPDX-License-Identifier: GPL-2.0-only
/* Reading what samples left: marks, spans, files; their values are read by values.c. */
#include "db/sql.h"

static const char *text(sqlite3_stmt *stmt, int column)
{
	return (const char *)sqlite3_column_text(stmt, column);
}

bool db_marks(struct db *db, gint64 campaign, bool (*fn)(const struct db_mark *, void *),
	      void *data, GError **err)
{
	g_autoptr(sqlite3_stmt) stmt =
		sql_prepare(db,
			    "SELECT g.cell, g.sample, g.environment, m.name, m.t "
			    "FROM mark AS m CROSS JOIN good_sample AS g ON g.sample = m.sample "
			    "WHERE g.campaign = ?1 AND m.sample " SQL_OF_CAMPAIGN
			    " ORDER BY m.sample, m.t, m.name",
			    SQL_ARGS(SQL_INT(campaign)), err);
	int more = -1;

	while (stmt && (more = sql_step(db, stmt, err)) > 0) {
		struct db_mark mark = {
			.cell = sqlite3_column_int64(stmt, 0),
			.sample = sqlite3_column_int64(stmt, 1),
			.environment = sqlite3_column_int64(stmt, 2),
			.name = text(stmt, 3),
			.t = sqlite3_column_int64(stmt, 4),
		};

		if (!fn(&mark, data))
			return true;
	}
	return more == 0;
}

bool db_spans(struct db *db, gint64 sample, bool (*fn)(const struct db_span *, void *), void *data,
	      GError **err)
{
	g_autoptr(sqlite3_stmt) stmt = sql_prepare(db,
						   "SELECT name, kind, start, end, bytes FROM span "
						   "WHERE sample = ?1 ORDER BY start, seq",
						   SQL_ARGS(SQL_INT(sample)), err);
	int more = -1;

	while (stmt && (more = sql_step(db, stmt, err)) > 0) {
		struct db_span span = {
			.name = text(stmt, 0),
			.kind = text(stmt, 1),
			.start = sqlite3_column_int64(stmt, 2),
			.end = sqlite3_column_int64(stmt, 3),
			.bytes = sqlite3_column_int64(stmt, 4),
		};

		if (!fn(&span, data))
			return true;
	}
	return more == 0;
}

#define SAMPLES                                                                         \
	"SELECT id AS sample, cell, iteration, warmup, status, reason, started, ended," \
	" (SELECT json_group_array(json_object('name', name, 'text', text))"            \
	"  FROM artifact WHERE sample = s.id) AS \"artifacts:json\" "                   \
	"FROM sample AS s WHERE campaign = ?1 "

json_t *db_samples(struct db *db, gint64 campaign, bool failed_only, guint most, GError **err)
{
	return sql_rows(db,
			failed_only ? SAMPLES "AND status = 'failed' AND status <> 'done' "
					      "ORDER BY position LIMIT ?2"
				    : SAMPLES "AND status <> 'planned' ORDER BY position LIMIT ?2",
			SQL_ARGS(SQL_INT(campaign), SQL_INT(most)), err);
}

bool db_files(struct db *db, gint64 cell, const char *name, bool (*fn)(const char *, void *),
	      void *data, GError **err)
{
	g_autoptr(sqlite3_stmt) stmt =
		sql_prepare(db,
			    "SELECT a.text FROM sample AS s "
			    "JOIN artifact AS a ON a.sample = s.id AND a.name = ?2 "
			    "WHERE s.cell = ?1 AND s.status = 'done' AND NOT s.warmup "
			    "ORDER BY s.iteration",
			    SQL_ARGS(SQL_INT(cell), SQL_TEXT(name)), err);
	int more = -1;

	while (stmt && (more = sql_step(db, stmt, err)) > 0)
		if (!fn(text(stmt, 0), data))
			return true;
	return more == 0;
}

json_t *db_artifacts(struct db *db, gint64 sample, GError **err)
{
	return sql_rows(db, "SELECT name, text FROM artifact WHERE sample = ?1 ORDER BY name",
			SQL_ARGS(SQL_INT(sample)), err);
}
