// SPDX-License-Identifier: GPL-2.0-only
/*
 * `bootlab import` of anything, as FUZZ_FORMAT. What is refused says why and leaves the db as it
 * was; what is taken in leaves one that is whole.
 */
#include "db/db.h"
#include "lab/intake.h"
#include "lab/paths.h"

#include <glib/gstdio.h>
#include <stdint.h>
#include <stdlib.h>

/* A db that has grown makes every look at it slow. */
#define INPUTS_PER_DB 4096

static char *folder;

static void remove_folder(void)
{
	path_remove_tree(folder, NULL);
}

static Db *fresh_db(void)
{
	GError *err = NULL;

	if (!folder) {
		folder = g_dir_make_tmp("bootlab-fuzz-XXXXXX", NULL);
		atexit(remove_folder);
	}
	g_autofree char *path = g_build_filename(folder, "fuzz.db", NULL);

	g_unlink(path);
	Db *db = db_open(path, DB_CREATE, &err);

	if (!db)
		g_error("%s", err->message);
	return db;
}

static size_t campaigns(Db *db)
{
	json_auto_t *all = db_campaigns(db, NULL);

	return json_array_size(all);
}

static void judge(Db *db, bool ok, const struct intake_outcome *outcome, const GError *err,
		  size_t before)
{
	g_assert(ok == !err);
	g_assert(ok || *err->message);
	g_assert(campaigns(db) == before + (ok ? outcome->campaigns : 0));
	if (ok && !outcome->known)
		g_assert(db_check(db, NULL));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct intake_opts opts = {
		.format = FUZZ_FORMAT,
		/* A bundle says all of itself. */
		.kernel = FUZZ_NAMES ? "k" : NULL,
		.scenario = FUZZ_NAMES ? "s" : NULL,
		.command = "bootlab import f",
	};
	static Db *db;
	static guint inputs;
	struct intake_outcome outcome = {0};
	g_autoptr(GError) err = NULL;

	if (inputs++ % INPUTS_PER_DB == 0) {
		db_close(db);
		db = fresh_db();
	}
	size_t before = campaigns(db);

	judge(db, intake_bytes(db, "f", (const char *)data, size, &opts, &outcome, &err), &outcome,
	      err, before);
	return 0;
}
