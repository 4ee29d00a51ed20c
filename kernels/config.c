// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/config.h"

#include "kernels/make.h"

#include <string.h>

#define NOT_SET "not set"

/* An option as one line of a fragment or of a .config gives it. */
struct option {
	char *value;
	char *file;
	guint line;
};

static void option_free(struct option *option)
{
	g_free(option->value);
	g_free(option->file);
	g_free(option);
}

/*
 * "CONFIG_SMP=y" and "# CONFIG_SMP is not set". false: the line sets nothing. "=n" is the
 * same as not set.
 */
static bool parse_line(const char *line, char **name, char **value)
{
	bool unset = g_str_has_prefix(line, "# CONFIG_") && g_str_has_suffix(line, " is not set");
	const char *start = unset ? line + strlen("# ") : line;
	size_t len = strcspn(start, " =");

	if (!unset && (!g_str_has_prefix(line, "CONFIG_") || start[len] != '='))
		return false;
	*name = g_strndup(start, len);
	*value = g_strdup(unset || !strcmp(start + len, "=n") ? NOT_SET : start + len + 1);
	return true;
}

static bool read_options(const char *file, GHashTable *options, GError **err)
{
	g_autoptr(GError) why = NULL;
	g_autofree char *text = NULL;

	if (!g_file_get_contents(file, &text, NULL, &why))
		return bl_fail(err, BL_ERROR_INPUT, "%s", why->message);
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

	for (guint i = 0; lines[i]; i++) {
		char *name, *value;

		if (!parse_line(g_strchomp(lines[i]), &name, &value))
			continue;
		struct option *option = g_new(struct option, 1);

		*option = (struct option){.value = value, .file = g_strdup(file), .line = i + 1};
		g_hash_table_replace(options, name, option);
	}
	return true;
}

static GHashTable *new_options(void)
{
	return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)option_free);
}

/* One line for each option that is not as wanted, in the order of their names. */
static char *differences(GHashTable *wanted, GHashTable *final)
{
	g_autoptr(GString) text = g_string_new(NULL);
	GList *names = g_list_sort(g_hash_table_get_keys(wanted), (GCompareFunc)strcmp);

	for (GList *name = names; name; name = name->next) {
		const struct option *want = g_hash_table_lookup(wanted, name->data);
		const struct option *found = g_hash_table_lookup(final, name->data);
		const char *got = found ? found->value : NOT_SET;

		if (strcmp(want->value, got))
			g_string_append_printf(text, "\n%s:%u: %s: wanted %s, got %s", want->file,
					       want->line, (char *)name->data, want->value, got);
	}
	g_list_free(names);
	return g_string_free(g_steal_pointer(&text), FALSE);
}

bool config_check(const char *const fragments[], const char *final, GError **err)
{
	g_autoptr(GHashTable) wanted = new_options();
	g_autoptr(GHashTable) got = new_options();

	for (guint i = 0; fragments[i]; i++)
		if (!read_options(fragments[i], wanted, err))
			return false;
	if (!read_options(final, got, err))
		return false;
	g_autofree char *text = differences(wanted, got);

	if (!*text)
		return true;
	return bl_fail(err, BL_ERROR_INPUT,
		       "options that did not take (is one misspelt, or does one depend on "
		       "another?):%s",
		       text);
}

static char **fragment_paths(const struct kernel *kernel)
{
	guint n = g_strv_length(kernel->configs);
	char **paths = g_new0(char *, n + 1);

	for (guint i = 0; i < n; i++)
		paths[i] = kernel_config_path(kernel->configs[i]);
	return paths;
}

/* Puts the fragments over the .config with the source's own script. */
static bool merge(const struct work *work, char **fragments, GError **err)
{
	g_autofree char *script =
		g_build_filename(work->tree, "scripts", "kconfig", "merge_config.sh", NULL);
	g_autoptr(GPtrArray) argv = work_command();

	work_words(argv, script, "-m", "-O", ".", ".config", NULL);
	for (char **fragment = fragments; *fragment; fragment++)
		work_words(argv, *fragment, NULL);
	int status = work_run(work, work->objects, argv, NULL, NULL, err);

	if (status > 0)
		return bl_fail(err, BL_ERROR_SYSTEM, "merge_config.sh ended with status %d",
			       status);
	return status == 0;
}

bool config_make(const struct work *work, GError **err)
{
	g_auto(GStrv) fragments = fragment_paths(work->kernel);
	g_autofree char *final = g_build_filename(work->objects, ".config", NULL);

	return make_target(work, "tinyconfig", err) && merge(work, fragments, err) &&
	       make_target(work, "olddefconfig", err) &&
	       config_check((const char *const *)fragments, final, err);
}
