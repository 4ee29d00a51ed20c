// SPDX-License-Identifier: GPL-2.0-only
/* Storing the end of a sample, whole or not at all. */
#include "db/sql.h"

#include <string.h>

#define FIELDS_MAX 6

/*
 * Where each kind of record goes. ?1 is the sample, ?2 the record's number in its list, and
 * from ?3 on come the fields in this order; what they must be is for the table to say.
 */
struct destination {
	const char *kind;
	const char *sql;
	const char *fields[FIELDS_MAX];
};

static const struct destination events[] = {
	{"mark", "INSERT INTO mark (sample, name, t) VALUES (?1, ?3, ?4)", {"name", "t"}},
	{"metric",
	 "INSERT INTO metric (sample, name, value, unit, better) VALUES (?1, ?3, ?4, ?5, ?6)",
	 {"name", "value", "unit", "better"}},
	{"span",
	 "INSERT INTO span (sample, seq, name, kind, start, end, bytes) "
	 "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
	 {"name", "kind", "start", "end", "bytes"}},
	{"gate",
	 "INSERT INTO gate (sample, name, ok, evidence) VALUES (?1, ?3, ?4, ?5)",
	 {"name", "ok", "evidence"}},
};

static const struct destination artifacts = {
	"artifact",
	"INSERT INTO artifact (sample, name, text) VALUES (?1, ?3, ?4)",
	{"name", "text"},
};

static void bind_fields(sqlite3_stmt *stmt, const char *const *fields, json_t *record)
{
	for (int i = 0; i < FIELDS_MAX && fields[i]; i++)
		sql_bind_json(stmt, i + 3, json_object_get(record, fields[i]));
}

static bool store_record(struct db *db, gint64 sample, const struct destination *to, size_t number,
			 json_t *record, GError **err)
{
	g_autoptr(sqlite3_stmt) stmt =
		sql_prepare(db, to->sql, SQL_ARGS(SQL_INT(sample), SQL_INT((gint64)number)), err);

	if (!stmt)
		return false;
	bind_fields(stmt, to->fields, record);
	if (sql_step(db, stmt, err) == 0)
		return true;
	g_prefix_error(err, "%s %zu (%s): ", to->kind, number + 1,
		       json_string_value(json_object_get(record, "name")) ?: "no name");
	return false;
}

static const struct destination *event_destination(json_t *event)
{
	const char *kind = json_string_value(json_object_get(event, "ev"));

	for (size_t i = 0; i < G_N_ELEMENTS(events); i++)
		if (g_strcmp0(kind, events[i].kind) == 0)
			return &events[i];
	return NULL;
}

static bool store_events(struct db *db, gint64 sample, json_t *list, GError **err)
{
	json_t *event;
	size_t i;

	json_array_foreach (list, i, event) {
		const struct destination *to = event_destination(event);

		if (!to)
			return bl_fail(err, BL_ERROR_INPUT,
				       "event %zu: is no mark, metric, span or gate", i + 1);
		if (!store_record(db, sample, to, i, event, err))
			return false;
	}
	return true;
}

static bool store_artifacts(struct db *db, gint64 sample, json_t *list, GError **err)
{
	json_t *artifact;
	size_t i;

	json_array_foreach (list, i, artifact)
		if (!store_record(db, sample, &artifacts, i, artifact, err))
			return false;
	return true;
}

static bool check_facts(json_t *facts, GError **err)
{
	const char *name;
	json_t *value;

	json_object_foreach (facts, name, value)
		if (!json_is_string(value) && !json_is_integer(value))
			return bl_fail(err, BL_ERROR_INPUT,
				       "environment: %s is no string and no integer", name);
	return true;
}

gint64 sql_environment(struct db *db, json_t *facts, GError **err)
{
	gint64 id = -1;

	if (!check_facts(facts, err))
		return -1;
	g_autofree char *text = sql_canonical(facts);
	g_autofree char *print = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);
	int found = sql_int(db,
			    "INSERT INTO environment (fingerprint, facts) VALUES (?1, ?2) "
			    "ON CONFLICT (fingerprint) DO UPDATE SET facts = facts RETURNING id",
			    SQL_ARGS(SQL_TEXT(print), SQL_TEXT(text)), &id, err);

	return found > 0 ? id : -1;
}

/* The environment's row in *id; a failed sample may have none (JSON's null), and keeps *id. */
static bool store_environment(struct db *db, json_t *facts, gint64 *id, GError **err)
{
	if (json_is_object(facts))
		*id = sql_environment(db, facts, err);
	return *id >= 0;
}

static bool store_end(struct db *db, gint64 sample, json_t *result, GError **err)
{
	static const char *const fields[FIELDS_MAX] = {"status", "reason", "started", "ended"};
	gint64 environment = 0;

	if (!store_environment(db, json_object_get(result, "environment"), &environment, err))
		return false;
	g_autoptr(sqlite3_stmt) stmt =
		sql_prepare(db,
			    "UPDATE sample SET environment = nullif(?2, 0), status = ?3,"
			    " reason = ?4, started = ?5, ended = ?6 WHERE id = ?1",
			    SQL_ARGS(SQL_INT(sample), SQL_INT(environment)), err);

	if (!stmt)
		return false;
	bind_fields(stmt, fields, result);
	if (sql_step(db, stmt, err) < 0)
		return false;
	if (!sqlite3_changes(db->handle))
		return bl_fail(err, BL_ERROR_INPUT, "there is no such sample");
	return true;
}

/* One name must mean one value in a sample, else its means would be of twice as many. */
static bool check_unambiguous(struct db *db, gint64 sample, GError **err)
{
	g_autoptr(sqlite3_stmt) stmt =
		sql_prepare(db,
			    "SELECT metric FROM measurement WHERE sample = ?1 "
			    "GROUP BY metric HAVING count(*) > 1",
			    SQL_ARGS(SQL_INT(sample)), err);
	int found = stmt ? sql_step(db, stmt, err) : -1;

	if (found > 0)
		bl_fail(err, BL_ERROR_INPUT, "metric %s: comes from two sources",
			(const char *)sqlite3_column_text(stmt, 0));
	return found == 0;
}

bool db_sample_store(struct db *db, gint64 sample, json_t *result, GError **err)
{
	if (!sql_begin(db, err))
		return false;
	bool ok = store_end(db, sample, result, err) &&
		  store_events(db, sample, json_object_get(result, "events"), err) &&
		  store_artifacts(db, sample, json_object_get(result, "artifacts"), err) &&
		  check_unambiguous(db, sample, err);

	if (!sql_end(db, ok, err)) {
		g_prefix_error(err, "cannot store sample %" G_GINT64_FORMAT ": ", sample);
		return false;
	}
	return true;
}
