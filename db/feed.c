// SPDX-License-Identifier: GPL-2.0-only
#include "db/feed.h"

struct feed_table {
	sqlite3_vtab base;
	struct feed *feed;
};

static struct feed *feed_of(sqlite3_vtab *table)
{
	return ((struct feed_table *)table)->feed;
}

static int connect_table(sqlite3 *handle, void *data, int argc, const char *const *argv,
			 sqlite3_vtab **table, char **why)
{
	(void)argc, (void)argv, (void)why;
	struct feed *feed = data;
	struct feed_table *made = g_new0(struct feed_table, 1);
	g_autofree char *sql = g_strconcat("CREATE TABLE x ", feed->columns, NULL);

	made->feed = feed;
	*table = &made->base;
	return sqlite3_declare_vtab(handle, sql);
}

static int disconnect_table(sqlite3_vtab *table)
{
	g_free(table);
	return SQLITE_OK;
}

/* All rows, in their order: there is nothing to choose from. */
static int best_index(sqlite3_vtab *table, sqlite3_index_info *info)
{
	info->estimatedRows = feed_of(table)->rows->len;
	return SQLITE_OK;
}

static int open_cursor(sqlite3_vtab *table, sqlite3_vtab_cursor **cursor)
{
	(void)table;
	*cursor = g_new0(sqlite3_vtab_cursor, 1);
	return SQLITE_OK;
}

static int close_cursor(sqlite3_vtab_cursor *cursor)
{
	g_free(cursor);
	return SQLITE_OK;
}

static int first_row(sqlite3_vtab_cursor *cursor, int number, const char *text, int argc,
		     sqlite3_value **argv)
{
	(void)number, (void)text, (void)argc, (void)argv;
	feed_of(cursor->pVtab)->at = 0;
	return SQLITE_OK;
}

static int next_row(sqlite3_vtab_cursor *cursor)
{
	feed_of(cursor->pVtab)->at++;
	return SQLITE_OK;
}

static int at_end(sqlite3_vtab_cursor *cursor)
{
	const struct feed *feed = feed_of(cursor->pVtab);

	return feed->at >= feed->rows->len;
}

static int give_column(sqlite3_vtab_cursor *cursor, sqlite3_context *to, int column)
{
	const struct feed *feed = feed_of(cursor->pVtab);
	guint size = g_array_get_element_size(feed->rows);

	feed->column(feed->rows->data + (gsize)feed->at * size, column, to);
	return SQLITE_OK;
}

static int row_number(sqlite3_vtab_cursor *cursor, sqlite3_int64 *number)
{
	*number = feed_of(cursor->pVtab)->at;
	return SQLITE_OK;
}

/* Without xCreate: a table that is simply there, under the module's name. */
static const sqlite3_module module = {
	.xConnect = connect_table,
	.xBestIndex = best_index,
	.xDisconnect = disconnect_table,
	.xOpen = open_cursor,
	.xClose = close_cursor,
	.xFilter = first_row,
	.xNext = next_row,
	.xEof = at_end,
	.xColumn = give_column,
	.xRowid = row_number,
};

bool feed_create(struct db *db, struct feed *feed, GError **err)
{
	if (sqlite3_create_module(db->handle, feed->name, &module, feed) != SQLITE_OK)
		return sql_fail(db, err);
	return true;
}

void feed_drop(struct db *db, struct feed *feed)
{
	sqlite3_create_module(db->handle, feed->name, NULL, NULL);
}

bool feed_flush(struct db *db, struct feed *feed, sqlite3_stmt *insert, GError **err)
{
	bool ok = !feed->rows->len || sql_step(db, insert, err) == 0;

	sqlite3_reset(insert);
	if (ok)
		g_array_set_size(feed->rows, 0);
	return ok;
}
