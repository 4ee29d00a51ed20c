// SPDX-License-Identifier: GPL-2.0-only
#include "lab/builtin-kernel.h"

#include "kernels/base.h"
#include "lab/cmd.h"
#include "lab/paths.h"

#include <stdio.h>

static const char about[] =
	"Describes a base of your own, in a file of $BOOTLAB_USER/bases (default:\n"
	"~/.local/share/bootlab): a git tree, which is only read and may be named at any revision as\n"
	"NAME@REVISION; a tarball; or an installed linux-source package.\n"
	"\n"
	"  bootlab kernel add mine --git ~/linux --revision my-branch\n"
	"  bootlab ab mine@v6.12 mine -s vfio-pin";

struct options {
	struct base_source source;
	char *summary, *arch;
	char **configs;
};

static bool add(struct options *options, char *name, GError **err)
{
	static char *usual[] = {"x86-testbed", NULL};
	char **configs = options->configs ? options->configs : usual;
	g_autofree char *what = base_describe_source(&options->source);
	struct base base = {
		.name = name,
		.summary = options->summary ? options->summary : what,
		.source = options->source,
		.arch = options->arch ? options->arch : "x86_64",
		.configs = configs,
		.n_configs = g_strv_length(configs),
	};

	return base_add(&base, err);
}

static void clear(struct options *options)
{
	g_free(options->source.debian);
	g_free(options->source.tarball);
	g_free(options->source.git);
	g_free(options->source.revision);
	g_free(options->summary);
	g_free(options->arch);
	g_strfreev(options->configs);
}

int kernel_add(int argc, char **argv)
{
	struct options options = {0};
	const GOptionEntry entries[] = {
		{"git", 0, 0, G_OPTION_ARG_FILENAME, &options.source.git, "a git tree", "FOLDER"},
		{"revision", 0, 0, G_OPTION_ARG_STRING, &options.source.revision,
		 "of the git tree (default HEAD, as it is at each use)", "REV"},
		{"tarball", 0, 0, G_OPTION_ARG_FILENAME, &options.source.tarball,
		 "a kernel's source, packed", "FILE"},
		{"debian", 0, 0, G_OPTION_ARG_STRING, &options.source.debian,
		 "a package like linux-source-6.1", "PACKAGE"},
		{"arch", 0, 0, G_OPTION_ARG_STRING, &options.arch, "default x86_64", "ARCH"},
		{"config", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.configs,
		 "a fragment of kernels/configs; may be given again (default x86-testbed)", "NAME"},
		{"summary", 0, 0, G_OPTION_ARG_STRING, &options.summary, "for the list", "TEXT"},
		G_OPTION_ENTRY_NULL,
	};
	GError *err = NULL;

	argv[0] = "kernel add";
	if (cmd_options(&argc, &argv, entries, "NAME", about, &err)) {
		path_make_absolute(&options.source.git, NULL);
		path_make_absolute(&options.source.tarball, NULL);
		if (argc != 2)
			bl_fail(&err, BL_ERROR_INPUT,
				"give the new base one name; see 'bootlab "
				"kernel add --help'");
		else if (add(&options, argv[1], &err))
			printf("%s: described in %s/bases/%s.yaml\n", argv[1], path_user(),
			       argv[1]);
	}
	clear(&options);
	return err ? cmd_end_error(err) : EXIT_DONE;
}
