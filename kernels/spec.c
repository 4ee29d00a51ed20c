// SPDX-License-Identifier: GPL-2.0-only
/* kernels/NAME.yaml and kernels/series/: what kernels there are. */
#include "kernels/arch.h"
#include "kernels/kernel.h"
#include "lab/paths.h"
#include "lab/yaml.h"

#include <string.h>

#define SUFFIX ".yaml"

/* A kernel's YAML as it is written. */
struct spec_source {
	char *debian;
};

struct spec {
	char *name;
	char *summary;
	struct spec_source source;
	char *arch;
	char **configs;
	unsigned n_configs;
	char *series;
	unsigned *patches;
};

#define TEXT(key, flags, type, member) \
	CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER | (flags), type, member, 1, CYAML_UNLIMITED)

static const cyaml_schema_value_t config_name = {
	CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 1, CYAML_UNLIMITED),
};

static const cyaml_schema_field_t source_fields[] = {
	TEXT("debian", 0, struct spec_source, debian),
	CYAML_FIELD_END,
};

static const cyaml_schema_field_t fields[] = {
	TEXT("name", 0, struct spec, name),
	TEXT("summary", 0, struct spec, summary),
	CYAML_FIELD_MAPPING("source", CYAML_FLAG_DEFAULT, struct spec, source, source_fields),
	TEXT("arch", 0, struct spec, arch),
	CYAML_FIELD_SEQUENCE_COUNT("configs", CYAML_FLAG_POINTER, struct spec, configs, n_configs,
				   &config_name, 1, CYAML_UNLIMITED),
	TEXT("series", CYAML_FLAG_OPTIONAL, struct spec, series),
	CYAML_FIELD_UINT_PTR("patches", CYAML_FLAG_OPTIONAL, struct spec, patches),
	CYAML_FIELD_END,
};

static const cyaml_schema_value_t schema = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct spec, fields),
};

static char *kernels_path(const char *sub, const char *name, const char *suffix)
{
	g_autofree char *file = g_strconcat(name, suffix, NULL);

	return g_build_filename(path_data(), "kernels", sub, file, NULL);
}

char *kernel_config_path(const char *config)
{
	return kernels_path("configs", config, ".config");
}

static int compare_names(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names in a folder that end so, sorted, without the ending; g_strfreev it. */
static char **names_in(const char *folder, const char *suffix, GError **err)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GError) why = NULL;
	g_autoptr(GDir) dir = g_dir_open(folder, 0, &why);
	const char *name;

	if (!dir) {
		bl_fail(err, BL_ERROR_INPUT, "%s", why->message);
		return NULL;
	}
	while ((name = g_dir_read_name(dir)))
		if (*name != '.' && g_str_has_suffix(name, suffix))
			g_ptr_array_add(names, g_strndup(name, strlen(name) - strlen(suffix)));
	g_ptr_array_sort(names, compare_names);
	g_ptr_array_add(names, NULL);
	return (char **)g_ptr_array_free(g_steal_pointer(&names), FALSE);
}

static bool check_name(const char *file, const char *key, const char *name, GError **err)
{
	if (path_safe_name(name))
		return true;
	return yaml_fail(file, key, err,
			 "is '%s': a name has no '/', no space and no '.' at its start", name);
}

/* Everything that becomes a path stays inside kernels/ and is there. */
static bool check_spec(const struct spec *spec, const char *file, const char *stem, GError **err)
{
	if (strcmp(spec->name, stem))
		return yaml_fail(file, "name", err, "is '%s': it must be '%s', as the file's name",
				 spec->name, stem);
	if (!arch_find(spec->arch)) {
		g_autofree char *known = arch_names();

		return yaml_fail(file, "arch", err, "is '%s', which is none of: %s", spec->arch,
				 known);
	}
	if (!check_name(file, "debian", spec->source.debian, err))
		return false;
	if (spec->series && !check_name(file, "series", spec->series, err))
		return false;
	if (spec->patches && !spec->series)
		return yaml_fail(file, "patches", err,
				 "without 'series': add the one or drop both");
	for (unsigned i = 0; i < spec->n_configs; i++) {
		if (!check_name(file, "configs", spec->configs[i], err))
			return false;
		g_autofree char *path = kernel_config_path(spec->configs[i]);

		if (!g_file_test(path, G_FILE_TEST_IS_REGULAR))
			return yaml_fail(file, "configs", err, "names '%s', but there is no %s",
					 spec->configs[i], path);
	}
	return true;
}

/* The series' patches, in the order of their names, into kernel->patch_files. */
static bool find_patches(struct kernel *kernel, GError **err)
{
	if (!kernel->series) {
		kernel->patch_files = g_new0(char *, 1);
		return true;
	}
	g_autofree char *folder = kernels_path("series", kernel->series, "");

	if (!g_file_test(folder, G_FILE_TEST_IS_DIR))
		return yaml_fail(kernel->file, "series", err, "is '%s', but there is no folder %s",
				 kernel->series, folder);
	kernel->patch_files = names_in(folder, ".patch", err);
	if (!kernel->patch_files)
		return false;
	if (!kernel->patch_files[0])
		return yaml_fail(kernel->file, "series", err,
				 "is '%s', but %s holds no *.patch file", kernel->series, folder);
	for (char **patch = kernel->patch_files; *patch; patch++) {
		g_autofree char *name = g_strconcat(*patch, ".patch", NULL);

		g_free(*patch);
		*patch = g_build_filename(folder, name, NULL);
	}
	return true;
}

/* Keeps the first `count` patches of the series. */
static void keep_patches(struct kernel *kernel, unsigned count)
{
	for (char **patch = kernel->patch_files + count; *patch; patch++)
		g_clear_pointer(patch, g_free);
	kernel->patches = count;
}

/* Moves what the YAML says into a kernel, and finds its patches. NULL with err. */
static struct kernel *from_spec(struct spec *spec, const char *file, GError **err)
{
	g_autoptr(Kernel) kernel = g_new0(struct kernel, 1);

	kernel->name = g_steal_pointer(&spec->name);
	kernel->summary = g_steal_pointer(&spec->summary);
	kernel->debian = g_steal_pointer(&spec->source.debian);
	kernel->arch = g_steal_pointer(&spec->arch);
	kernel->series = g_steal_pointer(&spec->series);
	kernel->file = g_strdup(file);
	kernel->configs = g_new0(char *, spec->n_configs + 1);
	for (unsigned i = 0; i < spec->n_configs; i++)
		kernel->configs[i] = g_steal_pointer(&spec->configs[i]);
	if (!find_patches(kernel, err))
		return NULL;
	unsigned all = g_strv_length(kernel->patch_files);

	if (spec->patches && *spec->patches > all) {
		yaml_fail(file, "patches", err, "is %u, but series '%s' has only %u",
			  *spec->patches, kernel->series, all);
		return NULL;
	}
	keep_patches(kernel, spec->patches ? *spec->patches : all);
	return g_steal_pointer(&kernel);
}

static struct kernel *load(const char *stem, GError **err)
{
	g_autofree char *file = kernels_path("", stem, SUFFIX);
	struct kernel *kernel = NULL;
	void *data;

	if (!yaml_load(file, &schema, &data, err))
		return NULL;
	if (check_spec(data, file, stem, err))
		kernel = from_spec(data, file, err);
	yaml_discard(&schema, data);
	return kernel;
}

static char **kernel_names(GError **err)
{
	g_autofree char *folder = g_build_filename(path_data(), "kernels", NULL);

	return names_in(folder, SUFFIX, err);
}

GPtrArray *kernel_list(GError **err)
{
	g_autoptr(GPtrArray) kernels = g_ptr_array_new_with_free_func((GDestroyNotify)kernel_free);
	g_auto(GStrv) names = kernel_names(err);

	if (!names)
		return NULL;
	for (char **name = names; *name; name++) {
		struct kernel *kernel = load(*name, err);

		if (!kernel)
			return NULL;
		g_ptr_array_add(kernels, kernel);
	}
	return g_steal_pointer(&kernels);
}

/* Splits "NAME/N". false: it is not of that form; *count is -1 where there is no "/N". */
static bool split_name(const char *text, char **stem, gint64 *count)
{
	const char *slash = strchr(text, '/');
	guint64 number;

	*stem = slash ? g_strndup(text, slash - text) : g_strdup(text);
	*count = -1;
	if (!path_safe_name(*stem))
		return false;
	if (!slash)
		return true;
	if (!g_ascii_string_to_unsigned(slash + 1, 10, 0, G_MAXINT, &number, NULL))
		return false;
	*count = number;
	return true;
}

static bool take_prefix(struct kernel *kernel, const char *name, gint64 count, GError **err)
{
	if (!kernel->series)
		return bl_fail(err, BL_ERROR_INPUT, "'%s': %s has no series, so it takes no /N",
			       name, kernel->name);
	if (count > kernel->patches)
		return bl_fail(err, BL_ERROR_INPUT, "'%s': %s has only %d patches", name,
			       kernel->name, kernel->patches);
	keep_patches(kernel, count);
	g_free(kernel->name);
	kernel->name = g_strdup(name);
	return true;
}

static bool unknown(const char *name, GError **err)
{
	g_auto(GStrv) names = kernel_names(err);

	if (!names)
		return false;
	g_autofree char *known = g_strjoinv(", ", names);

	return bl_fail(err, BL_ERROR_INPUT,
		       "there is no kernel '%s'; there are: %s (and NAME/N, with the first N "
		       "patches of a series)",
		       name, known);
}

struct kernel *kernel_find(const char *name, GError **err)
{
	g_autoptr(Kernel) kernel = NULL;
	g_autofree char *stem = NULL;
	gint64 count;
	bool sound = split_name(name, &stem, &count);
	g_autofree char *file = kernels_path("", stem, SUFFIX);

	if (!sound || !g_file_test(file, G_FILE_TEST_IS_REGULAR)) {
		unknown(name, err);
		return NULL;
	}
	kernel = load(stem, err);
	if (!kernel || (count >= 0 && !take_prefix(kernel, name, count, err)))
		return NULL;
	return g_steal_pointer(&kernel);
}

void kernel_free(struct kernel *kernel)
{
	if (!kernel)
		return;
	g_free(kernel->name);
	g_free(kernel->summary);
	g_free(kernel->debian);
	g_free(kernel->arch);
	g_strfreev(kernel->configs);
	g_free(kernel->series);
	g_strfreev(kernel->patch_files);
	g_free(kernel->file);
	g_free(kernel);
}
