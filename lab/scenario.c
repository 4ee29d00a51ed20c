// SPDX-License-Identifier: GPL-2.0-only
#include "lab/scenario.h"

#include "kernels/arch.h"
#include "lab/attach.h"
#include "lab/node.h"
#include "lab/paths.h"
#include "lab/protocol.h"
#include "lab/units.h"
#include "lab/yaml.h"

#include <stdlib.h>
#include <string.h>

/* Of scenarios that do not say what they run on. */
#define DEFAULT_ARCH "x86_64"

enum param_kind { SIZE, COUNT, FLAG };

struct texts {
	char **items;
	unsigned count;
};

struct param {
	char *name;
	enum param_kind kind;
	struct texts defaults;
	char *knob, *help;
};

struct interval {
	char *name, *from, *to, *better;
};

/* Memory on a node of its own: see lab/node.h. */
struct alias {
	char *size, *total;
};

struct scenario {
	char *name, *summary, *description, *workload, *guest_kernel, *headline, *projected;
	struct {
		char *memory, *cmdline;
		unsigned cpus;
		unsigned deadline;
		struct alias *alias;
	} testbed;
	struct param *params;
	unsigned params_count;
	struct interval *intervals;
	unsigned intervals_count;
	struct texts archs, phases, collectors, gates;
};

static const cyaml_strval_t kind_names[] = {{"size", SIZE}, {"count", COUNT}, {"flag", FLAG}};

static const char *const betters[] = {PROTOCOL_BETTER_LOWER, PROTOCOL_BETTER_HIGHER,
				      PROTOCOL_BETTER_NEITHER, NULL};

#define TEXT(key, type, member) \
	CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER, type, member, 1, CYAML_UNLIMITED)
#define OPTIONAL_TEXT(key, type, member)                                                       \
	CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, type, member, 1, \
			       CYAML_UNLIMITED)
#define TEXTS(key, flags, type, member)                                                   \
	CYAML_FIELD_SEQUENCE_COUNT(key, CYAML_FLAG_POINTER | (flags), type, member.items, \
				   member.count, &text_value, 0, CYAML_UNLIMITED)

static const cyaml_schema_value_t text_value = {
	CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 1, CYAML_UNLIMITED),
};

static const cyaml_schema_field_t param_fields[] = {
	TEXT("name", struct param, name),
	CYAML_FIELD_ENUM("kind", CYAML_FLAG_STRICT, struct param, kind, kind_names,
			 G_N_ELEMENTS(kind_names)),
	TEXTS("default", 0, struct param, defaults),
	OPTIONAL_TEXT("knob", struct param, knob),
	TEXT("help", struct param, help),
	CYAML_FIELD_END,
};

static const cyaml_schema_value_t param_value = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct param, param_fields),
};

static const cyaml_schema_field_t interval_fields[] = {
	TEXT("name", struct interval, name),
	TEXT("from", struct interval, from),
	TEXT("to", struct interval, to),
	OPTIONAL_TEXT("better", struct interval, better),
	CYAML_FIELD_END,
};

static const cyaml_schema_value_t interval_value = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct interval, interval_fields),
};

static const cyaml_schema_field_t alias_fields[] = {
	TEXT("size", struct alias, size),
	TEXT("total", struct alias, total),
	CYAML_FIELD_END,
};

static const cyaml_schema_field_t testbed_fields[] = {
	TEXT("memory", struct scenario, testbed.memory),
	CYAML_FIELD_UINT("cpus", CYAML_FLAG_DEFAULT, struct scenario, testbed.cpus),
	CYAML_FIELD_UINT("deadline", CYAML_FLAG_DEFAULT, struct scenario, testbed.deadline),
	OPTIONAL_TEXT("cmdline", struct scenario, testbed.cmdline),
	CYAML_FIELD_MAPPING_PTR("alias", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct scenario,
				testbed.alias, alias_fields),
	CYAML_FIELD_END,
};

static const cyaml_schema_field_t scenario_fields[] = {
	TEXT("name", struct scenario, name),
	TEXT("summary", struct scenario, summary),
	TEXT("description", struct scenario, description),
	TEXT("workload", struct scenario, workload),
	OPTIONAL_TEXT("guest_kernel", struct scenario, guest_kernel),
	OPTIONAL_TEXT("headline", struct scenario, headline),
	OPTIONAL_TEXT("projected", struct scenario, projected),
	TEXTS("archs", CYAML_FLAG_OPTIONAL, struct scenario, archs),
	{
		.key = "testbed",
		.value = {CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct scenario, testbed_fields)},
		.data_offset = 0, /* its fields are told apart by their offsets in the whole */
	},
	CYAML_FIELD_SEQUENCE("params", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct scenario,
			     params, &param_value, 0, CYAML_UNLIMITED),
	CYAML_FIELD_SEQUENCE("intervals", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct scenario,
			     intervals, &interval_value, 0, CYAML_UNLIMITED),
	TEXTS("phases", CYAML_FLAG_OPTIONAL, struct scenario, phases),
	TEXTS("collectors", CYAML_FLAG_OPTIONAL, struct scenario, collectors),
	TEXTS("gates", 0, struct scenario, gates),
	CYAML_FIELD_END,
};

static const cyaml_schema_value_t scenario_schema = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct scenario, scenario_fields),
};

/* ---- values of parameters ---- */

static json_t *size_value(const char *text, GError **err)
{
	guint64 bytes;

	return size_parse(text, &bytes, err) ? json_integer(bytes) : NULL;
}

static json_t *integer_value(const char *text, guint64 max, const char *what, GError **err)
{
	guint64 value;

	if (!g_ascii_string_to_unsigned(text, 10, 0, max, &value, NULL)) {
		bl_fail(err, BL_ERROR_INPUT, "'%s' is not %s", text, what);
		return NULL;
	}
	return json_integer(value);
}

static json_t *count_value(const char *text, GError **err)
{
	return integer_value(text, G_MAXINT32, "a whole number", err);
}

static json_t *flag_value(const char *text, GError **err)
{
	return integer_value(text, 1, "0 or 1", err);
}

static const struct {
	const char *name;
	json_t *(*parse)(const char *text, GError **err);
} kinds[] = {
	[SIZE] = {"size", size_value},
	[COUNT] = {"count", count_value},
	[FLAG] = {"flag", flag_value},
};

/* The values that a list of texts stands for. NULL with err. */
static json_t *parse_values(enum param_kind kind, char *const *texts, unsigned count, GError **err)
{
	json_t *values = json_array();

	for (unsigned i = 0; i < count; i++) {
		json_t *value = kinds[kind].parse(texts[i], err);

		if (!value) {
			json_decref(values);
			return NULL;
		}
		json_array_append_new(values, value);
	}
	return values;
}

/* ---- from the YAML's structs to the definition ---- */

static json_t *texts_json(const struct texts *texts)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < texts->count; i++)
		json_array_append_new(list, json_string(texts->items[i]));
	return list;
}

/* The architectures that it runs on. NULL with err. */
static json_t *archs_json(const char *path, const struct scenario *scenario, GError **err)
{
	for (unsigned i = 0; i < scenario->archs.count; i++) {
		if (!arch_find(scenario->archs.items[i])) {
			g_autofree char *known = arch_names();

			yaml_fail(path, "archs", err, "has '%s', which is none of: %s",
				  scenario->archs.items[i], known);
			return NULL;
		}
	}
	return scenario->archs.count ? texts_json(&scenario->archs)
				     : json_pack("[s]", DEFAULT_ARCH);
}

static json_t *params_json(const char *path, const struct scenario *scenario, GError **err)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < scenario->params_count; i++) {
		const struct param *param = &scenario->params[i];
		g_autoptr(GError) why = NULL;
		json_t *values = parse_values(param->kind, param->defaults.items,
					      param->defaults.count, &why);

		if (!values) {
			yaml_fail(path, "default", err, "of '%s': %s", param->name, why->message);
			json_decref(list);
			return NULL;
		}
		json_array_append_new(list,
				      json_pack("{s:s, s:s, s:o, s:s*, s:s}", "name", param->name,
						"kind", kinds[param->kind].name, "default", values,
						"knob", param->knob, "help", param->help));
	}
	return list;
}

static json_t *intervals_json(const char *path, const struct scenario *scenario, GError **err)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < scenario->intervals_count; i++) {
		const struct interval *it = &scenario->intervals[i];
		const char *better = it->better ? it->better : PROTOCOL_BETTER_LOWER;

		if (!g_strv_contains(betters, better)) {
			yaml_fail(path, "better", err, "is lower, higher or neither, not '%s'",
				  better);
			json_decref(list);
			return NULL;
		}
		json_array_append_new(list,
				      json_pack("{s:s, s:s, s:s, s:s}", "name", it->name, "from",
						it->from, "to", it->to, "better", better));
	}
	return list;
}

/* Words of a kernel's command line; "--" would hand those that follow to init. */
static bool cmdline_ok(const char *text)
{
	static const char allowed[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
		"_.,:;=%@+/!-";
	g_auto(GStrv) words = g_strsplit(text, " ", -1);

	for (char **word = words; *word; word++)
		if (!**word || (*word)[strspn(*word, allowed)] || !strcmp(*word, "--"))
			return false;
	return true;
}

/* What the scenario says of a node of its own, {} where it says nothing. NULL with err. */
static json_t *alias_json(const char *path, const struct alias *alias, GError **err)
{
	g_autoptr(GError) why = NULL;
	guint64 size, total;

	if (!alias)
		return json_object();
	if (!size_parse(alias->size, &size, &why) || !size_parse(alias->total, &total, &why)) {
		yaml_fail(path, "alias", err, "has a size that is none: %s", why->message);
		return NULL;
	}
	if (!size || size % NODE_BLOCK || !total || total % size || total / size > NODE_DIMMS_MAX) {
		yaml_fail(path, "alias", err,
			  "needs a size that is a multiple of 128M, and a total that is at most %d "
			  "times that size",
			  NODE_DIMMS_MAX);
		return NULL;
	}
	return json_pack("{s:{s:I, s:I}}", "alias", "size", (json_int_t)size, "total",
			 (json_int_t)total);
}

static json_t *testbed_json(const char *path, const struct scenario *scenario, GError **err)
{
	const char *cmdline = scenario->testbed.cmdline;
	g_autoptr(GError) why = NULL;
	guint64 memory;

	if (!size_parse(scenario->testbed.memory, &memory, &why)) {
		yaml_fail(path, "memory", err, "of the testbed: %s", why->message);
		return NULL;
	}
	if (!scenario->testbed.cpus || !scenario->testbed.deadline) {
		yaml_fail(path, "testbed", err, "needs at least one CPU and a deadline of 1 s");
		return NULL;
	}
	if (cmdline && !cmdline_ok(cmdline)) {
		yaml_fail(
			path, "cmdline", err,
			"is words for a kernel's command line, with one space between them, not '%s'",
			cmdline);
		return NULL;
	}
	json_t *testbed = alias_json(path, scenario->testbed.alias, err);

	json_object_update_new(testbed,
			       json_pack("{s:I, s:i, s:i, s:s*}", "memory", (json_int_t)memory,
					 "cpus", (int)scenario->testbed.cpus, "deadline",
					 (int)scenario->testbed.deadline, "cmdline", cmdline));
	return testbed;
}

static bool collectors_known(const char *path, const struct scenario *scenario, GError **err)
{
	const struct texts *collectors = &scenario->collectors;

	for (unsigned i = 0; i < collectors->count; i++) {
		const char *name = collectors->items[i];
		g_autoptr(GError) why = NULL;

		if (!attach_known(name, &why) || !attach_fits(name, scenario->workload, &why))
			return yaml_fail(path, "collectors", err, "%s", why->message);
	}
	return true;
}

static json_t *definition(const char *path, const struct scenario *scenario, GError **err)
{
	bool known = collectors_known(path, scenario, err);
	json_auto_t *testbed = known ? testbed_json(path, scenario, err) : NULL;
	json_auto_t *archs = testbed ? archs_json(path, scenario, err) : NULL;
	json_t *params = archs ? params_json(path, scenario, err) : NULL;
	json_t *intervals = params ? intervals_json(path, scenario, err) : NULL;

	if (!intervals) {
		json_decref(params);
		return NULL;
	}
	return json_pack(
		"{s:s, s:s, s:s, s:s, s:s?, s:s*, s:s*, s:O, s:O, s:o, s:o, s:o, s:o, s:o}", "name",
		scenario->name, "summary", scenario->summary, "description", scenario->description,
		"workload", scenario->workload, "guest_kernel", scenario->guest_kernel, "headline",
		scenario->headline, "projected", scenario->projected, "archs", archs, "testbed",
		testbed, "params", params, "intervals", intervals, "phases",
		texts_json(&scenario->phases), "collectors", texts_json(&scenario->collectors),
		"gates", texts_json(&scenario->gates));
}

bool scenario_runs_on(json_t *scenario, const char *arch)
{
	json_t *name;
	size_t i;

	json_array_foreach (json_object_get(scenario, "archs"), i, name)
		if (!strcmp(json_string_value(name), arch))
			return true;
	return false;
}

/* ---- the folder ---- */

static char *scenarios_dir(void)
{
	return g_build_filename(path_data(), "scenarios", NULL);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

char **scenario_names(GError **err)
{
	g_autofree char *dir = scenarios_dir();
	g_autoptr(GDir) entries = g_dir_open(dir, 0, err);
	const char *file;

	if (!entries)
		return NULL;
	g_autoptr(GStrvBuilder) names = g_strv_builder_new();

	while ((file = g_dir_read_name(entries))) {
		g_autofree char *name = g_strdup(file);

		if (!g_str_has_suffix(name, ".yaml"))
			continue;
		name[strlen(name) - strlen(".yaml")] = '\0';
		g_strv_builder_add(names, name);
	}
	char **list = g_strv_builder_end(names);

	qsort(list, g_strv_length(list), sizeof(*list), by_name);
	return list;
}

static bool known(const char *name, GError **err)
{
	g_auto(GStrv) names = scenario_names(err);

	if (!names)
		return false;
	if (path_safe_name(name) && g_strv_contains((const char *const *)names, name))
		return true;
	g_autofree char *all = g_strjoinv(", ", names);

	return bl_fail(err, BL_ERROR_INPUT, "there is no scenario '%s'; there are: %s", name, all);
}

json_t *scenario_load(const char *name, GError **err)
{
	g_autofree char *dir = scenarios_dir();
	g_autofree char *path = g_strdup_printf("%s/%s.yaml", dir, name);
	struct scenario *scenario = NULL;
	json_t *json = NULL;

	if (!known(name, err) || !yaml_load(path, &scenario_schema, (void **)&scenario, err))
		return NULL;
	if (strcmp(scenario->name, name))
		yaml_fail(path, "name", err, "must be '%s', as the file is called", name);
	else
		json = definition(path, scenario, err);
	yaml_discard(&scenario_schema, scenario);
	return json;
}

/* ---- the sweep ---- */

static json_t *param_find(json_t *scenario, const char *name)
{
	json_t *param;
	size_t i;

	json_array_foreach (json_object_get(scenario, "params"), i, param)
		if (!strcmp(json_string_value(json_object_get(param, "name")), name))
			return param;
	return NULL;
}

bool scenario_takes(json_t *scenario, const char *setting)
{
	g_autofree char *key = g_strndup(setting, strcspn(setting, "="));

	return param_find(scenario, key);
}

static enum param_kind param_kind(json_t *param)
{
	const char *name = json_string_value(json_object_get(param, "kind"));
	enum param_kind kind = SIZE;

	while (strcmp(kinds[kind].name, name))
		kind++;
	return kind;
}

bool scenario_unknown_param(json_t *scenario, const char *setting, GError **err)
{
	g_autoptr(GString) names = g_string_new(NULL);
	json_t *param;
	size_t i;

	json_array_foreach (json_object_get(scenario, "params"), i, param)
		g_string_append_printf(names, "%s%s", i ? ", " : "",
				       json_string_value(json_object_get(param, "name")));
	return bl_fail(err, BL_ERROR_INPUT,
		       "cannot set '%s': give key=value[,value] with a parameter of %s: %s",
		       setting, json_string_value(json_object_get(scenario, "name")), names->str);
}

/* Takes one "key=value[,value]" into values, an object of arrays by parameter. */
static bool apply_setting(json_t *scenario, json_t *values, const char *setting, GError **err)
{
	g_auto(GStrv) pair = g_strsplit(setting, "=", 2);
	json_t *param = g_strv_length(pair) == 2 ? param_find(scenario, pair[0]) : NULL;

	if (!param)
		return scenario_unknown_param(scenario, setting, err);
	g_auto(GStrv) texts = g_strsplit(pair[1], ",", -1);
	json_t *list = parse_values(param_kind(param), texts, g_strv_length(texts), err);

	if (!list) {
		g_prefix_error(err, "cannot set '%s': ", setting);
		return false;
	}
	if (!json_array_size(list)) {
		json_decref(list);
		return scenario_unknown_param(scenario, setting, err);
	}
	return !json_object_set_new(values, pair[0], list);
}

/* Each set so far with each value of one more parameter. */
static json_t *multiply(json_t *sets, const char *name, json_t *values)
{
	json_t *product = json_array(), *set, *value;
	size_t i, j;

	json_array_foreach (sets, i, set) {
		json_array_foreach (values, j, value) {
			json_t *more = json_copy(set);

			json_object_set(more, name, value);
			json_array_append_new(product, more);
		}
	}
	json_decref(sets);
	return product;
}

json_t *scenario_sweep(json_t *scenario, char *const *settings, GError **err)
{
	json_t *values = json_object(), *sets, *param;
	size_t i;

	json_array_foreach (json_object_get(scenario, "params"), i, param)
		json_object_set(values, json_string_value(json_object_get(param, "name")),
				json_object_get(param, "default"));
	for (int n = 0; settings && settings[n]; n++) {
		if (!apply_setting(scenario, values, settings[n], err)) {
			json_decref(values);
			return NULL;
		}
	}
	sets = json_pack("[{}]");
	json_array_foreach (json_object_get(scenario, "params"), i, param) {
		const char *name = json_string_value(json_object_get(param, "name"));

		sets = multiply(sets, name, json_object_get(values, name));
	}
	json_decref(values);
	return sets;
}

void scenario_give_cpus(json_t *scenario, json_t *sweep)
{
	json_t *testbed = json_object_get(scenario, "testbed"), *params;
	json_int_t cpus = json_integer_value(json_object_get(testbed, "cpus"));
	size_t i;

	json_array_foreach (sweep, i, params)
		cpus = MAX(cpus, json_integer_value(json_object_get(params, SCENARIO_THREADS)));
	json_object_set_new(testbed, "cpus", json_integer(cpus));
}
