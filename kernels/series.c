// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/series.h"

#include "kernels/place.h"
#include "lab/yaml.h"

#include <string.h>

#define TEXT(key, flags, type, member) \
	CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER | (flags), type, member, 1, CYAML_UNLIMITED)

static const cyaml_schema_field_t base_fields[] = {
	TEXT("base", 0, struct series_base, base),
	TEXT("folder", CYAML_FLAG_OPTIONAL, struct series_base, folder),
	TEXT("included", CYAML_FLAG_OPTIONAL, struct series_base, included),
	CYAML_FIELD_END,
};

static const cyaml_schema_value_t base_value = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct series_base, base_fields),
};

static const cyaml_schema_field_t knob_fields[] = {
	TEXT("name", 0, struct series_knob, name),
	CYAML_FIELD_UINT("since", CYAML_FLAG_DEFAULT, struct series_knob, since),
	CYAML_FIELD_END,
};

static const cyaml_schema_value_t knob_value = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct series_knob, knob_fields),
};

static const cyaml_schema_value_t setting_value = {
	CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 1, CYAML_UNLIMITED),
};

static const cyaml_schema_field_t fields[] = {
	TEXT("name", 0, struct series, name),
	TEXT("summary", 0, struct series, summary),
	TEXT("scenario", CYAML_FLAG_OPTIONAL, struct series, scenario),
	CYAML_FIELD_SEQUENCE_COUNT("bases", CYAML_FLAG_POINTER, struct series, bases, n_bases,
				   &base_value, 1, CYAML_UNLIMITED),
	CYAML_FIELD_SEQUENCE_COUNT("knobs", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct series,
				   knobs, n_knobs, &knob_value, 0, CYAML_UNLIMITED),
	CYAML_FIELD_SEQUENCE_COUNT("settings", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL,
				   struct series, settings, n_settings, &setting_value, 0,
				   CYAML_UNLIMITED),
	TEXT("origin", CYAML_FLAG_OPTIONAL, struct series, origin),
	CYAML_FIELD_END,
};

static const cyaml_schema_value_t schema = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct series, fields),
};

static bool check_base(const struct series_base *base, const char *file, GError **err)
{
	if (base->folder && base->included)
		return yaml_fail(file, "included", err,
				 "of base '%s' and 'folder' exclude each other: drop one",
				 base->base);
	if (base->folder && !place_safe_name(base->folder))
		return yaml_fail(file, "folder", err, "is '%s', which is no sub-folder's name",
				 base->folder);
	return true;
}

static bool check(const struct series *series, const char *file, const char *stem, GError **err)
{
	if (strcmp(series->name, stem))
		return yaml_fail(file, "name", err, "is '%s': it must be '%s', as the folder's",
				 series->name, stem);
	for (unsigned i = 0; i < series->n_bases; i++)
		if (!check_base(&series->bases[i], file, err))
			return false;
	for (unsigned i = 0; i < series->n_knobs; i++)
		if (!series->knobs[i].since)
			return yaml_fail(file, "since", err, "of '%s' is 0: patches count from 1",
					 series->knobs[i].name);
	return true;
}

char **series_names(GError **err)
{
	return place_names("series", "", err);
}

static struct series *unknown(const char *name, GError **err)
{
	g_auto(GStrv) names = series_names(err);

	if (!names)
		return NULL;
	g_autofree char *known = g_strjoinv(", ", names);

	bl_fail(err, BL_ERROR_INPUT, "there is no series '%s'; there are: %s", name, known);
	return NULL;
}

struct series *series_load(const char *name, GError **err)
{
	g_autofree char *folder = place_find("series", name, "");
	g_autofree char *file = g_build_filename(folder, "series.yaml", NULL);
	void *data;

	if (!place_safe_name(name) || !g_file_test(folder, G_FILE_TEST_IS_DIR))
		return unknown(name, err);
	if (!yaml_load(file, &schema, &data, err))
		return NULL;
	g_autoptr(Series) series = data;

	if (!check(series, file, name, err))
		return NULL;
	series->folder = g_steal_pointer(&folder);
	return g_steal_pointer(&series);
}

const struct series_base *series_on(const struct series *series, const char *base)
{
	for (unsigned i = 0; i < series->n_bases; i++)
		if (!strcmp(series->bases[i].base, base))
			return &series->bases[i];
	return NULL;
}

char **series_patches(const struct series *series, const char *base, GError **err)
{
	const struct series_base *on = series_on(series, base);
	g_autofree char *folder =
		g_build_filename(series->folder, on && on->folder ? on->folder : ".", NULL);
	g_autofree char *canonical = g_canonicalize_filename(folder, NULL);
	g_auto(GStrv) names = place_names_in(canonical, ".patch", err);

	if (!names)
		return NULL;
	if (!names[0]) {
		bl_fail(err, BL_ERROR_INPUT, "series '%s' for base '%s': %s holds no *.patch file",
			series->name, base, canonical);
		return NULL;
	}
	for (char **name = names; *name; name++) {
		g_autofree char *stem = g_steal_pointer(name);
		g_autofree char *file = g_strconcat(stem, ".patch", NULL);

		*name = g_build_filename(canonical, file, NULL);
	}
	return g_steal_pointer(&names);
}

bool series_save(const struct series *series, const char *folder, GError **err)
{
	g_autofree char *file = g_build_filename(folder, "series.yaml", NULL);

	return yaml_save(file, &schema, series, err);
}

void series_free(struct series *series)
{
	if (!series)
		return;
	g_free(series->folder);
	yaml_discard(&schema, series);
}
