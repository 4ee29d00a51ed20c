// SPDX-License-Identifier: GPL-2.0-only
#include "lab/cmd.h"

#include "lab/log.h"

#include <stdio.h>
#include <string.h>

bool cmd_options(int *argc, char ***argv, const GOptionEntry *entries, const char *usage,
		 const char *about, GError **err)
{
	const GOptionEntry shared[] = {
		{"verbose", 'v', 0, G_OPTION_ARG_NONE, &log_verbose,
		 "show the commands that are run", NULL},
		G_OPTION_ENTRY_NULL,
	};
	g_autofree char *name = g_strconcat("bootlab ", (*argv)[0], NULL);
	g_autoptr(GOptionContext) context = g_option_context_new(usage);
	g_autoptr(GError) why = NULL;

	/* GOption takes the program's name for its usage line from here. */
	g_set_prgname(name);
	g_option_context_set_description(context, about);
	g_option_context_add_main_entries(context, entries, NULL);
	g_option_context_add_main_entries(context, shared, NULL);
	if (!g_option_context_parse(context, argc, argv, &why))
		return bl_fail(err, BL_ERROR_INPUT, "%s; see '%s --help'", why->message, name);
	return true;
}

GArray *cmd_campaigns(char *const *arguments, GError **err)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(gint64));
	gint64 id;

	for (int i = 0; arguments[i]; i++) {
		if (!g_ascii_string_to_signed(arguments[i], 10, 1, G_MAXINT64, &id, NULL)) {
			bl_fail(err, BL_ERROR_INPUT,
				"'%s' is no campaign's number: bootlab report --list shows them",
				arguments[i]);
			return NULL;
		}
		g_array_append_val(ids, id);
	}
	return g_steal_pointer(&ids);
}

int cmd_end_error(GError *err)
{
	bool cancelled = g_error_matches(err, BL_ERROR, BL_ERROR_CANCELLED);

	log_error("%s", err->message);
	g_error_free(err);
	return cancelled ? EXIT_SIGNALED : EXIT_CANT;
}

static void print_table(FILE *out, const struct cmd *table, const char *program, const char *about)
{
	fprintf(out, "Usage: %s COMMAND [OPTION…] [ARGUMENT…]\n\n%s\n\nCommands:\n", program,
		about);
	for (const struct cmd *cmd = table; cmd->name; cmd++)
		fprintf(out, "  %-10s %s\n", cmd->name, cmd->summary);
	fprintf(out, "\n'%s COMMAND --help' tells more of each.\n", program);
}

int cmd_dispatch(const struct cmd *table, const char *program, const char *about, int argc,
		 char **argv)
{
	const char *name = argc > 1 ? argv[1] : NULL;

	if (name && (!strcmp(name, "--help") || !strcmp(name, "-h") || !strcmp(name, "help"))) {
		print_table(stdout, table, program, about);
		return EXIT_DONE;
	}
	for (const struct cmd *cmd = table; name && cmd->name; cmd++)
		if (!strcmp(cmd->name, name))
			return cmd->fn(argc - 1, argv + 1);
	if (name)
		log_error("there is no command '%s %s'", program, name);
	print_table(stderr, table, program, about);
	return EXIT_CANT;
}
