// SPDX-License-Identifier: GPL-2.0-only
#include "lab/cmd.h"
#include "lab/pool.h"
#include "lab/rundir.h"
#include "lab/units.h"

#include <jansson.h>
#include <stdio.h>

static const char about[] =
	"The warm pool is memory on tmpfs that backs the RAM of testbeds and is kept between runs,\n"
	"so that a sample measures its kernel and not this machine's first touch of a page.\n"
	"'list' shows the files and their state; 'free' gives back all that no testbed uses.\n"
	"What a bootlab that was killed has left running is reaped first.";

static gboolean as_json;

static const GOptionEntry entries[] = {
	{"json", 0, 0, G_OPTION_ARG_NONE, &as_json, "for scripts", NULL},
	G_OPTION_ENTRY_NULL,
};

static const char *state(const struct pool_file *file)
{
	if (file->in_use)
		return "in use";
	return file->allocated >= file->bytes ? "warm" : "partly warm";
}

static void print_json(GPtrArray *files)
{
	json_auto_t *list = json_array();

	for (guint i = 0; i < files->len; i++) {
		const struct pool_file *file = files->pdata[i];

		json_array_append_new(list,
				      json_pack("{s:s, s:I, s:I, s:s}", "path", file->path, "bytes",
						(json_int_t)file->bytes, "allocated",
						(json_int_t)file->allocated, "state", state(file)));
	}
	json_dumpf(list, stdout, JSON_INDENT(2));
	putchar('\n');
}

static void print_text(GPtrArray *files)
{
	for (guint i = 0; i < files->len; i++) {
		const struct pool_file *file = files->pdata[i];
		g_autofree char *size = size_human(file->bytes);

		printf("%-40s %10s  %s\n", file->path, size, state(file));
	}
	if (!files->len)
		puts("The pool is empty.");
}

static int list(int argc, char **argv)
{
	(void)argc, (void)argv;
	GError *err = NULL;
	g_autoptr(GPtrArray) files = pool_list(&err);

	if (!files)
		return cmd_end_error(err);
	as_json ? print_json(files) : print_text(files);
	return EXIT_DONE;
}

static int release(int argc, char **argv)
{
	(void)argc, (void)argv;
	GError *err = NULL;
	gint64 freed = rundir_reap_stale(&err) < 0 ? -1 : pool_free(&err);

	if (freed < 0)
		return cmd_end_error(err);
	g_autofree char *size = size_human(freed);

	printf("%s given back.\n", size);
	return EXIT_DONE;
}

static const struct cmd table[] = {
	{"list", "the pool's files, their sizes and states", list},
	{"free", "give back what no testbed uses", release},
	{0},
};

int cmd_pool(int argc, char **argv)
{
	GError *err = NULL;

	if (!cmd_options(&argc, &argv, entries, "list|free", about, &err))
		return cmd_end_error(err);
	return cmd_dispatch(table, "bootlab pool", about, argc, argv);
}
