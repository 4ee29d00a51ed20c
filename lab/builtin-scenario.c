// SPDX-License-Identifier: GPL-2.0-only
#include "lab/cmd.h"
#include "lab/scenario.h"
#include "lab/units.h"

#include <stdio.h>
#include <string.h>

static const char about[] =
	"Scenarios are what bootlab runs on a testbed: one YAML file each under scenarios/.\n"
	"'list' names them; 'show NAME' tells what one does, its parameters and its gates.";

static gboolean as_json;

static const GOptionEntry entries[] = {
	{"json", 0, 0, G_OPTION_ARG_NONE, &as_json, "for scripts", NULL},
	G_OPTION_ENTRY_NULL,
};

static const char *text(json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static int list(int argc, char **argv)
{
	(void)argc, (void)argv;
	GError *err = NULL;
	g_auto(GStrv) names = scenario_names(&err);
	json_auto_t *all = json_array();

	for (int i = 0; names && names[i]; i++) {
		json_t *scenario = scenario_load(names[i], &err);

		if (!scenario)
			break;
		json_array_append_new(all, scenario);
		if (!as_json)
			printf("%-16s %s\n", names[i], text(scenario, "summary"));
	}
	if (err)
		return cmd_end_error(err);
	if (as_json)
		json_dumpf(all, stdout, JSON_INDENT(2));
	return EXIT_DONE;
}

static char *value_text(const char *kind, json_t *value)
{
	if (!strcmp(kind, "size"))
		return size_format(json_integer_value(value));
	return g_strdup_printf("%" JSON_INTEGER_FORMAT, json_integer_value(value));
}

static void print_param(json_t *param)
{
	g_autoptr(GString) defaults = g_string_new(NULL);
	json_t *value;
	size_t i;

	json_array_foreach (json_object_get(param, "default"), i, value) {
		g_autofree char *one = value_text(text(param, "kind"), value);

		g_string_append_printf(defaults, "%s%s", i ? "," : "", one);
	}
	printf("  %s=%s\t%s\n", text(param, "name"), defaults->str, text(param, "help"));
}

static void print_names(const char *title, json_t *names)
{
	json_t *name;
	size_t i;

	printf("\n%s:", title);
	json_array_foreach (names, i, name)
		printf(" %s", json_string_value(name));
	putchar('\n');
}

static void print_text(json_t *scenario)
{
	json_t *param;
	size_t i;

	printf("%s: %s\n\n%s\nParameters:\n", text(scenario, "name"), text(scenario, "summary"),
	       text(scenario, "description"));
	json_array_foreach (json_object_get(scenario, "params"), i, param)
		print_param(param);
	if (text(scenario, "headline"))
		printf("\nHeadline: %s\n", text(scenario, "headline"));
	print_names("Architectures", json_object_get(scenario, "archs"));
	print_names("Collectors", json_object_get(scenario, "collectors"));
	print_names("Gates", json_object_get(scenario, "gates"));
}

static int show(int argc, char **argv)
{
	GError *err = NULL;
	json_auto_t *scenario = NULL;

	if (argc == 2)
		scenario = scenario_load(argv[1], &err);
	else
		bl_fail(&err, BL_ERROR_INPUT, "give one scenario; see 'bootlab scenario list'");
	if (!scenario)
		return cmd_end_error(err);
	if (as_json)
		json_dumpf(scenario, stdout, JSON_INDENT(2));
	else
		print_text(scenario);
	return EXIT_DONE;
}

static const struct cmd table[] = {
	{"list", "all scenarios", list},
	{"show", "one scenario: what it does, its parameters, its gates", show},
	{0},
};

int cmd_scenario(int argc, char **argv)
{
	GError *err = NULL;

	if (!cmd_options(&argc, &argv, entries, "list|show NAME", about, &err))
		return cmd_end_error(err);
	return cmd_dispatch(table, "bootlab scenario", about, argc, argv);
}
