// SPDX-License-Identifier: GPL-2.0-only
/* What a campaign was: all but the numbers that it measured. */
#include "db/sql.h"

/* Of the samples s of a group. */
#define COUNTS                                                                 \
	"json_object('planned', count(*) FILTER (WHERE s.status = 'planned')," \
	" 'done', count(*) FILTER (WHERE s.status = 'done' AND NOT s.warmup)," \
	" 'failed', count(*) FILTER (WHERE s.status = 'failed'),"              \
	" 'warmup', count(*) FILTER (WHERE s.status = 'done' AND s.warmup))"   \
	" AS \"samples:json\" "

/* The name of kernel k in cell c. */
#define NAME "k.name || iif(c.side > 0, ' (again)', '')"

/* The parts of the description: a key and the rows under it, of the campaign ?1. */
static const struct {
	const char *key;
	const char *sql;
} parts[] = {
	{"goal", "SELECT percent, metric, iterations, seconds FROM goal WHERE campaign = ?1"},
	{"kernels", "SELECT k.id, " NAME " AS name, k.base, k.series, k.patches, k.key, k.release,"
		    " k.config_hash, k.compiler, c.side, (SELECT json_group_array(json_object("
		    " 'subject', subject, 'author', author)) FROM (SELECT * FROM patch"
		    " WHERE kernel = k.id ORDER BY place)) AS \"patch_list:json\" "
		    "FROM kernel AS k JOIN cell AS c ON c.kernel = k.id "
		    "WHERE c.campaign = ?1 GROUP BY k.id, c.side ORDER BY min(c.id)"},
	{"scenarios", "SELECT n.id, n.name, n.definition AS \"definition:json\" "
		      "FROM scenario AS n JOIN cell AS c ON c.scenario = n.id "
		      "WHERE c.campaign = ?1 GROUP BY n.id ORDER BY min(c.id)"},
	{"environments", "SELECT e.id, e.facts AS \"facts:json\", " COUNTS
			 "FROM environment AS e JOIN sample AS s ON s.environment = e.id "
			 "WHERE s.campaign = ?1 GROUP BY e.id ORDER BY e.id"},
	{"cells", "SELECT c.id, c.kernel AS kernel_id, c.side, c.scenario AS scenario_id,"
		  " c.params AS \"params:json\", " COUNTS
		  "FROM cell AS c LEFT JOIN sample AS s ON s.cell = c.id "
		  "WHERE c.campaign = ?1 GROUP BY c.id ORDER BY c.id"},
	{"failures",
	 "SELECT s.id AS sample, s.cell, " NAME " AS kernel, n.name AS scenario, s.iteration,"
	 " s.environment, s.reason, "
	 "(SELECT json_group_array(json_object('name', name, 'evidence', evidence))"
	 " FROM gate WHERE sample = s.id AND NOT ok) AS \"gates:json\" "
	 "FROM sample AS s JOIN cell AS c ON c.id = s.cell JOIN kernel AS k ON k.id = c.kernel "
	 "JOIN scenario AS n ON n.id = c.scenario "
	 "WHERE s.campaign = ?1 AND s.status = 'failed' ORDER BY s.position"},
};

static bool add_parts(struct db *db, gint64 campaign, json_t *to, GError **err)
{
	for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
		json_t *rows = sql_rows(db, parts[i].sql, SQL_ARGS(SQL_INT(campaign)), err);

		if (!rows)
			return false;
		json_object_set_new(to, parts[i].key, rows);
	}
	return true;
}

json_t *db_campaign_describe(struct db *db, gint64 campaign, GError **err)
{
	json_t *rows = sql_rows(db,
				"SELECT c.*, " COUNTS
				"FROM campaign AS c LEFT JOIN sample AS s ON s.campaign = c.id "
				"WHERE c.id = ?1 GROUP BY c.id",
				SQL_ARGS(SQL_INT(campaign)), err);
	json_t *about = json_incref(json_array_get(rows, 0));

	if (rows && !about)
		bl_fail(err, BL_ERROR_INPUT,
			"database %s: there is no campaign %" G_GINT64_FORMAT
			": bootlab report --list shows those there are",
			db->path, campaign);
	json_decref(rows);
	if (about && add_parts(db, campaign, about, err))
		return about;
	json_decref(about);
	return NULL;
}

json_t *db_campaigns(struct db *db, GError **err)
{
	return sql_rows(db,
			"SELECT c.id, c.created, c.command, " COUNTS
			"FROM campaign AS c LEFT JOIN sample AS s ON s.campaign = c.id "
			"GROUP BY c.id ORDER BY c.id DESC",
			SQL_NO_ARGS, err);
}
