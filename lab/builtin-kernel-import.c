// SPDX-License-Identifier: GPL-2.0-only
#include "lab/builtin-kernel.h"

#include "kernels/import.h"
#include "lab/cmd.h"
#include "lab/scenario.h"

#include <jansson.h>
#include <stdio.h>

static const char about[] =
	"Makes a series of your own, NAME, from\n"
	"  DIR               a folder of *.patch files, in the order of their names\n"
	"  FILE              an mbox or a patch, packed by gzip or xz or not\n"
	"  TREE:A..B         the commits of a git tree that are in B and not in A\n"
	"  URL               an mbox or a patch on the web, or a mail's page in an archive\n"
	"  MESSAGE-ID        a mail of the thread in the archive: $BOOTLAB_ARCHIVE, else what\n"
	"                    'archive:' names in ~/.config/bootlab/settings.yaml, else\n"
	"                    https://lore.kernel.org/all\n"
	"From a thread, the version of the mail that is named is taken, else the highest that is\n"
	"complete. The series lies in ~/.local/share/bootlab/series/NAME then, and BASE+NAME is\n"
	"a kernel.\n"
	"\n"
	"  bootlab kernel import pin-fast 20261120101112.123456-1-someone@example.org\n"
	"  bootlab kernel import mine ~/linux:v6.12..topic --base 6.12 --scenario vfio-pin";

static char **bases;
static char *scenario;
static gboolean force;

static const GOptionEntry entries[] = {
	{"base", 0, 0, G_OPTION_ARG_STRING_ARRAY, &bases,
	 "a base that it is for; may be given again (all that are for testbeds here)", "BASE"},
	{"scenario", 0, 0, G_OPTION_ARG_STRING, &scenario, "the scenario that shows that it works",
	 "SCENARIO"},
	{"force", 0, 0, G_OPTION_ARG_NONE, &force, "replace a series of that name", NULL},
	G_OPTION_ENTRY_NULL,
};

static bool check_scenario(GError **err)
{
	json_auto_t *found = scenario ? scenario_load(scenario, err) : NULL;

	return !scenario || found;
}

static int end(const struct import_order *order, GError **err)
{
	g_auto(GStrv) titles = NULL;
	g_autofree char *folder = import_series(order, &titles, err);

	if (!folder)
		return cmd_end_error(*err);
	for (guint i = 0; titles[i]; i++)
		printf("%4u  %s\n", i + 1, titles[i]);
	printf("%s: %u patch%s in %s\n", order->name, g_strv_length(titles), titles[1] ? "es" : "",
	       folder);
	return EXIT_DONE;
}

int kernel_import(int argc, char **argv)
{
	GError *err = NULL;

	argv[0] = "kernel import";
	if (!cmd_options(&argc, &argv, entries, "NAME SOURCE", about, &err))
		return cmd_end_error(err);
	if (argc != 3) {
		bl_fail(&err, BL_ERROR_INPUT,
			"give a NAME and a SOURCE: see 'bootlab kernel import --help'");
		return cmd_end_error(err);
	}
	const struct import_order order = {
		.name = argv[1],
		.source = argv[2],
		.bases = bases,
		.scenario = scenario,
		.force = force,
	};

	if (!check_scenario(&err))
		return cmd_end_error(err);
	return end(&order, &err);
}
