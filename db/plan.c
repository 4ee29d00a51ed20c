// SPDX-License-Identifier: GPL-2.0-only
/* Planning: what is to be run, and what of it comes next. */
#include "db/sql.h"

/* For statements that end in RETURNING id. */
static gint64 returned_id(struct db *db, const char *sql, const struct sql_arg *args, GError **err)
{
	gint64 id = -1;

	return sql_int(db, sql, args, &id, err) > 0 ? id : -1;
}

static bool insert_patches(struct db *db, gint64 kernel, json_t *list, GError **err)
{
	g_autofree char *text = list ? json_dumps(list, JSON_COMPACT) : NULL;

	return sql_run(db,
		       "INSERT INTO patch (kernel, place, subject, author) "
		       "SELECT ?1, key + 1, value->>'subject', value->>'author' "
		       "FROM json_each(coalesce(?2, '[]')) WHERE true ON CONFLICT DO NOTHING",
		       SQL_ARGS(SQL_INT(kernel), SQL_TEXT(text)), err);
}

gint64 db_kernel(struct db *db, const struct db_kernel *kernel, GError **err)
{
	/* SET name = name: so that RETURNING also gives a row that is there already. */
	gint64 id = returned_id(db,
				"INSERT INTO kernel (name, base, series, patches, key, release,"
				" config_hash, compiler) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) "
				"ON CONFLICT (name, key) DO UPDATE SET name = name RETURNING id",
				SQL_ARGS(SQL_TEXT(kernel->name), SQL_TEXT(kernel->base),
					 SQL_TEXT(kernel->series), SQL_INT(kernel->patches),
					 SQL_TEXT(kernel->key), SQL_TEXT(kernel->release),
					 SQL_TEXT(kernel->config_hash), SQL_TEXT(kernel->compiler)),
				err);

	return id < 0 || insert_patches(db, id, kernel->patch_list, err) ? id : -1;
}

gint64 db_campaign_new(struct db *db, const struct db_campaign *campaign, GError **err)
{
	return returned_id(db,
			   "INSERT INTO campaign (created, command, seed, host) "
			   "VALUES (unixepoch(), ?1, ?2, ?3) RETURNING id",
			   SQL_ARGS(SQL_TEXT(campaign->command), SQL_INT(campaign->seed),
				    SQL_TEXT(campaign->host)),
			   err);
}

static bool insert_interval(struct db *db, gint64 scenario, size_t place, json_t *interval,
			    GError **err)
{
	return sql_run(db,
		       "INSERT INTO interval (scenario, place, name, from_mark, to_mark, better) "
		       "VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
		       SQL_ARGS(SQL_INT(scenario), SQL_INT(place),
				SQL_TEXT(json_string_value(json_object_get(interval, "name"))),
				SQL_TEXT(json_string_value(json_object_get(interval, "from"))),
				SQL_TEXT(json_string_value(json_object_get(interval, "to"))),
				SQL_TEXT(json_string_value(json_object_get(interval, "better")))),
		       err);
}

static bool insert_scenario(struct db *db, const char *name, const char *definition,
			    json_t *intervals, gint64 *id, GError **err)
{
	json_t *interval;
	size_t i;

	*id = returned_id(db,
			  "INSERT INTO scenario (name, definition, probe) "
			  "VALUES (?1, ?2, ?2->>'probe') RETURNING id",
			  SQL_ARGS(SQL_TEXT(name), SQL_TEXT(definition)), err);
	if (*id < 0)
		return false;
	json_array_foreach (intervals, i, interval)
		if (!insert_interval(db, *id, i, interval, err))
			return false;
	return true;
}

gint64 db_scenario(struct db *db, const char *name, json_t *definition, json_t *intervals,
		   GError **err)
{
	g_autofree char *text = sql_canonical(definition);
	gint64 id = -1;
	int found = sql_int(db, "SELECT id FROM scenario WHERE name = ?1 AND definition = ?2",
			    SQL_ARGS(SQL_TEXT(name), SQL_TEXT(text)), &id, err);

	if (found)
		return found > 0 ? id : -1;
	if (!sql_begin(db, err) ||
	    !sql_end(db, insert_scenario(db, name, text, intervals, &id, err), err))
		return -1;
	return id;
}

gint64 db_cell(struct db *db, gint64 campaign, gint64 kernel, gint64 scenario, json_t *params,
	       int side, GError **err)
{
	g_autofree char *text = sql_canonical(params);

	return returned_id(db,
			   "INSERT INTO cell (campaign, kernel, scenario, params, side) "
			   "VALUES (?1, ?2, ?3, ?4, ?5) "
			   "ON CONFLICT (campaign, kernel, scenario, params, side) "
			   "DO UPDATE SET params = params RETURNING id",
			   SQL_ARGS(SQL_INT(campaign), SQL_INT(kernel), SQL_INT(scenario),
				    SQL_TEXT(text), SQL_INT(side)),
			   err);
}

static bool fail_cell(struct db *db, gint64 cell, GError **err)
{
	return bl_fail(err, BL_ERROR_INPUT, "database %s: there is no cell %" G_GINT64_FORMAT,
		       db->path, cell);
}

bool db_sample_plan(struct db *db, const struct db_slot *slot, GError **err)
{
	gint64 id;
	int made = sql_int(db,
			   "INSERT INTO sample (cell, campaign, iteration, position, warmup) "
			   "SELECT id, campaign, ?2, ?3, ?4 FROM cell WHERE id = ?1 RETURNING id",
			   SQL_ARGS(SQL_INT(slot->cell), SQL_INT(slot->iteration),
				    SQL_INT(slot->position), SQL_INT(slot->warmup)),
			   &id, err);

	return made ? made > 0 : fail_cell(db, slot->cell, err);
}

static bool extend_cell(struct db *db, gint64 campaign, gint64 cell, GError **err)
{
	gint64 id;
	int made = sql_int(
		db,
		"INSERT INTO sample (cell, campaign, iteration, position) "
		"SELECT ?2, ?1, 1 + coalesce((SELECT max(iteration) FROM sample WHERE cell = ?2), 0),"
		" 1 + coalesce((SELECT max(position) FROM sample WHERE campaign = ?1), -1) "
		"FROM cell WHERE id = ?2 AND campaign = ?1 RETURNING id",
		SQL_ARGS(SQL_INT(campaign), SQL_INT(cell)), &id, err);

	return made ? made > 0 : fail_cell(db, cell, err);
}

bool db_extend(struct db *db, gint64 campaign, const gint64 *cells, guint count, GError **err)
{
	bool ok = true;

	if (!sql_begin(db, err))
		return false;
	for (guint i = 0; i < count && ok; i++)
		ok = extend_cell(db, campaign, cells[i], err);
	return sql_end(db, ok, err);
}

bool db_goal_set(struct db *db, gint64 campaign, const struct db_goal *goal, GError **err)
{
	return sql_run(db,
		       "INSERT INTO goal (campaign, percent, metric, iterations, seconds) "
		       "VALUES (?1, ?2, ?3, ?4, nullif(?5, 0))",
		       SQL_ARGS(SQL_INT(campaign), SQL_REAL(goal->percent), SQL_TEXT(goal->metric),
				SQL_INT(goal->iterations), SQL_INT(goal->seconds)),
		       err);
}

gint64 db_campaign_seconds(struct db *db, gint64 campaign, GError **err)
{
	gint64 seconds = 0;
	int found = sql_int(db,
			    "SELECT coalesce(sum(ended - started), 0) FROM sample "
			    "WHERE campaign = ?1 AND status <> 'planned'",
			    SQL_ARGS(SQL_INT(campaign)), &seconds, err);

	return found < 0 ? -1 : seconds;
}

static char *column_text(sqlite3_stmt *stmt, int column)
{
	return g_strdup((const char *)sqlite3_column_text(stmt, column));
}

int db_goal(struct db *db, gint64 campaign, struct db_goal *goal, GError **err)
{
	g_autoptr(sqlite3_stmt) stmt =
		sql_prepare(db,
			    "SELECT percent, metric, iterations, seconds FROM goal "
			    "WHERE campaign = ?1",
			    SQL_ARGS(SQL_INT(campaign)), err);
	int found = stmt ? sql_step(db, stmt, err) : -1;

	if (found > 0)
		*goal = (struct db_goal){
			.percent = sqlite3_column_double(stmt, 0),
			.metric = column_text(stmt, 1),
			.iterations = sqlite3_column_int(stmt, 2),
			.seconds = sqlite3_column_int64(stmt, 3),
		};
	return found;
}

int db_sample_next(struct db *db, gint64 campaign, struct db_planned *next, GError **err)
{
	g_autoptr(sqlite3_stmt) stmt = sql_prepare(
		db,
		"SELECT s.id, s.iteration, s.position, k.name, k.key, n.name, n.definition,"
		" c.params, s.warmup "
		"FROM sample AS s JOIN cell AS c ON c.id = s.cell JOIN kernel AS k ON k.id = c.kernel "
		"JOIN scenario AS n ON n.id = c.scenario "
		"WHERE s.campaign = ?1 AND s.status = 'planned' AND s.status <> 'done' "
		"ORDER BY s.position LIMIT 1",
		SQL_ARGS(SQL_INT(campaign)), err);
	int found = stmt ? sql_step(db, stmt, err) : -1;

	if (found > 0)
		*next = (struct db_planned){
			.id = sqlite3_column_int64(stmt, 0),
			.iteration = sqlite3_column_int(stmt, 1),
			.position = sqlite3_column_int(stmt, 2),
			.kernel = column_text(stmt, 3),
			.kernel_key = column_text(stmt, 4),
			.scenario = column_text(stmt, 5),
			.definition = sql_column_json(stmt, 6),
			.params = sql_column_json(stmt, 7),
			.warmup = sqlite3_column_int(stmt, 8),
		};
	return found;
}

void db_planned_clear(struct db_planned *planned)
{
	g_free(planned->kernel);
	g_free(planned->kernel_key);
	g_free(planned->scenario);
	json_decref(planned->definition);
	json_decref(planned->params);
	*planned = (struct db_planned){0};
}

bool db_campaign_counts(struct db *db, gint64 campaign, struct db_counts *counts, GError **err)
{
	g_autoptr(sqlite3_stmt) stmt =
		sql_prepare(db,
			    "SELECT count(*) FILTER (WHERE status = 'planned'),"
			    " count(*) FILTER (WHERE status = 'done'),"
			    " count(*) FILTER (WHERE status = 'failed') "
			    "FROM sample WHERE campaign = ?1",
			    SQL_ARGS(SQL_INT(campaign)), err);

	if (!stmt || sql_step(db, stmt, err) < 0)
		return false;
	*counts = (struct db_counts){
		.planned = sqlite3_column_int(stmt, 0),
		.done = sqlite3_column_int(stmt, 1),
		.failed = sqlite3_column_int(stmt, 2),
	};
	return true;
}

gint64 db_campaign_latest(struct db *db, bool unfinished, GError **err)
{
	gint64 id = 0;
	int found = sql_int(db,
			    "SELECT id FROM campaign AS c WHERE NOT ?1 OR EXISTS (SELECT 1 "
			    "FROM sample WHERE campaign = c.id AND status = 'planned'"
			    " AND status <> 'done') "
			    "ORDER BY id DESC LIMIT 1",
			    SQL_ARGS(SQL_INT(unfinished)), &id, err);

	return found < 0 ? -1 : id;
}
