// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/place.h"

#include "lab/paths.h"

#include <string.h>

#define MARKS "@:+"

static char *shipped(const char *sub)
{
	return g_build_filename(path_data(), "kernels", sub, NULL);
}

static char *users(const char *sub)
{
	return g_build_filename(path_user(), sub, NULL);
}

char *place_find(const char *sub, const char *name, const char *suffix)
{
	g_autofree char *file = g_strconcat(name, suffix, NULL);
	g_autofree char *own = users(sub), *given = shipped(sub);
	g_autofree char *path = g_build_filename(own, file, NULL);
	g_autofree char *first = g_build_filename(given, file, NULL);

	if (!g_file_test(first, G_FILE_TEST_EXISTS) && g_file_test(path, G_FILE_TEST_EXISTS))
		return g_steal_pointer(&path);
	return g_steal_pointer(&first);
}

static int compare_names(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool add_names(GPtrArray *names, const char *folder, const char *suffix, GError **err)
{
	g_autoptr(GError) why = NULL;
	g_autoptr(GDir) dir = g_dir_open(folder, 0, &why);
	const char *name;

	if (!dir)
		return bl_fail(err, BL_ERROR_INPUT, "%s", why->message);
	while ((name = g_dir_read_name(dir))) {
		if (*name == '.' || !g_str_has_suffix(name, suffix))
			continue;
		g_autofree char *stem = g_strndup(name, strlen(name) - strlen(suffix));

		if (!g_ptr_array_find_with_equal_func(names, stem, g_str_equal, NULL))
			g_ptr_array_add(names, g_steal_pointer(&stem));
	}
	return true;
}

static char **finish(GPtrArray *names)
{
	g_ptr_array_sort(names, compare_names);
	g_ptr_array_add(names, NULL);
	return (char **)g_ptr_array_steal(names, NULL);
}

char **place_names_in(const char *folder, const char *suffix, GError **err)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);

	return add_names(names, folder, suffix, err) ? finish(names) : NULL;
}

char **place_names(const char *sub, const char *suffix, GError **err)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *given = shipped(sub), *own = users(sub);

	if (g_file_test(given, G_FILE_TEST_IS_DIR) && !add_names(names, given, suffix, err))
		return NULL;
	if (g_file_test(own, G_FILE_TEST_IS_DIR) && !add_names(names, own, suffix, err))
		return NULL;
	return finish(names);
}

bool place_safe_name(const char *name)
{
	return path_safe_name(name) && !strpbrk(name, MARKS);
}
