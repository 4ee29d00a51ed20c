// SPDX-License-Identifier: GPL-2.0-only
#include "lab/yaml.h"

#include <stdlib.h>
#include <string.h>

/* What libcyaml logged about the first fault: the message, then a backtrace, innermost first. */
struct fault {
	char *message;
	long line;	 /* of the innermost place in the backtrace; 0: none was given */
	GPtrArray *keys; /* the keys that lead to the place, innermost first */
};

/*
 * libcyaml's words for a fault and ours, where %s stands for what follows its words. What
 * is wrong with a value is said of the key that the backtrace names; the others name a key
 * themselves, and where it stands is to be searched for, since the place reported is the end of
 * the value before it: of its own first value, maybe, where it is there twice.
 */
static const struct wording {
	const char *theirs;
	const char *ours;
	enum { VALUE, PLACE, KEY_FROM_HERE, KEY_BELOW } where;
	bool choice; /* what there is to choose from is said, too */
} wordings[] = {
	{"Unexpected key: ", "unknown key '%s'", KEY_FROM_HERE, true},
	{"Mapping field already seen: ", "the key '%s' is there twice: remove one", KEY_BELOW,
	 false},
	{"Missing required mapping field: ", "the key '%s' is missing: add it", PLACE, false},
	{"libyaml: ", "this line or one below is not YAML: %s", PLACE, false},
	{"Expecting MAPPING", "must hold keys of its own ('key: value')", VALUE, false},
	{"Expecting SEQUENCE", "must be a list ('[one, two]')", VALUE, false},
	{"Expecting ", "must be a single value", VALUE, false},
	{"Invalid INT value: ", "must be a whole number, and is %s", VALUE, false},
	{"Invalid UINT value: ", "must be a whole number, not negative, and is %s", VALUE, false},
	{"Invalid uint64_t value: ", "must be a whole number, not negative, and is %s", VALUE,
	 false},
	{"Invalid FLOAT value: ", "must be a number, and is %s", VALUE, false},
	{"Invalid ENUM value: ", "cannot be '%s'", VALUE, true},
	{"STRING length < 1", "must not be empty", VALUE, false},
	{"Insufficient entries", "has too few entries", VALUE, false},
	{"", "%s", VALUE, false},
};

static void *allocate(void *ctx, void *old, size_t size)
{
	(void)ctx;
	return g_realloc(old, size);
}

/* "  in mapping field 'source' (line: 2, column: 9)" */
static void note_place(struct fault *fault, const char *text)
{
	const char *line = strstr(text, "(line: ");
	const char *key = strstr(text, "field '");

	if (line && !fault->line)
		fault->line = strtol(line + strlen("(line: "), NULL, 10);
	if (key) {
		key += strlen("field '");
		g_ptr_array_add(fault->keys, g_strndup(key, strcspn(key, "'")));
	}
}

static void note(cyaml_log_t level, void *ctx, const char *fmt, va_list args)
{
	(void)level;
	struct fault *fault = ctx;
	g_autofree char *text = g_strchomp(g_strdup_vprintf(fmt, args));

	if (fault->message)
		note_place(fault, text);
	else
		fault->message = g_strdup(g_str_has_prefix(text, "Load: ") ? text + 6 : text);
}

static cyaml_config_t config(struct fault *fault)
{
	return (cyaml_config_t){
		.log_fn = fault ? note : NULL,
		.log_ctx = fault,
		.log_level = CYAML_LOG_ERROR,
		.mem_fn = allocate,
	};
}

static const cyaml_schema_value_t *skip_lists(const cyaml_schema_value_t *schema)
{
	while (schema->type == CYAML_SEQUENCE || schema->type == CYAML_SEQUENCE_FIXED)
		schema = schema->sequence.entry;
	return schema;
}

/* The keys that a mapping may have, the values of an enumeration: "name, summary, source". */
static char *choices_text(const cyaml_schema_value_t *schema)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();

	if (schema->type == CYAML_MAPPING)
		for (const cyaml_schema_field_t *field = schema->mapping.fields; field->key;
		     field++)
			g_ptr_array_add(names, (char *)field->key);
	if (schema->type == CYAML_ENUM)
		for (uint32_t i = 0; i < schema->enumeration.count; i++)
			g_ptr_array_add(names, (char *)schema->enumeration.strings[i].str);
	g_ptr_array_add(names, NULL);
	return g_strjoinv(", ", (char **)names->pdata);
}

/* Goes down the schema by the keys that lead to the fault. */
static char *choices(const cyaml_schema_value_t *schema, const GPtrArray *keys)
{
	schema = skip_lists(schema);
	for (guint i = keys->len; i > 0 && schema->type == CYAML_MAPPING; i--) {
		const cyaml_schema_field_t *field = schema->mapping.fields;

		while (field->key && strcmp(field->key, keys->pdata[i - 1]))
			field++;
		if (!field->key)
			break;
		schema = skip_lists(&field->value);
	}
	return choices_text(schema);
}

/* The first line from `from` on that holds key as a key; 0: none does. */
static long find_key(const char *text, const char *key, long from)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	g_autofree char *quoted = g_regex_escape_string(key, -1);
	g_autofree char *pattern = g_strdup_printf("(^|[\\s{,\"'])%s[\"']?\\s*:", quoted);

	for (long i = 0; lines[i]; i++)
		if (i + 1 >= from && g_regex_match_simple(pattern, lines[i], 0, 0))
			return i + 1;
	return 0;
}

static const struct wording *find_wording(const char *message)
{
	const struct wording *wording = wordings;

	while (!g_str_has_prefix(message, wording->theirs))
		wording++;
	return wording;
}

static bool fail(const char *path, const char *text, const cyaml_schema_value_t *schema,
		 const struct fault *fault, GError **err)
{
	const struct wording *wording = find_wording(fault->message);
	const char *rest = fault->message + strlen(wording->theirs);
	g_autoptr(GString) what = g_string_new(NULL);
	long line = MAX(fault->line, 1);

	if (wording->where == VALUE && fault->keys->len)
		g_string_append_printf(what, "'%s' ", (char *)fault->keys->pdata[0]);
	g_string_append_printf(what, wording->ours, rest);
	if (wording->where >= KEY_FROM_HERE)
		line = MAX(line, find_key(text, rest, line + (wording->where == KEY_BELOW)));
	if (wording->choice) {
		g_autofree char *known = choices(schema, fault->keys);

		g_string_append_printf(what, " (known here: %s)", known);
	}
	return bl_fail(err, BL_ERROR_INPUT, "%s:%ld: %s", path, line, what->str);
}

static bool load_text(const char *path, const char *text, const cyaml_schema_value_t *schema,
		      struct fault *fault, void **data, GError **err)
{
	cyaml_config_t cfg = config(fault);
	cyaml_err_t status =
		cyaml_load_data((const uint8_t *)text, strlen(text), &cfg, schema, data, NULL);

	if (status == CYAML_OK && *data)
		return true;
	if (status == CYAML_OK)
		fault->message = g_strdup("the file is empty");
	else if (!fault->message)
		fault->message = g_strdup(cyaml_strerror(status));
	return fail(path, text, schema, fault, err);
}

bool yaml_load(const char *path, const cyaml_schema_value_t *schema, void **data, GError **err)
{
	struct fault fault = {.keys = g_ptr_array_new_with_free_func(g_free)};
	g_autoptr(GError) why = NULL;
	g_autofree char *text = NULL;
	bool ok;

	*data = NULL;
	if (g_file_get_contents(path, &text, NULL, &why))
		ok = load_text(path, text, schema, &fault, data, err);
	else
		ok = bl_fail(err, BL_ERROR_INPUT, "%s", why->message);
	g_ptr_array_unref(fault.keys);
	g_free(fault.message);
	return ok;
}

bool yaml_fail(const char *path, const char *key, GError **err, const char *fmt, ...)
{
	g_autofree char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	g_autofree char *what = g_strdup_vprintf(fmt, ap);
	va_end(ap);
	g_file_get_contents(path, &text, NULL, NULL);
	return bl_fail(err, BL_ERROR_INPUT, "%s:%ld: '%s' %s", path,
		       MAX(find_key(text ? text : "", key, 1), 1), key, what);
}

bool yaml_save(const char *path, const cyaml_schema_value_t *schema, const void *data, GError **err)
{
	cyaml_config_t cfg = config(NULL);
	g_autoptr(GError) why = NULL;
	char *text = NULL;
	size_t len;
	cyaml_err_t status = cyaml_save_data(&text, &len, &cfg, schema, data, 0);

	if (status != CYAML_OK)
		return bl_fail(err, BL_ERROR_INPUT, "cannot write %s: %s", path,
			       cyaml_strerror(status));
	bool ok = g_file_set_contents(path, text, len, &why);

	g_free(text);
	return ok || bl_fail(err, BL_ERROR_SYSTEM, "%s", why->message);
}

void yaml_discard(const cyaml_schema_value_t *schema, void *data)
{
	cyaml_config_t cfg = config(NULL);

	cyaml_free(&cfg, schema, data, 0);
}
