// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/record.h"

#include "kernels/disk.h"
#include "kernels/patch.h"
#include "kernels/source.h"
#include "lab/log.h"
#include "lab/paths.h"

#include <sys/stat.h>

#define RECORD "build.json"

char *record_dir(const char *key, GError **err)
{
	g_autofree char *base = path_cache_dir("kernels", err);

	return base ? g_build_filename(base, key, NULL) : NULL;
}

/* A crash of the machine may leave a file cut that was renamed into place whole. */
static bool is_whole(const char *dir, json_t *record)
{
	g_autofree char *image = g_build_filename(dir, "image", NULL);
	struct stat st;

	return !stat(image, &st) && st.st_size > 0 &&
	       st.st_size == json_integer_value(json_object_get(record, "image_size"));
}

json_t *record_read(const char *key, GError **err)
{
	g_autofree char *dir = record_dir(key, err);

	if (!dir)
		return NULL;
	g_autofree char *path = g_build_filename(dir, RECORD, NULL);

	if (!g_file_test(path, G_FILE_TEST_EXISTS))
		return NULL;
	json_t *record = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);

	if (record && is_whole(dir, record))
		return record;
	log_warn("%s or what it tells of is damaged: not taken as built", path);
	json_decref(record);
	return NULL;
}

struct kernel_build *record_load(const char *key, GError **err)
{
	json_t *record = record_read(key, err);
	const char *arch, *release, *config_hash, *compiler;

	if (!record)
		return NULL;
	struct kernel_build *build = NULL;

	if (!json_unpack(record, "{s:s, s:s, s:s, s:s}", "arch", &arch, "release", &release,
			 "config_sha256", &config_hash, "compiler", &compiler)) {
		build = g_new0(struct kernel_build, 1);
		build->key = g_strdup(key);
		build->dir = record_dir(key, err);
		build->image = g_build_filename(build->dir, "image", NULL);
		build->arch = g_strdup(arch);
		build->release = g_strdup(release);
		build->config_hash = g_strdup(config_hash);
		build->compiler = g_strdup(compiler);
	}
	json_decref(record);
	return build;
}

json_t *kernel_patches(const struct kernel *kernel, GError **err)
{
	json_t *list = json_array();

	for (char **file = kernel->patch_files; *file; file++) {
		g_autofree char *name = g_path_get_basename(*file);
		g_autofree char *hash = path_sha256(*file, err);
		g_auto(patch_info) info = {0};

		if (!hash || !patch_read(*file, &info, err)) {
			json_decref(list);
			return NULL;
		}
		json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s?}", "file", name,
						      "sha256", hash, "subject", info.subject,
						      "author", info.author));
	}
	return list;
}

static json_t *describe_configs(const struct kernel *kernel)
{
	json_t *list = json_array();

	for (char **config = kernel->configs; *config; config++)
		json_array_append_new(list, json_string(*config));
	return list;
}

static json_t *describe(const struct kernel *kernel, const struct key *key,
			const struct record_facts *facts, GError **err)
{
	g_autoptr(GDateTime) now = g_date_time_new_now_utc();
	g_autofree char *date = g_date_time_format_iso8601(now);
	g_autofree char *source = base_describe_source(&kernel->source);
	g_autofree char *commit = source_commit(&kernel->source, err);
	json_t *patches = commit ? kernel_patches(kernel, err) : NULL;

	if (!patches)
		return NULL;
	return json_pack("{s:s, s:s, s:s, s:s, s:{s:s, s:s, s:s}, s:o, s:s, s:s?, s:o, s:s, s:s, "
			 "s:s, s:f, s:b, s:I, s:i}",
			 "name", kernel->name, "key", key->hash, "release", facts->release, "arch",
			 kernel->arch, "source", "from", source, "hash", key->source, "commit",
			 commit, "configs", describe_configs(kernel), "config_sha256",
			 facts->config_hash, "series", kernel->series, "patches", patches,
			 "compiler", key->compiler, "linker", key->linker, "date", date, "seconds",
			 facts->seconds, "incremental", facts->incremental, "image_size",
			 (json_int_t)facts->image_size, "objects", facts->objects);
}

bool record_write(const char *dir, const struct kernel *kernel, const struct key *key,
		  const struct record_facts *facts, GError **err)
{
	g_autofree char *path = g_build_filename(dir, RECORD, NULL);
	json_t *record = describe(kernel, key, facts, err);

	if (!record)
		return false;
	int failed = json_dump_file(record, path, JSON_INDENT(2) | JSON_ENSURE_ASCII);

	json_decref(record);
	if (failed)
		return bl_fail(err, BL_ERROR_SYSTEM, "cannot write %s%s", path, disk_hint(path));
	return true;
}
