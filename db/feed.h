/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Rows of memory as a table of SQL's, so that one statement inserts thousands of them: sqlite
 * opens its tables once for all, where a statement a row takes three times as long.
 */
#ifndef DB_FEED_H
#define DB_FEED_H

#include "db/sql.h"

struct feed {
	const char *name;    /* of the table */
	const char *columns; /* "(a, b, c)" */
	GArray *rows;
	/* Gives sqlite the column of a row. Its texts must live until the statement ends. */
	void (*column)(const void *row, int column, sqlite3_context *to);
	guint at; /* the row in hand: where a statement failed, the one that it failed at */
};

/* Makes the feed a table of this connection, until that is closed or feed_drop(). */
bool feed_create(struct db *db, struct feed *feed, GError **err);
void feed_drop(struct db *db, struct feed *feed);

/* Runs "INSERT ... SELECT ... FROM name" for the rows there are, and empties the feed. */
bool feed_flush(struct db *db, struct feed *feed, sqlite3_stmt *insert, GError **err);

#endif
