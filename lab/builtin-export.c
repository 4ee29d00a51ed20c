// SPDX-License-Identifier: GPL-2.0-only
#include "db/bundle.h"
#include "lab/cmd.h"
#include "lab/log.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <unistd.h>

static const char about[] =
	"Writes a bundle: all that is stored of campaigns (their numbers; default: all), with the\n"
	"failed samples and what they left, as JSON Lines. 'bootlab import' takes it back without\n"
	"loss, into this db or another: reports made there are the same.\n"
	"\n"
	"  bootlab export >everything.bundle\n"
	"  bootlab export 3 4 -o mine.bundle\n"
	"\n"
	"Exit status: 0 done, 2 could not be done.";

struct options {
	char *db_path, *output;
};

static bool parse(int *argc, char ***argv, struct options *o, GError **err)
{
	const GOptionEntry entries[] = {
		{"db", 0, 0, G_OPTION_ARG_FILENAME, &o->db_path,
		 "where samples are kept (default bootlab.db)", "FILE"},
		{"output", 'o', 0, G_OPTION_ARG_FILENAME, &o->output,
		 "write it there, as a whole or not at all (default: standard output)", "FILE"},
		G_OPTION_ENTRY_NULL,
	};

	if (!cmd_options(argc, argv, entries, "[CAMPAIGN…]", about, err))
		return false;
	if (!o->db_path)
		o->db_path = g_strdup("bootlab.db");
	return true;
}

/* Into a file beside it, which then takes its name. */
static bool write_file(struct db *db, const GArray *ids, const char *path, GError **err)
{
	g_autofree char *partial = g_strdup_printf("%s.%d.part", path, (int)getpid());
	FILE *out = g_fopen(partial, "wxe");

	if (!out)
		return bl_fail_errno(err, "cannot write %s", partial);
	bool ok = db_bundle_write(db, (const gint64 *)ids->data, ids->len, out, err);

	if (ok && fsync(fileno(out)))
		ok = bl_fail_errno(err, "cannot write %s", partial);
	if (fclose(out) && ok)
		ok = bl_fail_errno(err, "cannot write %s", partial);
	if (ok && g_rename(partial, path))
		ok = bl_fail_errno(err, "cannot write %s", path);
	if (!ok)
		g_unlink(partial);
	return ok;
}

static bool export(struct db *db, char *const *arguments, const char *path, GError **err)
{
	g_autoptr(GArray) ids = cmd_campaigns(arguments, err);

	if (!ids)
		return false;
	return path ? write_file(db, ids, path, err)
		    : db_bundle_write(db, (const gint64 *)ids->data, ids->len, stdout, err);
}

int cmd_export(int argc, char **argv)
{
	struct options o = {0};
	GError *err = NULL;

	if (parse(&argc, &argv, &o, &err)) {
		g_autoptr(Db) db = db_open(o.db_path, DB_READ, &err);

		if (db)
			export(db, argv + 1, o.output, &err);
	}
	g_free(o.db_path);
	g_free(o.output);
	return err ? cmd_end_error(err) : EXIT_DONE;
}
