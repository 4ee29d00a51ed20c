/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Samples that were measured elsewhere, a file of them at a time, as fast as sqlite goes: all
 * of a file in one transaction, in memory that does not grow with their number.
 */
#ifndef DB_LOAD_H
#define DB_LOAD_H

#include "db/db.h"

struct db_load;

/* What the keys of kernels begin with that bootlab did not build. */
#define DB_LOAD_KEY "imported:"

/* A file, and what the user said of it that it does not say itself (or NULL). */
struct db_load_file {
	const char *name; /* for errors, and (the last part of it) for reports */
	const char *format;
	const char *sha256;
	const char *kernel, *scenario, *machine;
	const char *command; /* the user's, for a new campaign */
};

/*
 * Begins. *campaign: which one the samples are for, one that was made by a load before; 0: a
 * new one, which it then is. A file that was loaded before, with the same said of it, is not
 * loaded again: *known, *campaign is where it is, and NULL is returned without an error.
 */
struct db_load *db_load_begin(struct db *db, const struct db_load_file *file, gint64 *campaign,
			      bool *known, GError **err);

/* {"imported_from", "imported_sha256"}: the first file of the campaign. json_decref it. */
json_t *db_load_origin(struct db_load *load);

/* Where and how samples were measured: as in db_sample_store(). -1 on error. */
gint64 db_load_environment(struct db_load *load, json_t *facts, GError **err);

/*
 * A cell of the campaign. definition: of a scenario that bootlab need not know, with its name
 * and params (see lab/scenario.h). Lives as long as the load. NULL on error.
 */
struct db_load_cell *db_load_cell(struct db_load *load, const char *kernel, json_t *definition,
				  json_t *params, GError **err);

/* What is measured. Lives until the load ends. */
struct db_load_metric {
	char *name, *unit, *better;
};

/*
 * A value of a sample. The file counts a cell's samples by their iteration, and may go on
 * with one at any later line; several files of a campaign count on from each other.
 */
struct db_load_value {
	struct db_load_cell *cell;
	gint64 environment, iteration;
	gint64 time; /* when it was measured, s; 0: not known */
	const struct db_load_metric *metric;
	double value;
	guint64 line; /* for errors */
};

bool db_load_value(struct db_load *load, const struct db_load_value *value, GError **err);

/* The same of a sample that failed, which has no value. */
bool db_load_failed(struct db_load *load, const struct db_load_value *where, const char *reason,
		    GError **err);

/* How much was loaded so far. */
struct db_loaded {
	guint64 samples, values;
};
struct db_loaded db_load_count(const struct db_load *load);

/* Keeps all of it if ok and no error comes up even then, else nothing. Frees the load. */
bool db_load_end(struct db_load *load, bool ok, GError **err);

#endif
