// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/base.h"

#include "kernels/arch.h"
#include "kernels/kernel.h"
#include "kernels/place.h"
#include "lab/paths.h"
#include "lab/yaml.h"

#include <string.h>

#define SUFFIX ".yaml"

#define TEXT(key, flags, type, member) \
	CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER | (flags), type, member, 1, CYAML_UNLIMITED)

static const cyaml_schema_value_t config_name = {
	CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 1, CYAML_UNLIMITED),
};

static const cyaml_schema_field_t source_fields[] = {
	TEXT("debian", CYAML_FLAG_OPTIONAL, struct base_source, debian),
	TEXT("tarball", CYAML_FLAG_OPTIONAL, struct base_source, tarball),
	TEXT("git", CYAML_FLAG_OPTIONAL, struct base_source, git),
	TEXT("revision", CYAML_FLAG_OPTIONAL, struct base_source, revision),
	CYAML_FIELD_END,
};

static const cyaml_schema_field_t fields[] = {
	TEXT("name", 0, struct base, name),
	TEXT("summary", 0, struct base, summary),
	CYAML_FIELD_MAPPING("source", CYAML_FLAG_DEFAULT, struct base, source, source_fields),
	TEXT("arch", 0, struct base, arch),
	CYAML_FIELD_SEQUENCE_COUNT("configs", CYAML_FLAG_POINTER, struct base, configs, n_configs,
				   &config_name, 1, CYAML_UNLIMITED),
	CYAML_FIELD_END,
};

static const cyaml_schema_value_t schema = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct base, fields),
};

static bool check_source(const struct base_source *source, const char *file, GError **err)
{
	if (!!source->debian + !!source->tarball + !!source->git != 1)
		return yaml_fail(file, "source", err,
				 "must have exactly one of 'debian', 'tarball' and 'git'");
	if (source->revision && !source->git)
		return yaml_fail(file, "revision", err, "without 'git': drop it");
	if (source->debian && !path_safe_name(source->debian))
		return yaml_fail(file, "debian", err, "is '%s', which is no package's name",
				 source->debian);
	return true;
}

/* Everything that becomes a path stays inside the folders of kernels and is there. */
static bool check_base(const struct base *base, const char *file, const char *stem, GError **err)
{
	if (strcmp(base->name, stem))
		return yaml_fail(file, "name", err, "is '%s': it must be '%s', as the file's name",
				 base->name, stem);
	if (!arch_find(base->arch)) {
		g_autofree char *known = arch_names();

		return yaml_fail(file, "arch", err, "is '%s', which is none of: %s", base->arch,
				 known);
	}
	for (unsigned i = 0; i < base->n_configs; i++) {
		const char *config = base->configs[i];

		if (!place_safe_name(config))
			return yaml_fail(file, "configs", err,
					 "is '%s': a name has no '/', ':', '@', '+' and no space",
					 config);
		g_autofree char *path = kernel_config_path(config);

		if (!g_file_test(path, G_FILE_TEST_IS_REGULAR))
			return yaml_fail(file, "configs", err, "names '%s', but there is no %s",
					 config, path);
	}
	return check_source(&base->source, file, err);
}

char **base_names(GError **err)
{
	return place_names("bases", SUFFIX, err);
}

static struct base *unknown(const char *name, GError **err)
{
	g_auto(GStrv) names = base_names(err);

	if (!names)
		return NULL;
	g_autofree char *known = g_strjoinv(", ", names);

	bl_fail(err, BL_ERROR_INPUT,
		"there is no base '%s'; there are: %s (add one with 'bootlab kernel add')", name,
		known);
	return NULL;
}

struct base *base_load(const char *name, GError **err)
{
	g_autofree char *file = place_find("bases", name, SUFFIX);
	g_autofree char *folder = g_path_get_dirname(file);
	void *data;

	if (!place_safe_name(name) || !g_file_test(file, G_FILE_TEST_IS_REGULAR))
		return unknown(name, err);
	if (!yaml_load(file, &schema, &data, err))
		return NULL;
	g_autoptr(Base) base = data;

	if (!check_base(base, file, name, err))
		return NULL;
	base->file = g_steal_pointer(&file);
	path_make_absolute(&base->source.tarball, folder);
	path_make_absolute(&base->source.git, folder);
	if (base->source.git && !base->source.revision)
		base->source.revision = g_strdup("HEAD");
	return g_steal_pointer(&base);
}

bool base_add(const struct base *base, GError **err)
{
	g_autofree char *folder = g_build_filename(path_user(), "bases", NULL);
	g_autofree char *name = g_strconcat(base->name, SUFFIX, NULL);
	g_autofree char *file = g_build_filename(folder, name, NULL);
	g_autofree char *taken = place_find("bases", base->name, SUFFIX);

	if (!place_safe_name(base->name))
		return bl_fail(err, BL_ERROR_INPUT,
			       "'%s' cannot be a base's name: use letters, digits, '.', '-', '_'",
			       base->name);
	if (g_file_test(taken, G_FILE_TEST_EXISTS))
		return bl_fail(err, BL_ERROR_INPUT,
			       "there is a base '%s' already: remove %s or choose another name",
			       base->name, taken);
	if (!check_base(base, file, base->name, err))
		return false;
	if (g_mkdir_with_parents(folder, 0755))
		return bl_fail_errno(err, "cannot make %s (set BOOTLAB_USER)", folder);
	return yaml_save(file, &schema, base, err);
}

char *base_describe_source(const struct base_source *source)
{
	if (source->git)
		return g_strdup_printf("%s at %s", source->git, source->revision);
	return g_strdup(source->tarball ? source->tarball : source->debian);
}

void base_free(struct base *base)
{
	if (!base)
		return;
	g_free(base->file);
	yaml_discard(&schema, base);
}
