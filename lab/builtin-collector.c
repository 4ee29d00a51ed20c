// SPDX-License-Identifier: GPL-2.0-only
#include "lab/attach.h"
#include "lab/cmd.h"

#include <stdio.h>

static const char about[] =
	"Collectors watch the kernel while a scenario runs; -c NAME[,NAME] of run and ab attaches\n"
	"them beside the scenario's own. Overhead is what one costs the workload: none, light, or\n"
	"disturbs. One that disturbs runs in samples of its own, beside those of the table, and\n"
	"what it saw is reported by itself, as SCENARIO:COLLECTOR.";

static gboolean as_json;

static const GOptionEntry entries[] = {
	{"json", 0, 0, G_OPTION_ARG_NONE, &as_json, "for scripts", NULL},
	G_OPTION_ENTRY_NULL,
};

static int list(int argc, char **argv)
{
	json_auto_t *all = json_array();

	(void)argc, (void)argv;
	for (const struct collector_info *info = attach_collectors(); info->name; info++) {
		json_array_append_new(all,
				      json_pack("{s:s, s:s, s:s}", "name", info->name, "overhead",
						info->overhead, "summary", info->summary));
		if (!as_json)
			printf("%-12s %-9s %s\n", info->name, info->overhead, info->summary);
	}
	if (as_json) {
		json_dumpf(all, stdout, JSON_INDENT(2));
		putchar('\n');
	}
	return EXIT_DONE;
}

static const struct cmd table[] = {
	{"list", "all collectors: name, overhead, what they collect", list},
	{0},
};

int cmd_collector(int argc, char **argv)
{
	GError *err = NULL;

	if (!cmd_options(&argc, &argv, entries, "list", about, &err))
		return cmd_end_error(err);
	return cmd_dispatch(table, "bootlab collector", about, argc, argv);
}
