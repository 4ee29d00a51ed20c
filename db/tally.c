// SPDX-License-Identifier: GPL-2.0-only
/*
 * tally(cell, environment, status, warmup), an aggregate of SQL's: how many samples there are
 * of each, as JSON text, an array of objects. SQL's GROUP BY would sort a campaign's million
 * samples for the few groups that they are in.
 */
#include "db/sql.h"

#include <string.h>

/* Those that the schema knows. */
static const char *const statuses[] = {"done", "failed", "planned"};

struct group {
	gint64 cell, environment; /* 0: none */
	guint status;		  /* its index */
	gboolean warmup;
	gint64 samples;
};

static guint group_hash(gconstpointer data)
{
	const struct group *group = data;
	guint64 mixed = (guint64)group->cell * 31 + (guint64)group->environment;

	return (guint)((mixed * G_N_ELEMENTS(statuses) + group->status) * 2 + group->warmup);
}

static gboolean group_equal(gconstpointer a, gconstpointer b)
{
	const struct group *x = a, *y = b;

	return x->cell == y->cell && x->environment == y->environment && x->status == y->status &&
	       x->warmup == y->warmup;
}

static guint status_of(sqlite3_value *value)
{
	const char *text = (const char *)sqlite3_value_text(value);
	guint status = 0;

	while (status < G_N_ELEMENTS(statuses) - 1 && g_strcmp0(text, statuses[status]))
		status++;
	return status;
}

static void tally_step(sqlite3_context *to, int argc, sqlite3_value **argv)
{
	(void)argc;
	GHashTable **groups = sqlite3_aggregate_context(to, sizeof(*groups));
	const struct group wanted = {
		.cell = sqlite3_value_int64(argv[0]),
		.environment = sqlite3_value_int64(argv[1]),
		.status = status_of(argv[2]),
		.warmup = sqlite3_value_int(argv[3]),
	};

	if (!groups) {
		sqlite3_result_error_nomem(to);
		return;
	}
	if (!*groups)
		*groups = g_hash_table_new_full(group_hash, group_equal, g_free, NULL);
	struct group *group = g_hash_table_lookup(*groups, &wanted);

	if (!group) {
		group = g_memdup2(&wanted, sizeof(wanted));
		g_hash_table_add(*groups, group);
	}
	group->samples++;
}

static json_t *group_json(const struct group *group)
{
	json_t *object = json_pack("{s:I, s:s, s:b, s:I}", "cell", (json_int_t)group->cell,
				   "status", statuses[group->status], "warmup", group->warmup,
				   "samples", (json_int_t)group->samples);

	json_object_set_new(object, "environment",
			    group->environment ? json_integer(group->environment) : json_null());
	return object;
}

static void tally_end(sqlite3_context *to)
{
	GHashTable **groups = sqlite3_aggregate_context(to, 0);
	json_auto_t *rows = json_array();
	GHashTableIter iter;
	gpointer group;

	if (groups && *groups) {
		g_hash_table_iter_init(&iter, *groups);
		while (g_hash_table_iter_next(&iter, &group, NULL))
			json_array_append_new(rows, group_json(group));
		g_hash_table_unref(*groups);
	}
	sqlite3_result_text(to, json_dumps(rows, JSON_COMPACT), -1, free);
}

bool sql_add_tally(struct db *db, GError **err)
{
	if (sqlite3_create_function(db->handle, "tally", 4, SQLITE_UTF8 | SQLITE_DETERMINISTIC,
				    NULL, NULL, tally_step, tally_end) != SQLITE_OK)
		return sql_fail(db, err);
	return true;
}
