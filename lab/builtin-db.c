// SPDX-License-Identifier: GPL-2.0-only
#include "db/db.h"
#include "lab/cmd.h"

#include <glib/gstdio.h>
#include <jansson.h>
#include <stdio.h>
#include <sys/stat.h>

static const char about[] = "The care of the file that samples are kept in.";

static const char about_check[] =
	"Looks for damage: sqlite's own checks of the file, references that lead nowhere, a schema\n"
	"that is not as bootlab made it, and rows that contradict each other (such as a sample that\n"
	"counts as good though a gate of it did not hold). Changes nothing.\n"
	"\n"
	"Exit status: 0 none was found, 1 it was, and is named, 2 could not be looked for.";

static const char about_vacuum[] =
	"Rewrites the file without the room that is unused in it; needs as much room again while it\n"
	"works. Killed in it, the file is as it was.\n"
	"\n"
	"Exit status: 0 done, 2 could not be done.";

static const char about_migrate[] =
	"Brings a file that an older bootlab wrote up to this one's schema, as a whole or not at\n"
	"all, and keeps a copy of what it was in FILE.schema-N. Commands that write (ab, run,\n"
	"import) do the same without a copy.\n"
	"\n"
	"Exit status: 0 done, 2 could not be done: the file is as it was.";

struct options {
	char *db_path;
	gboolean json;
};

static bool parse(int *argc, char ***argv, struct options *o, const char *text, GError **err)
{
	const GOptionEntry entries[] = {
		{"db", 0, 0, G_OPTION_ARG_FILENAME, &o->db_path,
		 "where samples are kept (default bootlab.db)", "FILE"},
		{"json", 0, 0, G_OPTION_ARG_NONE, &o->json, "for scripts", NULL},
		G_OPTION_ENTRY_NULL,
	};
	g_autofree char *name = g_strconcat("db ", (*argv)[0], NULL);

	(*argv)[0] = name;
	if (!cmd_options(argc, argv, entries, NULL, text, err))
		return false;
	if (*argc > 1)
		return bl_fail(err, BL_ERROR_INPUT, "'%s': name the file with --db", (*argv)[1]);
	if (!o->db_path)
		o->db_path = g_strdup("bootlab.db");
	return true;
}

/* Prints an object, which it takes. */
static void print_json(json_t *object)
{
	json_dumpf(object, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(object);
}

/* ---- check ---- */

/* schema -1: so damaged that it could not be told. */
static void print_findings(const struct options *o, int schema, const GPtrArray *findings)
{
	json_t *list = json_array();

	for (guint i = 0; i < findings->len; i++) {
		json_array_append_new(list, json_string(findings->pdata[i]));
		if (!o->json)
			printf("%s: %s\n", o->db_path, (char *)findings->pdata[i]);
	}
	if (o->json)
		print_json(json_pack("{s:s, s:i, s:O}", "db", o->db_path, "schema", schema,
				     "findings", list));
	else if (!findings->len && schema < db_schema_now())
		printf("%s: is undamaged, and of schema %d: 'bootlab db migrate' brings it to %d\n",
		       o->db_path, schema, db_schema_now());
	else if (!findings->len)
		printf("%s: is undamaged, of schema %d\n", o->db_path, schema);
	json_decref(list);
}

/* A file that is too damaged to be opened was found to be so. */
static int found_at_once(const struct options *o, GError **err)
{
	g_autoptr(GPtrArray) findings = g_ptr_array_new();

	if (!g_error_matches(*err, BL_ERROR, BL_ERROR_DAMAGED))
		return EXIT_CANT;
	g_ptr_array_add(findings, (*err)->message);
	print_findings(o, -1, findings);
	g_clear_error(err);
	return EXIT_FOUND;
}

static int check_file(const struct options *o, GError **err)
{
	g_autoptr(Db) db = db_open(o->db_path, DB_LOOK, err);
	g_autoptr(GPtrArray) findings = db ? db_findings(db, err) : NULL;

	if (!findings)
		return found_at_once(o, err);
	print_findings(o, db_schema(db), findings);
	return findings->len ? EXIT_FOUND : EXIT_DONE;
}

/* ---- vacuum ---- */

static gint64 size_of(const char *path)
{
	GStatBuf is;

	return g_stat(path, &is) ? 0 : is.st_size;
}

/* Opened to write, an older file would be migrated, which is not what was asked. */
static bool is_up_to_date(const struct options *o, GError **err)
{
	g_autoptr(Db) db = db_open(o->db_path, DB_READ, err);

	return db;
}

static int vacuum_file(const struct options *o, GError **err)
{
	gint64 before = size_of(o->db_path), after;
	g_autoptr(Db) db = is_up_to_date(o, err) ? db_open(o->db_path, DB_READ_WRITE, err) : NULL;

	if (!db || !db_vacuum(db, err))
		return EXIT_CANT;
	after = size_of(o->db_path);
	if (o->json)
		print_json(json_pack("{s:s, s:I, s:I}", "db", o->db_path, "before",
				     (json_int_t)before, "after", (json_int_t)after));
	else
		printf("%s: %" G_GINT64_FORMAT " bytes before, %" G_GINT64_FORMAT " after\n",
		       o->db_path, before, after);
	return EXIT_DONE;
}

/* ---- migrate ---- */

/* The schema that the file is of; where that is an older one, *copy is of it as it is. */
static int keep_copy(const struct options *o, char **copy, GError **err)
{
	g_autoptr(Db) db = db_open(o->db_path, DB_LOOK, err);
	int schema = db ? db_schema(db) : -1;

	if (schema < 0 || schema == db_schema_now())
		return schema;
	*copy = g_strdup_printf("%s.schema-%d", o->db_path, schema);
	return db_copy(db, *copy, err) ? schema : -1;
}

static void print_migrated(const struct options *o, int from, const char *copy)
{
	int to = db_schema_now();

	if (o->json)
		print_json(json_pack("{s:s, s:i, s:i, s:s?}", "db", o->db_path, "from", from, "to",
				     to, "copy", copy));
	else if (from == to)
		printf("%s: is of schema %d already\n", o->db_path, to);
	else
		printf("%s: from schema %d to %d; as it was: %s\n", o->db_path, from, to, copy);
}

static int migrate_file(const struct options *o, GError **err)
{
	g_autofree char *copy = NULL;
	int from = keep_copy(o, &copy, err);
	g_autoptr(Db) db = NULL;

	if (from < 0)
		return EXIT_CANT;
	db = copy ? db_open(o->db_path, DB_READ_WRITE, err) : NULL;
	if (copy && !db) {
		g_unlink(copy);
		return EXIT_CANT;
	}
	print_migrated(o, from, copy);
	return EXIT_DONE;
}

/* ---- the commands ---- */

static int care(int argc, char **argv, const char *text,
		int (*fn)(const struct options *o, GError **err))
{
	struct options o = {0};
	GError *err = NULL;
	int status = parse(&argc, &argv, &o, text, &err) ? fn(&o, &err) : EXIT_CANT;

	g_free(o.db_path);
	return err ? cmd_end_error(err) : status;
}

static int check(int argc, char **argv)
{
	return care(argc, argv, about_check, check_file);
}

static int vacuum(int argc, char **argv)
{
	return care(argc, argv, about_vacuum, vacuum_file);
}

static int migrate(int argc, char **argv)
{
	return care(argc, argv, about_migrate, migrate_file);
}

static const struct cmd commands[] = {
	{"check", "look for damage", check},
	{"vacuum", "give back the room that is unused", vacuum},
	{"migrate", "bring it up to this bootlab's schema", migrate},
	{0},
};

int cmd_db(int argc, char **argv)
{
	return cmd_dispatch(commands, "bootlab db", about, argc, argv);
}
