// SPDX-License-Identifier: GPL-2.0-only
#include "lab/params.h"

#include "lab/units.h"

#include <string.h>

static bool complain(char **why, const char *fmt, const char *what)
{
	*why = g_strdup_printf(fmt, what);
	return false;
}

/* An integer, a size or a text; *kind is which. */
static json_t *value_of(const char *text, const char **kind)
{
	gint64 number;
	guint64 bytes;

	*kind = "count";
	if (g_ascii_string_to_signed(text, 10, G_MININT64, G_MAXINT64, &number, NULL))
		return json_integer(number);
	if (size_parse(text, &bytes, NULL)) {
		*kind = "size";
		return json_integer((json_int_t)bytes);
	}
	*kind = "text";
	return json_string(text);
}

static bool add(json_t *params, json_t *kinds, const char *name, const char *text, char **why)
{
	const char *kind;

	if (!*name || !*text)
		return complain(why, "'%s' is no NAME=VALUE", *name ? name : text);
	if (json_object_get(params, name))
		return complain(why, "parameter '%s' is given twice", name);
	json_t *value = value_of(text, &kind);

	if (!value)
		return complain(why, "'%s' is not UTF-8", name);
	json_object_set_new(params, name, value);
	json_array_append_new(kinds, json_pack("{s:s, s:s}", "name", name, "kind", kind));
	return true;
}

static bool add_member(json_t *params, json_t *kinds, const char *name, json_t *value, char **why)
{
	if (json_is_string(value))
		return add(params, kinds, name, json_string_value(value), why);
	if (!json_is_integer(value))
		return complain(why, "'%s' is no integer and no text", name);
	g_autofree char *text = g_strdup_printf("%" JSON_INTEGER_FORMAT, json_integer_value(value));

	return add(params, kinds, name, text, why);
}

static bool add_object(json_t *params, json_t *kinds, const char *text, char **why)
{
	json_error_t error;
	json_auto_t *object = json_loads(text, JSON_REJECT_DUPLICATES, &error);
	const char *name;
	json_t *value;

	if (!json_is_object(object))
		return complain(why, "is no JSON object: %s", error.text);
	json_object_foreach (object, name, value)
		if (!add_member(params, kinds, name, value, why))
			return false;
	return true;
}

static bool add_words(json_t *params, json_t *kinds, const char *text, char **why)
{
	g_auto(GStrv) words = g_strsplit_set(text, " \t", -1);

	for (int i = 0; words[i]; i++) {
		char *equals = strchr(words[i], '=');

		if (!*words[i])
			continue;
		if (!equals)
			return complain(why, "'%s' is no NAME=VALUE", words[i]);
		*equals = '\0';
		if (!add(params, kinds, words[i], equals + 1, why))
			return false;
	}
	return true;
}

bool params_parse(const char *text, json_t **params, json_t **kinds, char **why)
{
	if (!g_utf8_validate(text, -1, NULL))
		return complain(why, "is not UTF-8%s", "");
	*params = json_object();
	*kinds = json_array();
	return *text == '{' ? add_object(*params, *kinds, text, why)
			    : add_words(*params, *kinds, text, why);
}

bool params_are(json_t *params, json_t *kinds)
{
	json_t *kind;
	size_t i;

	json_array_foreach (kinds, i, kind)
		if (!json_object_get(params, json_string_value(json_object_get(kind, "name"))))
			return false;
	return json_object_size(params) == json_array_size(kinds);
}

char *params_names(json_t *kinds)
{
	g_autoptr(GString) names = g_string_new(NULL);
	json_t *kind;
	size_t i;

	json_array_foreach (kinds, i, kind)
		g_string_append_printf(names, "%s%s", i ? ", " : "",
				       json_string_value(json_object_get(kind, "name")));
	return g_string_free(g_steal_pointer(&names), FALSE);
}
