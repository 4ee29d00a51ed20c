// SPDX-License-Identifier: GPL-2.0-only
#include "db/bundle.h"

#include "db/sql.h"

#include <string.h>

/* Rows that belong to a record: in its member `key`. ?1 is the record's id. */
struct part {
	const char *key, *sql;
};

#define PARTS_MAX 6

/*
 * The records of a campaign, ?1, in this order. A column NAME:json holds JSON. What campaigns
 * share is written once.
 */
static const struct kind {
	const char *name;
	bool shared;
	const char *sql;
	struct part parts[PARTS_MAX];
} kinds[] = {
	{.name = "campaign",
	 .sql = "SELECT c.id, i.uuid, c.created, c.command, c.seed, c.host,"
		" count(*) FILTER (WHERE s.status = 'planned') AS planned,"
		" count(*) FILTER (WHERE s.status = 'done') AS done,"
		" count(*) FILTER (WHERE s.status = 'failed') AS failed "
		"FROM campaign AS c JOIN identity AS i ON i.campaign = c.id "
		"LEFT JOIN sample AS s ON s.campaign = c.id WHERE c.id = ?1 GROUP BY c.id"},
	{.name = "goal",
	 .sql = "SELECT percent, metric, iterations, seconds FROM goal WHERE campaign = ?1"},
	{.name = "source",
	 .sql = "SELECT place, name, format, sha256, identity FROM source WHERE campaign = ?1 "
		"ORDER BY place"},
	{.name = "kernel",
	 .shared = true,
	 .sql = "SELECT id, name, base, series, patches, key, release, config_hash, compiler "
		"FROM kernel WHERE id IN (SELECT kernel FROM cell WHERE campaign = ?1) ORDER BY id",
	 .parts = {{"patch", "SELECT place, subject, author FROM patch WHERE kernel = ?1 "
			     "ORDER BY place"}}},
	{.name = "scenario",
	 .shared = true,
	 .sql = "SELECT id, name, definition AS \"definition:json\", probe FROM scenario "
		"WHERE id IN (SELECT scenario FROM cell WHERE campaign = ?1) ORDER BY id",
	 .parts = {{"interval", "SELECT name, place, from_mark, to_mark, better FROM interval "
				"WHERE scenario = ?1 ORDER BY place, name"}}},
	{.name = "environment",
	 .shared = true,
	 .sql = "SELECT id, fingerprint, facts AS \"facts:json\" FROM environment WHERE id IN "
		"(SELECT environment FROM sample WHERE campaign = ?1) ORDER BY id"},
	{.name = "cell",
	 .sql = "SELECT id, kernel, scenario, params AS \"params:json\", side FROM cell "
		"WHERE campaign = ?1 ORDER BY id"},
	{.name = "sample",
	 .sql = "SELECT id, cell, iteration, position, warmup, status, reason, started, ended,"
		" environment FROM sample WHERE campaign = ?1 ORDER BY position",
	 .parts = {{"mark", "SELECT name, t FROM mark WHERE sample = ?1 ORDER BY name"},
		   {"metric", "SELECT name, value, unit, better FROM metric WHERE sample = ?1 "
			      "ORDER BY name"},
		   {"span", "SELECT seq, name, kind, start, end, bytes FROM span "
			    "WHERE sample = ?1 ORDER BY seq"},
		   {"gate", "SELECT name, ok, evidence FROM gate WHERE sample = ?1 ORDER BY name"},
		   {"artifact",
		    "SELECT name, text FROM artifact WHERE sample = ?1 ORDER BY name"}}},
};

struct writer {
	struct db *db;
	FILE *out;
	GHashTable *written; /* "KIND ID" of what is shared */
	guint64 samples;
};

/* ---- rows as JSON ---- */

/* The text's JSON, or the text itself where writing that JSON would not give it again. */
static json_t *json_or_text(sqlite3_stmt *stmt, int column)
{
	const char *text = (const char *)sqlite3_column_text(stmt, column);
	json_t *value = text ? json_loads(text, 0, NULL) : NULL;
	g_autofree char *again = value ? sql_canonical(value) : NULL;

	if (again && !strcmp(again, text))
		return value;
	json_decref(value);
	return sql_column_value(stmt, column);
}

/* NULL with err where something cannot be written without loss. */
static json_t *row_object(struct db *db, sqlite3_stmt *stmt, const char *what, GError **err)
{
	json_auto_t *row = json_object();

	for (int i = 0; i < sqlite3_column_count(stmt); i++) {
		const char *name = sqlite3_column_name(stmt, i);
		const char *colon = strchr(name, ':');
		g_autofree char *key =
			colon ? g_strndup(name, (gsize)(colon - name)) : g_strdup(name);

		if (json_object_set_new(row, key,
					colon ? json_or_text(stmt, i)
					      : sql_column_value(stmt, i)) == 0)
			continue;
		bl_fail(err, BL_ERROR_INPUT,
			"database %s: is damaged: field '%s' of %s is no number and not UTF-8: 'bootlab "
			"db check' tells more",
			db->path, key, what);
		return NULL;
	}
	return g_steal_pointer(&row);
}

static bool add_part(struct db *db, sqlite3_stmt *stmt, const char *key, json_t *record,
		     GError **err)
{
	json_auto_t *rows = json_array();
	int more;

	while ((more = sql_step(db, stmt, err)) > 0) {
		json_t *row = row_object(db, stmt, key, err);

		if (!row)
			return false;
		json_array_append_new(rows, row);
	}
	sqlite3_reset(stmt);
	if (json_array_size(rows))
		json_object_set(record, key, rows);
	return more == 0;
}

/* ---- writing ---- */

static bool write_record(struct writer *w, const char *kind, json_t *object, GError **err)
{
	json_auto_t *record = json_pack("{s:O}", kind, object);

	if (json_dumpf(record, w->out, JSON_COMPACT) || fputc('\n', w->out) == EOF)
		return bl_fail_errno(err, "cannot write the bundle");
	return true;
}

/* Whether a record that campaigns share was written for one before. */
static bool is_written(struct writer *w, const struct kind *kind, json_t *object)
{
	json_int_t id = json_integer_value(json_object_get(object, "id"));

	return kind->shared &&
	       !g_hash_table_add(w->written,
				 g_strdup_printf("%s %" JSON_INTEGER_FORMAT, kind->name, id));
}

static bool write_row(struct writer *w, const struct kind *kind, sqlite3_stmt *stmt,
		      sqlite3_stmt **parts, GError **err)
{
	json_auto_t *object = row_object(w->db, stmt, kind->name, err);

	if (!object || is_written(w, kind, object))
		return object;
	for (int i = 0; i < PARTS_MAX && kind->parts[i].key; i++) {
		sqlite3_bind_int64(parts[i], 1, sqlite3_column_int64(stmt, 0));
		if (!add_part(w->db, parts[i], kind->parts[i].key, object, err))
			return false;
	}
	w->samples += !strcmp(kind->name, "sample");
	return write_record(w, kind->name, object, err);
}

static bool write_rows(struct writer *w, const struct kind *kind, sqlite3_stmt **parts,
		       gint64 campaign, GError **err)
{
	g_autoptr(sqlite3_stmt) stmt =
		sql_prepare(w->db, kind->sql, SQL_ARGS(SQL_INT(campaign)), err);
	int more = -1;

	for (int i = 0; stmt && i < PARTS_MAX && kind->parts[i].key; i++)
		if (!(parts[i] = sql_prepare(w->db, kind->parts[i].sql, SQL_NO_ARGS, err)))
			return false;
	while (stmt && (more = sql_step(w->db, stmt, err)) > 0)
		if (!write_row(w, kind, stmt, parts, err))
			return false;
	return more == 0;
}

static bool write_kind(struct writer *w, const struct kind *kind, gint64 campaign, GError **err)
{
	sqlite3_stmt *parts[PARTS_MAX] = {NULL};
	bool ok = write_rows(w, kind, parts, campaign, err);

	for (int i = 0; i < PARTS_MAX; i++)
		sqlite3_finalize(parts[i]);
	return ok;
}

static bool check_exists(struct db *db, gint64 campaign, GError **err)
{
	gint64 found;
	int rows = sql_int(db, "SELECT id FROM campaign WHERE id = ?1", SQL_ARGS(SQL_INT(campaign)),
			   &found, err);

	if (!rows)
		bl_fail(err, BL_ERROR_INPUT,
			"database %s: there is no campaign %" G_GINT64_FORMAT
			": bootlab report --list shows those there are",
			db->path, campaign);
	return rows > 0;
}

static bool write_campaigns(struct writer *w, const GArray *ids, GError **err)
{
	json_auto_t *version = json_integer(BUNDLE_VERSION), *end = NULL;

	if (!write_record(w, BUNDLE_MARK, version, err))
		return false;
	for (guint i = 0; i < ids->len; i++) {
		gint64 id = g_array_index(ids, gint64, i);

		if (!check_exists(w->db, id, err))
			return false;
		for (size_t k = 0; k < G_N_ELEMENTS(kinds); k++)
			if (!write_kind(w, &kinds[k], id, err))
				return false;
	}
	end = json_pack("{s:i, s:I}", "campaigns", (int)ids->len, "samples",
			(json_int_t)w->samples);
	return write_record(w, "end", end, err);
}

static int by_number(gconstpointer a, gconstpointer b)
{
	gint64 x = *(const gint64 *)a, y = *(const gint64 *)b;

	return x < y ? -1 : x > y;
}

/* Those that are asked for, or all; each once, by their numbers. NULL with err. */
static GArray *choose(struct db *db, const gint64 *campaigns, guint count, GError **err)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(gint64));
	g_autoptr(sqlite3_stmt) stmt =
		sql_prepare(db, "SELECT id FROM campaign ORDER BY id", SQL_NO_ARGS, err);
	int more = stmt ? 0 : -1;

	while (!count && stmt && (more = sql_step(db, stmt, err)) > 0) {
		gint64 id = sqlite3_column_int64(stmt, 0);

		g_array_append_val(ids, id);
	}
	g_array_append_vals(ids, campaigns, count);
	g_array_sort(ids, by_number);
	for (guint i = ids->len; i > 1; i--)
		if (g_array_index(ids, gint64, i - 1) == g_array_index(ids, gint64, i - 2))
			g_array_remove_index(ids, i - 1);
	return more == 0 ? g_steal_pointer(&ids) : NULL;
}

bool db_bundle_write(struct db *db, const gint64 *campaigns, guint count, FILE *out, GError **err)
{
	struct writer w = {.db = db, .out = out};

	if (!db_begin(db, err))
		return false;
	g_autoptr(GArray) ids = choose(db, campaigns, count, err);

	w.written = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	bool ok = ids && write_campaigns(&w, ids, err);

	g_hash_table_unref(w.written);
	db_rollback(db);
	if (ok && fflush(out))
		return bl_fail_errno(err, "cannot write the bundle");
	return ok;
}
