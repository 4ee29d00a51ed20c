/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Bundles: all that is stored of some campaigns, in a file that another db takes back without
 * loss. JSON Lines: a record a line, each an object with one member that says what it is.
 *
 *   {"bootlab_bundle": 1}                  the version, first
 *   {"campaign": {"id", "uuid", "created", "command", "seed", "host", "planned", "done",
 *                 "failed"}}               the last three: how many samples it has
 *   {"goal": {"percent", "metric", "iterations", "seconds"}}       of the campaign above
 *   {"source": {"place", "name", "format", "sha256", "identity"}}  the same
 *   {"kernel": {"id", "name", "base", "series", "patches", "key", "release", "config_hash",
 *               "compiler", "patch": [{"place", "subject", "author"}]}}
 *   {"scenario": {"id", "name", "definition": {...}, "probe",
 *                 "interval": [{"name", "place", "from_mark", "to_mark", "better"}]}}
 *   {"environment": {"id", "fingerprint", "facts": {...}}}
 *   {"cell": {"id", "kernel": id, "scenario": id, "params": {...}, "side"}}
 *   {"sample": {"id", "cell": id, "iteration", "position", "warmup", "status", "reason",
 *               "started", "ended", "environment": id,
 *               "mark": [{"name", "t"}], "metric": [{"name", "value", "unit", "better"}],
 *               "span": [{"seq", "name", "kind", "start", "end", "bytes"}],
 *               "gate": [{"name", "ok", "evidence"}], "artifact": [{"name", "text"}]}}
 *   {"end": {"campaigns", "samples"}}      how many there were, last
 *
 * Names and meanings are those of the tables (see db/migrations.c); a list that would be empty
 * is not there. ids are the bundle's own: they are kept where the db that takes it in has them
 * free. Kernels, scenarios and environments come once, before what refers to them.
 */
#ifndef DB_BUNDLE_H
#define DB_BUNDLE_H

#include "db/db.h"

#include <stdio.h>

#define BUNDLE_VERSION 1
#define BUNDLE_MARK    "bootlab_bundle"

/* Writes campaigns as they are at one moment; all of them if count is 0. */
bool db_bundle_write(struct db *db, const gint64 *campaigns, guint count, FILE *out, GError **err);

/*
 * Takes a bundle in, record by record, in one transaction. A campaign that is there already
 * (its uuid says so) is passed over: with fewer samples than in the bundle, that is an error.
 */
struct db_bundle;

/* name: the file's, for errors. NULL on error. */
struct db_bundle *db_bundle_begin(struct db *db, const char *name, GError **err);
bool db_bundle_record(struct db_bundle *bundle, json_t *record, guint64 line, GError **err);

/* What was taken in, and what was there. campaign: the first in the bundle. */
struct db_bundled {
	guint added, known;
	guint64 samples, values;
	gint64 campaign;
};

/* Keeps all of it if ok and it was whole, else nothing. Frees the bundle. */
bool db_bundle_end(struct db_bundle *bundle, bool ok, struct db_bundled *done, GError **err);

#endif
