// SPDX-License-Identifier: GPL-2.0-only
#include "lab/builtin-kernel.h"

#include "kernels/kernel.h"
#include "lab/cmd.h"

#include <stdio.h>

static const char about[] =
	"Builds what is not in the cache yet ($BOOTLAB_CACHE). A build is found again by a hash of\n"
	"the source, the config fragments, the patches and the compiler. What is built first is the\n"
	"base: its objects make each kernel with patches a matter of seconds.\n"
	"\n"
	"  bootlab kernel build 6.1+pin-parallel --each-patch\n"
	"  bootlab kernel build --all";

struct options {
	gboolean each_patch, all;
};

static bool build_one(const char *name, GError **err)
{
	g_autoptr(Kernel) kernel = kernel_find(name, err);
	g_autoptr(KernelBuild) build = kernel ? kernel_build(kernel, err) : NULL;

	if (!build)
		return false;
	if (build->seconds)
		printf("%s: built in %.0f s: %s, %s\n", name, build->seconds, build->release,
		       build->dir);
	else
		printf("%s: there already: %s, %s\n", name, build->release, build->dir);
	fflush(stdout);
	return true;
}

/* The names of all kernels that `list` shows. g_strfreev it. */
static char **all_names(GError **err)
{
	g_autoptr(GPtrArray) kernels = kernel_list(err);

	if (!kernels)
		return NULL;
	char **names = g_new0(char *, kernels->len + 1);

	for (guint i = 0; i < kernels->len; i++)
		names[i] = g_strdup(((struct kernel *)kernels->pdata[i])->name);
	return names;
}

/* What is to be built, as options and arguments say. g_strfreev it. */
static char **chosen(const struct options *options, char **arguments, GError **err)
{
	g_auto(GStrv) names = options->all ? all_names(err) : g_strdupv(arguments);

	return names ? kernel_expand(names, options->all || options->each_patch, err) : NULL;
}

int kernel_build_command(int argc, char **argv)
{
	struct options options = {0};
	const GOptionEntry entries[] = {
		{"each-patch", 0, 0, G_OPTION_ARG_NONE, &options.each_patch,
		 "BASE+SERIES stands for all its prefixes, BASE+SERIES/1 and so on", NULL},
		{"all", 0, 0, G_OPTION_ARG_NONE, &options.all,
		 "all that 'list' shows, each patch of each series", NULL},
		G_OPTION_ENTRY_NULL,
	};
	GError *err = NULL;

	argv[0] = "kernel build";
	if (!cmd_options(&argc, &argv, entries, "KERNEL…", about, &err))
		return cmd_end_error(err);
	if (options.all == (argc > 1)) {
		bl_fail(&err, BL_ERROR_INPUT,
			"name kernels or give --all: 'bootlab kernel list' shows all");
		return cmd_end_error(err);
	}
	g_auto(GStrv) names = chosen(&options, argv + 1, &err);

	for (char **name = names; name && *name && !err; name++)
		build_one(*name, &err);
	return err ? cmd_end_error(err) : EXIT_DONE;
}
