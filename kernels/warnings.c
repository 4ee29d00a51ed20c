// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/warnings.h"

#include "kernels/record.h"

#include <string.h>

/* "../mm/gup.c:12:3: warning: unused ..." without what differs between two builds of it. */
static char *normalize(const char *line)
{
	g_autoptr(GRegex) numbers = g_regex_new("[0-9]+", 0, 0, NULL);

	return g_regex_replace_literal(numbers, line, -1, 0, "N", 0, NULL);
}

static bool is_warning(const char *line)
{
	return strstr(line, "warning: ") || g_str_has_prefix(line, "WARNING: ");
}

/* normalized -> the line as it was first. */
static GHashTable *collect(const char *log)
{
	GHashTable *found = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	g_auto(GStrv) lines = g_strsplit(log, "\n", -1);

	for (char **line = lines; *line; line++) {
		char *key = is_warning(*line) ? normalize(*line) : NULL;

		if (key && g_hash_table_contains(found, key))
			g_free(key);
		else if (key)
			g_hash_table_insert(found, key, g_strdup(*line));
	}
	return found;
}

char **warnings_in(const char *log, const char *base)
{
	g_autoptr(GHashTable) now = collect(log), before = collect(base);
	g_autoptr(GStrvBuilder) fresh = g_strv_builder_new();
	GList *keys = g_list_sort(g_hash_table_get_keys(now), (GCompareFunc)strcmp);

	for (GList *key = keys; key; key = key->next)
		if (!g_hash_table_contains(before, key->data))
			g_strv_builder_add(fresh, g_hash_table_lookup(now, key->data));
	g_list_free(keys);
	return g_strv_builder_end(fresh);
}

static char *read_log(const char *key, GError **err)
{
	g_autofree char *dir = record_dir(key, err);
	g_autofree char *path = dir ? g_build_filename(dir, "build.log", NULL) : NULL;
	g_autoptr(GError) why = NULL;
	char *text = NULL;

	if (path && !g_file_get_contents(path, &text, NULL, &why))
		bl_fail(err, BL_ERROR_SYSTEM, "%s", why->message);
	return text;
}

char **warnings_new(const char *build, const char *base, GError **err)
{
	g_autofree char *log = read_log(build, err);
	g_autofree char *other = log ? read_log(base, err) : NULL;

	return other ? warnings_in(log, other) : NULL;
}
