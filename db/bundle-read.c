// SPDX-License-Identifier: GPL-2.0-only
/*
 * Nothing of a bundle is believed: what a row may be is for the schema to say, ids are looked
 * up in what the bundle brought before, and its counts must be right.
 */
#include "db/bundle.h"

#include "db/sql.h"

#include <string.h>

#define COLUMNS_MAX 12
#define PARTS_MAX   5

enum kind_id { CAMPAIGN, GOAL, SOURCE, KERNEL, SCENARIO, ENVIRONMENT, CELL, SAMPLE, N_KINDS };

/*
 * A number that is taken, or so large that few are left above it, is not kept: the row gets the
 * next one.
 */
#define KEEP_ID(table)                                                           \
	"iif(?1 BETWEEN 1 AND 0xffffffffff AND NOT EXISTS (SELECT 1 FROM " table \
	" WHERE id = ?1),"                                                       \
	" ?1, NULL)"

struct column {
	const char *name;
	enum { VALUE, JSON, REFERENCE } is;
	enum kind_id of; /* which kind a reference is to */
};

/* Rows of a record: ?1 is its new id, from ?2 on come the columns. */
struct part {
	const char *key, *sql;
	const char *columns[COLUMNS_MAX];
};

/*
 * ?1 is the record's id, kept where it is free; ?2 the campaign in hand; from ?3 on come the
 * columns. find: a row that is the same thing, in place of a new one.
 */
static const struct kind {
	const char *name;
	const char *find, *insert;
	struct column columns[COLUMNS_MAX];
	struct part parts[PARTS_MAX];
} kinds[N_KINDS] = {
	[CAMPAIGN] = {"campaign",
		      NULL,
		      "INSERT INTO campaign (id, created, command, seed, host) VALUES (" KEEP_ID(
			      "campaign") ","
					  " ?3, ?4, ?5, ?6) RETURNING id",
		      {{"created"}, {"command"}, {"seed"}, {"host"}}},
	[GOAL] = {"goal",
		  NULL,
		  "INSERT INTO goal (campaign, percent, metric, iterations, seconds) "
		  "VALUES (?2, ?3, ?4, ?5, ?6) RETURNING campaign",
		  {{"percent"}, {"metric"}, {"iterations"}, {"seconds"}}},
	[SOURCE] = {"source",
		    NULL,
		    "INSERT INTO source (campaign, place, name, format, sha256, identity) "
		    "VALUES (?2, ?3, ?4, ?5, ?6, ?7) RETURNING campaign",
		    {{"place"}, {"name"}, {"format"}, {"sha256"}, {"identity"}}},
	[KERNEL] = {"kernel",
		    "SELECT id FROM kernel WHERE name = ?3 AND key = ?7",
		    "INSERT INTO kernel (id, name, base, series, patches, key, release,"
		    " config_hash, compiler) VALUES (" KEEP_ID(
			    "kernel") ","
				      " ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) RETURNING id",
		    {{"name"},
		     {"base"},
		     {"series"},
		     {"patches"},
		     {"key"},
		     {"release"},
		     {"config_hash"},
		     {"compiler"}},
		    {{"patch",
		      "INSERT INTO patch (kernel, place, subject, author) VALUES (?1, ?2, ?3, ?4)",
		      {"place", "subject", "author"}}}},
	[SCENARIO] = {"scenario",
		      "SELECT id FROM scenario WHERE name = ?3 AND definition = ?4",
		      "INSERT INTO scenario (id, name, definition, probe) VALUES (" KEEP_ID(
			      "scenario") ","
					  " ?3, ?4, ?5) RETURNING id",
		      {{"name"}, {"definition", JSON, 0}, {"probe"}},
		      {{"interval",
			"INSERT INTO interval (scenario, name, place, from_mark, to_mark, better) "
			"VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
			{"name", "place", "from_mark", "to_mark", "better"}}}},
	[ENVIRONMENT] = {"environment",
			 "SELECT id FROM environment WHERE fingerprint = ?3",
			 "INSERT INTO environment (id, fingerprint, facts) VALUES (" KEEP_ID(
				 "environment") ","
						" ?3, ?4) RETURNING id",
			 {{"fingerprint"}, {"facts", JSON, 0}}},
	[CELL] =
		{"cell",
		 NULL,
		 "INSERT INTO cell (id, campaign, kernel, scenario, params, side) VALUES (" KEEP_ID(
			 "cell") ","
				 " ?2, ?3, ?4, ?5, ?6) RETURNING id",
		 {{"kernel", REFERENCE, KERNEL},
		  {"scenario", REFERENCE, SCENARIO},
		  {"params", JSON, 0},
		  {"side"}}},
	[SAMPLE] =
		{"sample",
		 NULL,
		 "INSERT INTO sample (id, campaign, cell, iteration, position, warmup, status,"
		 " reason, started, ended, environment) VALUES (" KEEP_ID(
			 "sample") ","
				   " ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) RETURNING id",
		 {{"cell", REFERENCE, CELL},
		  {"iteration"},
		  {"position"},
		  {"warmup"},
		  {"status"},
		  {"reason"},
		  {"started"},
		  {"ended"},
		  {"environment", REFERENCE, ENVIRONMENT}},
		 {{"mark", "INSERT INTO mark (sample, name, t) VALUES (?1, ?2, ?3)", {"name", "t"}},
		  {"metric",
		   "INSERT INTO metric (sample, name, value, unit, better) "
		   "VALUES (?1, ?2, ?3, ?4, ?5)",
		   {"name", "value", "unit", "better"}},
		  {"span",
		   "INSERT INTO span (sample, seq, name, kind, start, end, bytes) "
		   "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
		   {"seq", "name", "kind", "start", "end", "bytes"}},
		  {"gate",
		   "INSERT INTO gate (sample, name, ok, evidence) VALUES (?1, ?2, ?3, ?4)",
		   {"name", "ok", "evidence"}},
		  {"artifact",
		   "INSERT INTO artifact (sample, name, text) VALUES (?1, ?2, ?3)",
		   {"name", "text"}}}},
};

struct db_bundle {
	struct db *db;
	const char *name; /* the file's */
	guint64 line;
	sqlite3_stmt *find[N_KINDS], *insert[N_KINDS], *parts[N_KINDS][PARTS_MAX];
	GHashTable *ids[N_KINDS]; /* the bundle's to the db's; gint64 both */
	gint64 campaign;	  /* in hand; 0: none yet */
	bool known;		  /* it was there before */
	guint64 wanted, seen;	  /* samples of it */
	guint64 all;		  /* samples of the bundle so far */
	struct db_bundled done;
	bool begun, headed, ended;
};

static bool complain(const struct db_bundle *bundle, GError **err, const char *fmt, ...)
	G_GNUC_PRINTF(3, 4);

static bool complain(const struct db_bundle *bundle, GError **err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	g_autofree char *what = g_strdup_vprintf(fmt, ap);
	va_end(ap);
	return bl_fail(err, BL_ERROR_INPUT, "%s:%" G_GUINT64_FORMAT ": %s", bundle->name,
		       bundle->line, what);
}

/* What sqlite refused is an error of the bundle, unless the machine is to blame. */
static bool refused(const struct db_bundle *bundle, const char *what, GError **err)
{
	int code = sqlite3_errcode(bundle->db->handle);

	if (code != SQLITE_CONSTRAINT && code != SQLITE_MISMATCH)
		return false;
	g_clear_error(err);
	return complain(bundle, err, "%s: %s", what, sqlite3_errmsg(bundle->db->handle));
}

/* ---- values ---- */

static bool bind_reference(const struct db_bundle *bundle, sqlite3_stmt *stmt, int index,
			   const struct column *column, json_t *value, GError **err)
{
	gint64 id = json_integer_value(value);

	if (!value || json_is_null(value)) {
		sqlite3_bind_null(stmt, index);
		return true;
	}
	const gint64 *known =
		json_is_integer(value) ? g_hash_table_lookup(bundle->ids[column->of], &id) : NULL;

	if (!known)
		return complain(bundle, err, "field '%s': there is no such %s above", column->name,
				kinds[column->of].name);
	sqlite3_bind_int64(stmt, index, *known);
	return true;
}

/* JSON's one text; what was written as text is taken as it is. */
static void bind_as_text(sqlite3_stmt *stmt, int index, json_t *value)
{
	g_autofree char *text = json_is_string(value) ? g_strdup(json_string_value(value))
				: value		      ? sql_canonical(value)
						      : NULL;

	sqlite3_bind_text(stmt, index, text, -1, SQLITE_TRANSIENT);
}

static bool bind_columns(const struct db_bundle *bundle, sqlite3_stmt *stmt,
			 const struct kind *kind, json_t *object, GError **err)
{
	sqlite3_reset(stmt);
	sqlite3_clear_bindings(stmt);
	sql_bind_json(stmt, 1, json_object_get(object, "id"));
	if (bundle->campaign)
		sqlite3_bind_int64(stmt, 2, bundle->campaign);
	for (int i = 0; i < COLUMNS_MAX && kind->columns[i].name; i++) {
		const struct column *column = &kind->columns[i];
		json_t *value = json_object_get(object, column->name);

		if (column->is == JSON)
			bind_as_text(stmt, i + 3, value);
		else if (column->is == VALUE)
			sql_bind_json(stmt, i + 3, value);
		else if (!bind_reference(bundle, stmt, i + 3, column, value, err))
			return false;
	}
	return true;
}

/* The id of the row that a statement gives: 1, 0 where it gives none, -1 on error. */
static int step_id(const struct db_bundle *bundle, sqlite3_stmt *stmt, const char *what, gint64 *id,
		   GError **err)
{
	int found = sql_step(bundle->db, stmt, err);

	if (found > 0)
		*id = sqlite3_column_int64(stmt, 0);
	else if (found < 0)
		refused(bundle, what, err);
	sqlite3_reset(stmt);
	return found;
}

/* ---- rows ---- */

static bool insert_part(const struct db_bundle *bundle, sqlite3_stmt *stmt, const struct part *part,
			gint64 id, json_t *row, GError **err)
{
	if (!json_is_object(row))
		return complain(bundle, err, "field '%s': is no list of objects", part->key);
	sqlite3_clear_bindings(stmt);
	sqlite3_bind_int64(stmt, 1, id);
	for (int i = 0; i < COLUMNS_MAX && part->columns[i]; i++)
		sql_bind_json(stmt, i + 2, json_object_get(row, part->columns[i]));
	bool ok = sql_step(bundle->db, stmt, err) == 0 || refused(bundle, part->key, err);

	sqlite3_reset(stmt);
	return ok;
}

static bool insert_parts(const struct db_bundle *bundle, enum kind_id kind, gint64 id,
			 json_t *object, GError **err)
{
	for (int i = 0; i < PARTS_MAX && kinds[kind].parts[i].key; i++) {
		const struct part *part = &kinds[kind].parts[i];
		json_t *rows = json_object_get(object, part->key), *row;
		size_t n;

		if (rows && !json_is_array(rows))
			return complain(bundle, err, "field '%s': is no list of objects",
					part->key);
		json_array_foreach (rows, n, row)
			if (!insert_part(bundle, bundle->parts[kind][i], part, id, row, err))
				return false;
	}
	return true;
}

static bool remember(struct db_bundle *bundle, enum kind_id kind, json_t *object, gint64 id,
		     GError **err)
{
	gint64 own = json_integer_value(json_object_get(object, "id"));

	if (!json_is_integer(json_object_get(object, "id")))
		return complain(bundle, err, "field 'id': is no number");
	if (!g_hash_table_insert(bundle->ids[kind], g_memdup2(&own, sizeof(own)),
				 g_memdup2(&id, sizeof(id))))
		return complain(bundle, err, "field 'id': there is such a %s above",
				kinds[kind].name);
	return true;
}

/* Finds or makes the row of a record. */
static bool store(struct db_bundle *bundle, enum kind_id kind, json_t *object, gint64 *id,
		  GError **err)
{
	const struct kind *k = &kinds[kind];
	int found = 0;

	if (bundle->find[kind])
		found = bind_columns(bundle, bundle->find[kind], k, object, err)
				? step_id(bundle, bundle->find[kind], k->name, id, err)
				: -1;
	if (found)
		return found > 0;
	return bind_columns(bundle, bundle->insert[kind], k, object, err) &&
	       step_id(bundle, bundle->insert[kind], k->name, id, err) > 0 &&
	       insert_parts(bundle, kind, *id, object, err);
}

/* ---- the kinds of records ---- */

/* The samples that a campaign was said to have must have come. */
static bool end_campaign(struct db_bundle *bundle, GError **err)
{
	g_autoptr(sqlite3_stmt) stmt = NULL;

	if (bundle->seen != bundle->wanted)
		return complain(bundle, err,
				"the campaign above has %" G_GUINT64_FORMAT
				" samples, and should have %" G_GUINT64_FORMAT
				": the bundle is not whole",
				bundle->seen, bundle->wanted);
	if (!bundle->campaign || bundle->known)
		return true;
	stmt = sql_prepare(bundle->db,
			   "SELECT metric FROM measurement WHERE campaign = ?1 "
			   "GROUP BY sample, metric HAVING count(*) > 1 LIMIT 1",
			   SQL_ARGS(SQL_INT(bundle->campaign)), err);
	int found = stmt ? sql_step(bundle->db, stmt, err) : -1;

	if (found > 0)
		complain(bundle, err, "metric %s of the campaign above comes from two sources",
			 (const char *)sqlite3_column_text(stmt, 0));
	return found == 0;
}

/* One that is here already must have all that the bundle has: nothing is put together. */
static bool check_known(struct db_bundle *bundle, json_t *object, GError **err)
{
	gint64 here = 0;
	json_int_t ended = json_integer_value(json_object_get(object, "done")) +
			   json_integer_value(json_object_get(object, "failed"));

	if (sql_int(bundle->db,
		    "SELECT count(*) FROM sample WHERE campaign = ?1 AND status <> 'planned'",
		    SQL_ARGS(SQL_INT(bundle->campaign)), &here, err) < 0)
		return false;
	if (here < ended)
		return complain(bundle, err,
				"the campaign is here as %" G_GINT64_FORMAT
				" with %" G_GINT64_FORMAT
				" samples that have ended, and has %" JSON_INTEGER_FORMAT
				" in the bundle: import it into a db of its own",
				bundle->campaign, here, ended);
	bundle->known = true;
	bundle->done.known++;
	return true;
}

static bool new_campaign(struct db_bundle *bundle, json_t *object, const char *uuid, GError **err)
{
	bundle->campaign = 0;
	if (!store(bundle, CAMPAIGN, object, &bundle->campaign, err))
		return false;
	bundle->known = false;
	bundle->done.added++;
	return sql_run(bundle->db, "UPDATE identity SET uuid = ?2 WHERE campaign = ?1",
		       SQL_ARGS(SQL_INT(bundle->campaign), SQL_TEXT(uuid)), err);
}

static bool take_campaign(struct db_bundle *bundle, json_t *object, GError **err)
{
	const char *uuid = NULL;
	json_int_t planned, done, failed;

	if (!end_campaign(bundle, err))
		return false;
	if (json_unpack(object, "{s:s, s:I, s:I, s:I}", "uuid", &uuid, "planned", &planned, "done",
			&done, "failed", &failed) ||
	    planned < 0 || done < 0 || failed < 0 || !*uuid)
		return complain(bundle, err,
				"the campaign lacks its uuid, or its counts 'planned', 'done' and "
				"'failed'");
	bundle->wanted = (guint64)planned + (guint64)done + (guint64)failed;
	bundle->seen = 0;
	int found = sql_int(bundle->db, "SELECT campaign FROM identity WHERE uuid = ?1",
			    SQL_ARGS(SQL_TEXT(uuid)), &bundle->campaign, err);
	bool ok = found > 0 ? check_known(bundle, object, err)
			    : !found && new_campaign(bundle, object, uuid, err);

	if (ok && !bundle->done.campaign)
		bundle->done.campaign = bundle->campaign;
	return ok;
}

static bool check_environment(struct db_bundle *bundle, json_t *object, GError **err)
{
	json_t *facts = json_object_get(object, "facts");
	g_autofree char *text = json_is_string(facts) ? g_strdup(json_string_value(facts))
				: facts		      ? sql_canonical(facts)
						      : g_strdup("");
	g_autofree char *print = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);

	if (!g_strcmp0(print, json_string_value(json_object_get(object, "fingerprint"))))
		return true;
	return complain(bundle, err, "field 'fingerprint': is not the SHA-256 of the facts");
}

/* What belongs to a campaign that is here already is passed over. */
static bool take_owned(struct db_bundle *bundle, enum kind_id kind, json_t *object, GError **err)
{
	gint64 id = 0;

	if (!bundle->campaign)
		return complain(bundle, err, "a %s comes before any campaign", kinds[kind].name);
	if (kind == SAMPLE) {
		bundle->seen++;
		bundle->all++;
	}
	if (bundle->known)
		return true;
	if (!store(bundle, kind, object, &id, err))
		return false;
	if (kind == SAMPLE) {
		bundle->done.samples++;
		bundle->done.values += json_array_size(json_object_get(object, "metric"));
	}
	return kind != CELL || remember(bundle, kind, object, id, err);
}

static bool take_shared(struct db_bundle *bundle, enum kind_id kind, json_t *object, GError **err)
{
	gint64 id = 0;

	return (kind != ENVIRONMENT || check_environment(bundle, object, err)) &&
	       store(bundle, kind, object, &id, err) && remember(bundle, kind, object, id, err);
}

static bool take_end(struct db_bundle *bundle, json_t *object, GError **err)
{
	json_int_t campaigns = json_integer_value(json_object_get(object, "campaigns"));
	json_int_t samples = json_integer_value(json_object_get(object, "samples"));

	bundle->ended = true;
	if (!end_campaign(bundle, err))
		return false;
	if (campaigns != (json_int_t)(bundle->done.added + bundle->done.known) ||
	    samples != (json_int_t)bundle->all)
		return complain(bundle, err,
				"should be the end of %" JSON_INTEGER_FORMAT " campaigns with "
				"%" JSON_INTEGER_FORMAT " samples: the bundle is not whole",
				campaigns, samples);
	return true;
}

static bool take_head(struct db_bundle *bundle, json_t *version, GError **err)
{
	bundle->headed = true;
	if (!json_is_integer(version) || json_integer_value(version) < 1)
		return complain(bundle, err, "is no bundle of bootlab's");
	if (json_integer_value(version) > BUNDLE_VERSION)
		return complain(bundle, err,
				"is a bundle of version %" JSON_INTEGER_FORMAT
				", and this bootlab knows up to %d: use the bootlab that wrote it",
				json_integer_value(version), BUNDLE_VERSION);
	return true;
}

static bool take_kind(struct db_bundle *bundle, const char *name, json_t *object, GError **err)
{
	for (enum kind_id kind = 0; kind < N_KINDS; kind++) {
		if (strcmp(name, kinds[kind].name))
			continue;
		if (!json_is_object(object))
			return complain(bundle, err, "a %s is no object", name);
		if (kind == CAMPAIGN)
			return take_campaign(bundle, object, err);
		return kind == KERNEL || kind == SCENARIO || kind == ENVIRONMENT
			       ? take_shared(bundle, kind, object, err)
			       : take_owned(bundle, kind, object, err);
	}
	return complain(bundle, err, "'%s' is no kind of record that is known", name);
}

bool db_bundle_record(struct db_bundle *bundle, json_t *record, guint64 line, GError **err)
{
	void *member = json_object_iter(record);
	const char *name = member ? json_object_iter_key(member) : NULL;
	json_t *object = member ? json_object_iter_value(member) : NULL;

	bundle->line = line;
	if (!member || json_object_size(record) != 1)
		return complain(bundle, err, "is no object with one member");
	if (!bundle->headed)
		return strcmp(name, BUNDLE_MARK) ? complain(bundle, err, "is no bundle")
						 : take_head(bundle, object, err);
	if (bundle->ended)
		return complain(bundle, err, "something comes after the end");
	return strcmp(name, "end") ? take_kind(bundle, name, object, err)
				   : take_end(bundle, object, err);
}

/* ---- begin and end ---- */

static bool prepare_kind(struct db_bundle *bundle, enum kind_id kind, GError **err)
{
	const struct kind *k = &kinds[kind];

	bundle->ids[kind] = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
	bundle->insert[kind] = sql_prepare(bundle->db, k->insert, SQL_NO_ARGS, err);
	if (k->find)
		bundle->find[kind] = sql_prepare(bundle->db, k->find, SQL_NO_ARGS, err);
	for (int i = 0; i < PARTS_MAX && k->parts[i].key; i++) {
		bundle->parts[kind][i] = sql_prepare(bundle->db, k->parts[i].sql, SQL_NO_ARGS, err);
		if (!bundle->parts[kind][i])
			return false;
	}
	return bundle->insert[kind] && (!k->find || bundle->find[kind]);
}

static void bundle_free(struct db_bundle *bundle)
{
	for (enum kind_id kind = 0; kind < N_KINDS; kind++) {
		sqlite3_finalize(bundle->find[kind]);
		sqlite3_finalize(bundle->insert[kind]);
		for (int i = 0; i < PARTS_MAX; i++)
			sqlite3_finalize(bundle->parts[kind][i]);
		g_clear_pointer(&bundle->ids[kind], g_hash_table_unref);
	}
	g_free(bundle);
}

struct db_bundle *db_bundle_begin(struct db *db, const char *name, GError **err)
{
	struct db_bundle *bundle = g_new0(struct db_bundle, 1);
	bool ok;

	bundle->db = db;
	bundle->name = name;
	ok = bundle->begun = db_begin(db, err);
	for (enum kind_id kind = 0; kind < N_KINDS && ok; kind++)
		ok = prepare_kind(bundle, kind, err);
	if (ok)
		return bundle;
	db_bundle_end(bundle, false, NULL, err);
	return NULL;
}

bool db_bundle_end(struct db_bundle *bundle, bool ok, struct db_bundled *done, GError **err)
{
	struct db *db = bundle->db;
	bool begun = bundle->begun;

	if (ok && !bundle->ended)
		ok = complain(bundle, err, "is cut off: a bundle has its end after this line");
	if (done)
		*done = bundle->done;
	bundle_free(bundle);
	if (ok)
		return db_commit(db, err);
	if (begun)
		db_rollback(db);
	return false;
}
