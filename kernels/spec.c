// SPDX-License-Identifier: GPL-2.0-only
/* From a kernel's name to what it is made of. */
#include "kernels/kernel.h"
#include "kernels/place.h"
#include "kernels/series.h"

#include <string.h>

char *kernel_config_path(const char *config)
{
	return place_find("configs", config, ".config");
}

/* A name in its parts. */
typedef struct name_parts {
	char *stem; /* all before '+' */
	char *base;
	char *revision;	  /* NULL: none is given */
	char **fragments; /* NULL-terminated */
	char *series;	  /* NULL: none */
	int patches;	  /* -1: all */
} name_parts;

static void name_clear(name_parts *name)
{
	g_free(name->stem);
	g_free(name->base);
	g_free(name->revision);
	g_strfreev(name->fragments);
	g_free(name->series);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(name_parts, name_clear)

static bool not_a_name(const char *text, GError **err)
{
	return bl_fail(err, BL_ERROR_INPUT,
		       "'%s' names no kernel: that is BASE[@REVISION][:FRAGMENT][+SERIES[/N]]; "
		       "'bootlab kernel list' shows what there is",
		       text);
}

/* "SERIES[/N]" */
static bool split_series(name_parts *name, const char *text)
{
	const char *slash = strchr(text, '/');
	guint64 number;

	name->series = slash ? g_strndup(text, slash - text) : g_strdup(text);
	if (!place_safe_name(name->series))
		return false;
	if (!slash)
		return true;
	if (!g_ascii_string_to_unsigned(slash + 1, 10, 1, G_MAXINT, &number, NULL))
		return false;
	name->patches = number;
	return true;
}

/* "BASE[@REVISION][:FRAGMENT...]" */
static bool split_stem(name_parts *name)
{
	g_auto(GStrv) parts = g_strsplit(name->stem, ":", -1);
	char *at = parts[0] ? strchr(parts[0], '@') : NULL;

	if (at) {
		*at = '\0';
		name->revision = g_strdup(at + 1);
	}
	name->base = g_strdup(parts[0] ? parts[0] : "");
	name->fragments = g_strdupv(parts[0] ? parts + 1 : parts);
	for (char **fragment = name->fragments; *fragment; fragment++)
		if (!place_safe_name(*fragment))
			return false;
	return place_safe_name(name->base) && (!at || (*name->revision && *name->revision != '-'));
}

static bool split_name(name_parts *name, const char *text, GError **err)
{
	const char *plus = strchr(text, '+');

	*name = (name_parts){.patches = -1};
	name->stem = plus ? g_strndup(text, plus - text) : g_strdup(text);
	if (!split_stem(name) || (plus && !split_series(name, plus + 1)))
		return not_a_name(text, err);
	return true;
}

/* The fragments of the base and those of the name, into kernel->configs. */
static bool add_configs(struct kernel *kernel, const struct base *base, char **fragments,
			GError **err)
{
	guint n = g_strv_length(fragments);

	kernel->configs = g_new0(char *, base->n_configs + n + 1);
	for (unsigned i = 0; i < base->n_configs; i++)
		kernel->configs[i] = g_strdup(base->configs[i]);
	for (guint i = 0; i < n; i++) {
		g_autofree char *path = kernel_config_path(fragments[i]);

		if (!g_file_test(path, G_FILE_TEST_IS_REGULAR))
			return bl_fail(err, BL_ERROR_INPUT, "'%s': there is no config fragment %s",
				       kernel->name, path);
		kernel->configs[base->n_configs + i] = g_strdup(fragments[i]);
	}
	return true;
}

static bool add_base(struct kernel *kernel, const name_parts *name, GError **err)
{
	g_autoptr(Base) base = base_load(name->base, err);

	if (!base)
		return false;
	if (name->revision && !base->source.git)
		return bl_fail(err, BL_ERROR_INPUT,
			       "'%s': base %s is no git tree, so it takes no "
			       "@REVISION",
			       kernel->name, base->name);
	const char *revision = name->revision ? name->revision : base->source.revision;

	kernel->summary = g_strdup(base->summary);
	kernel->source = (struct base_source){
		.debian = g_strdup(base->source.debian),
		.tarball = g_strdup(base->source.tarball),
		.git = g_strdup(base->source.git),
		.revision = g_strdup(revision),
	};
	kernel->arch = g_strdup(base->arch);
	kernel->file = g_strdup(base->file);
	return add_configs(kernel, base, name->fragments, err);
}

/* Keeps the first `count` patches of the series, and what they add. */
static void keep_patches(struct kernel *kernel, const struct series *series, int count)
{
	g_autoptr(GPtrArray) knobs = g_ptr_array_new();

	for (char **patch = kernel->patch_files + count; *patch; patch++)
		g_clear_pointer(patch, g_free);
	kernel->patches = count;
	for (unsigned i = 0; i < series->n_knobs; i++)
		if ((int)series->knobs[i].since <= count)
			g_ptr_array_add(knobs, g_strdup(series->knobs[i].name));
	g_ptr_array_add(knobs, NULL);
	kernel->knobs = (char **)g_ptr_array_steal(knobs, NULL);
}

static bool add_series(struct kernel *kernel, const name_parts *name, GError **err)
{
	g_autoptr(Series) series = series_load(name->series, err);

	if (!series)
		return false;
	const struct series_base *on = series_on(series, name->base);

	if (on && on->included)
		return bl_fail(err, BL_ERROR_INPUT, "'%s': series %s is not offered on %s: %s",
			       kernel->name, series->name, name->base, on->included);
	kernel->patch_files = series_patches(series, name->base, err);
	if (!kernel->patch_files)
		return false;
	kernel->series_patches = g_strv_length(kernel->patch_files);
	if (name->patches > kernel->series_patches)
		return bl_fail(err, BL_ERROR_INPUT, "'%s': series %s has only %d patches",
			       kernel->name, series->name, kernel->series_patches);
	kernel->series = g_strdup(series->name);
	kernel->scenario = g_strdup(series->scenario);
	g_free(kernel->summary);
	kernel->summary = g_strdup(series->summary);
	keep_patches(kernel, series, name->patches < 0 ? kernel->series_patches : name->patches);
	return true;
}

struct kernel *kernel_find(const char *text, GError **err)
{
	g_autoptr(Kernel) kernel = g_new0(struct kernel, 1);
	g_auto(name_parts) name;

	if (!split_name(&name, text, err))
		return NULL;
	kernel->name = g_strdup(text);
	kernel->base = g_strdup(name.stem);
	if (!add_base(kernel, &name, err))
		return NULL;
	if (name.series)
		return add_series(kernel, &name, err) ? g_steal_pointer(&kernel) : NULL;
	kernel->patch_files = g_new0(char *, 1);
	kernel->knobs = g_new0(char *, 1);
	return g_steal_pointer(&kernel);
}

/* Adds BASE+SERIES for each series that says it is for the base. */
static bool list_on(GPtrArray *kernels, const char *base, char **all_series, GError **err)
{
	for (char **one = all_series; *one; one++) {
		g_autoptr(Series) series = series_load(*one, err);

		if (!series)
			return false;
		const struct series_base *on = series_on(series, base);

		if (!on || on->included)
			continue;
		g_autofree char *name = g_strdup_printf("%s+%s", base, *one);
		struct kernel *kernel = kernel_find(name, err);

		if (!kernel)
			return false;
		g_ptr_array_add(kernels, kernel);
	}
	return true;
}

GPtrArray *kernel_list(GError **err)
{
	g_autoptr(GPtrArray) kernels = g_ptr_array_new_with_free_func((GDestroyNotify)kernel_free);
	g_auto(GStrv) bases = base_names(err);
	g_auto(GStrv) series = bases ? series_names(err) : NULL;

	if (!series)
		return NULL;
	for (char **base = bases; *base; base++) {
		struct kernel *kernel = kernel_find(*base, err);

		if (!kernel)
			return NULL;
		g_ptr_array_add(kernels, kernel);
		if (!list_on(kernels, *base, series, err))
			return NULL;
	}
	return g_steal_pointer(&kernels);
}

static bool expand(GPtrArray *all, const char *text, GError **err)
{
	g_auto(name_parts) name;

	if (!split_name(&name, text, err))
		return false;
	if (!name.series || name.patches >= 0) {
		g_ptr_array_add(all, g_strdup(text));
		return true;
	}
	g_autoptr(Kernel) kernel = kernel_find(text, err);

	for (int i = 1; kernel && i <= kernel->series_patches; i++)
		g_ptr_array_add(all, g_strdup_printf("%s/%d", text, i));
	return kernel != NULL;
}

char **kernel_expand(char *const *names, bool each_patch, GError **err)
{
	g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(g_free);

	if (!each_patch)
		return g_strdupv((char **)names);
	for (char *const *name = names; *name; name++)
		if (!expand(all, *name, err))
			return NULL;
	g_ptr_array_add(all, NULL);
	return (char **)g_ptr_array_steal(all, NULL);
}

bool kernel_has_knob(const struct kernel *kernel, const char *knob)
{
	return g_strv_contains((const char *const *)kernel->knobs, knob);
}

void kernel_free(struct kernel *kernel)
{
	if (!kernel)
		return;
	g_free(kernel->name);
	g_free(kernel->summary);
	g_free(kernel->base);
	g_free(kernel->source.debian);
	g_free(kernel->source.tarball);
	g_free(kernel->source.git);
	g_free(kernel->source.revision);
	g_free(kernel->arch);
	g_strfreev(kernel->configs);
	g_free(kernel->series);
	g_free(kernel->scenario);
	g_strfreev(kernel->knobs);
	g_strfreev(kernel->patch_files);
	g_free(kernel->file);
	g_free(kernel);
}
