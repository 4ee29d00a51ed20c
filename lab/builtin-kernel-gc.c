// SPDX-License-Identifier: GPL-2.0-only
#include "lab/builtin-kernel.h"

#include "kernels/gc.h"
#include "lab/cmd.h"
#include "lab/units.h"

#include <stdio.h>

#define DEFAULT_LIMIT "20G"

static const char about[] =
	"Removes built kernels, objects, unpacked sources, downloads and logs from the cache until no\n"
	"more than the limit is left; what was not used for longest goes first. All of it is made\n"
	"anew when it is needed. (ccache keeps a limit of its own, 4 GiB.)\n"
	"\n"
	"  bootlab kernel gc --size 5G";

static void print_result(const struct gc_result *result, bool dry)
{
	g_autofree char *before = size_human(result->before), *after = size_human(result->after);

	for (guint i = 0; i < result->removed->len; i++) {
		const struct gc_item *item = result->removed->pdata[i];
		g_autofree char *bytes = size_human(item->bytes);

		printf("%s %s (%s)\n", dry ? "would remove" : "removed", item->path, bytes);
	}
	printf("the cache holds %s%s%s\n", after, dry ? " then, now " : ", before ", before);
}

static bool collect(const char *size, bool dry, GError **err)
{
	struct gc_result result = {0};
	guint64 limit;
	bool ok = size_parse(size, &limit, err) && gc_run(limit, dry, &result, err);

	if (ok)
		print_result(&result, dry);
	gc_result_clear(&result);
	return ok;
}

int kernel_gc(int argc, char **argv)
{
	g_autofree char *size = NULL;
	gboolean dry = FALSE;
	const GOptionEntry entries[] = {
		{"size", 0, 0, G_OPTION_ARG_STRING, &size,
		 "what may be left (default " DEFAULT_LIMIT ")", "SIZE"},
		{"dry-run", 0, 0, G_OPTION_ARG_NONE, &dry, "only say what would go", NULL},
		G_OPTION_ENTRY_NULL,
	};
	GError *err = NULL;

	argv[0] = "kernel gc";
	if (cmd_options(&argc, &argv, entries, "", about, &err)) {
		if (argc > 1)
			bl_fail(&err, BL_ERROR_INPUT, "'%s': gc takes no argument", argv[1]);
		else
			collect(size ? size : DEFAULT_LIMIT, dry, &err);
	}
	return err ? cmd_end_error(err) : EXIT_DONE;
}
