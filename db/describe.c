// SPDX-License-Identifier: GPL-2.0-only
/* What a campaign was: all but the numbers that it measured. */
#include "db/sql.h"

/*
 * Samples are counted once, however many tables below say how many: ?2 is the tally, which has
 * so few rows as there are cells, environments and states together.
 */
#define TALLY "tally(cell, environment, status, warmup) AS \"tally:json\" FROM sample "

/* The columns of tallies t, as a table to join with. */
#define TALLIES                                                                                 \
	"(SELECT value->>'cell' AS cell, value->>'environment' AS environment,"                 \
	" value->>'status' AS status, value->>'warmup' AS warmup, value->>'samples' AS samples" \
	" FROM json_each(?2)) AS t "

/* Of a group of them. */
#define COUNTED(condition) "coalesce(sum(t.samples) FILTER (WHERE " condition "), 0)"
#define COUNTS                                                                                                                                                     \
	"json_object('planned', " COUNTED(                                                                                                                         \
		"t.status = 'planned'") ","                                                                                                                        \
					" 'done', " COUNTED(                                                                                                       \
						"t.status = 'done' AND NOT t.warmup") ","                                                                          \
										      " 'failed', " COUNTED(                                                       \
											      "t.status = 'failed'") ","                                           \
														     " 'warmup', " COUNTED(                        \
															     "t.status = 'done' AND t.warmup") ")" \
																			       " AS \"samples:json\" "

/* The name of kernel k in cell c. */
#define NAME "k.name || iif(c.side > 0, ' (again)', '')"

/* The parts of the description: a key and the rows under it, of the campaign ?1, tally ?2. */
static const struct {
	const char *key;
	const char *sql;
} parts[] = {
	{"goal", "SELECT percent, metric, iterations, seconds FROM goal WHERE campaign = ?1"},
	{"sources", "SELECT name, format, sha256 FROM source WHERE campaign = ?1 ORDER BY place"},
	{"kernels", "SELECT k.id, " NAME " AS name, k.base, k.series, k.patches, k.key, k.release,"
		    " k.config_hash, k.compiler, c.side, (SELECT json_group_array(json_object("
		    " 'subject', subject, 'author', author)) FROM (SELECT * FROM patch"
		    " WHERE kernel = k.id ORDER BY place)) AS \"patch_list:json\" "
		    "FROM kernel AS k JOIN cell AS c ON c.kernel = k.id "
		    "WHERE c.campaign = ?1 GROUP BY k.id, c.side ORDER BY min(c.id)"},
	{"scenarios", "SELECT n.id, n.name, n.definition AS \"definition:json\" "
		      "FROM scenario AS n JOIN cell AS c ON c.scenario = n.id "
		      "WHERE c.campaign = ?1 GROUP BY n.id ORDER BY min(c.id)"},
	{"environments", "SELECT e.id, e.facts AS \"facts:json\", " COUNTS "FROM " TALLIES
			 "JOIN environment AS e ON e.id = t.environment "
			 "GROUP BY e.id ORDER BY e.id"},
	{"cells", "SELECT c.id, c.kernel AS kernel_id, c.side, c.scenario AS scenario_id,"
		  " c.params AS \"params:json\", " COUNTS "FROM cell AS c LEFT JOIN " TALLIES
		  "ON t.cell = c.id "
		  "WHERE c.campaign = ?1 GROUP BY c.id ORDER BY c.id"},
	{"failures",
	 "SELECT s.id AS sample, s.cell, " NAME " AS kernel, n.name AS scenario, s.iteration,"
	 " s.environment, s.reason, "
	 "(SELECT json_group_array(json_object('name', name, 'evidence', evidence))"
	 " FROM gate WHERE sample = s.id AND NOT ok) AS \"gates:json\" "
	 "FROM sample AS s JOIN cell AS c ON c.id = s.cell JOIN kernel AS k ON k.id = c.kernel "
	 "JOIN scenario AS n ON n.id = c.scenario "
	 "WHERE s.campaign = ?1 AND s.status = 'failed' AND s.status <> 'done' "
	 "ORDER BY s.position"},
};

static bool add_parts(struct db *db, const struct sql_arg *args, json_t *to, GError **err)
{
	for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
		json_t *rows = sql_rows(db, parts[i].sql, args, err);

		if (!rows)
			return false;
		json_object_set_new(to, parts[i].key, rows);
	}
	return true;
}

/* JSON text. g_free it; NULL with err. */
static char *tally(struct db *db, gint64 campaign, GError **err)
{
	json_auto_t *rows = sql_add_tally(db, err)
				    ? sql_rows(db, "SELECT " TALLY "WHERE campaign = ?1",
					       SQL_ARGS(SQL_INT(campaign)), err)
				    : NULL;

	return rows ? sql_canonical(json_object_get(json_array_get(rows, 0), "tally")) : NULL;
}

json_t *db_campaign_describe(struct db *db, gint64 campaign, GError **err)
{
	g_autofree char *tallied = tally(db, campaign, err);
	const struct sql_arg *args = SQL_ARGS(SQL_INT(campaign), SQL_TEXT(tallied));
	json_auto_t *rows = tallied ? sql_rows(db,
					       "SELECT c.*, " COUNTS "FROM campaign AS c "
					       "LEFT JOIN " TALLIES "WHERE c.id = ?1 GROUP BY c.id",
					       args, err)
				    : NULL;
	json_t *about = json_incref(json_array_get(rows, 0));

	if (rows && !about)
		bl_fail(err, BL_ERROR_INPUT,
			"database %s: there is no campaign %" G_GINT64_FORMAT
			": bootlab report --list shows those there are",
			db->path, campaign);
	if (about && add_parts(db, args, about, err))
		return about;
	json_decref(about);
	return NULL;
}

json_t *db_campaigns(struct db *db, GError **err)
{
	if (!sql_add_tally(db, err))
		return NULL;
	return sql_rows(db,
			"WITH tallied AS MATERIALIZED (SELECT campaign, " TALLY
			"GROUP BY campaign) "
			"SELECT c.id, c.created, c.command, " COUNTS
			"FROM campaign AS c LEFT JOIN (SELECT campaign, value->>'status' AS status,"
			" value->>'warmup' AS warmup, value->>'samples' AS samples"
			" FROM tallied, json_each(\"tally:json\")) AS t "
			"ON t.campaign = c.id GROUP BY c.id ORDER BY c.id DESC",
			SQL_NO_ARGS, err);
}
