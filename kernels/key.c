// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/key.h"

#include "kernels/arch.h"
#include "kernels/source.h"
#include "lab/paths.h"
#include "lab/run.h"

#include <string.h>

/* Counts the changes of how kernels are built: a new number builds them all anew. */
#define RECIPE "1"

static char *ask_version(const struct arch *arch, const char *tool, const char *native_package,
			 GError **err)
{
	g_autofree char *cross = arch_cross(arch);
	g_autofree char *program = g_strconcat(cross, tool, NULL);
	const char *argv[] = {program, "--version", NULL};
	char *version = run_capture(argv, err);

	if (!version) {
		g_autofree char *package = arch_package(arch, native_package);

		g_prefix_error(err, "kernels need %s (apt-get install %s): ", program, package);
		return NULL;
	}
	version[strcspn(version, "\n")] = '\0';
	return version;
}

/* The first line that a tool says of itself, which is asked once. NULL with err. */
static char *tool_version(const struct arch *arch, const char *tool, const char *package,
			  GError **err)
{
	static GHashTable *known;
	g_autofree char *cross = arch_cross(arch);
	g_autofree char *program = g_strconcat(cross, tool, NULL);

	if (!known)
		known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	if (!g_hash_table_contains(known, program)) {
		char *version = ask_version(arch, tool, package, err);

		if (!version)
			return NULL;
		g_hash_table_insert(known, g_strdup(program), version);
	}
	return g_strdup(g_hash_table_lookup(known, program));
}

static void add(GChecksum *sum, const char *what, const char *value)
{
	g_autofree char *line = g_strdup_printf("%s %s\n", what, value);

	g_checksum_update(sum, (const guchar *)line, -1);
}

static bool add_file(GChecksum *sum, const char *what, const char *path, GError **err)
{
	g_autofree char *hash = path_sha256(path, err);

	if (!hash)
		return false;
	add(sum, what, hash);
	return true;
}

bool key_hash(const struct kernel *kernel, struct key *key, GError **err)
{
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);

	add(sum, "recipe", RECIPE);
	add(sum, "arch", kernel->arch);
	add(sum, "source", key->source);
	add(sum, "compiler", key->compiler);
	add(sum, "linker", key->linker);
	for (char **config = kernel->configs; *config; config++) {
		g_autofree char *path = kernel_config_path(*config);

		if (!add_file(sum, "config", path, err))
			return false;
	}
	g_autoptr(GChecksum) base = g_checksum_copy(sum);

	key->base = g_strdup(g_checksum_get_string(base));
	for (char **patch = kernel->patch_files; *patch; patch++)
		if (!add_file(sum, "patch", *patch, err))
			return false;
	key->hash = g_strdup(g_checksum_get_string(sum));
	return true;
}

bool key_of(const struct kernel *kernel, struct key *key, GError **err)
{
	const struct arch *arch = arch_find(kernel->arch);

	*key = (struct key){0};
	key->source = source_hash(kernel, err);
	if (key->source)
		key->compiler = tool_version(arch, "gcc", "gcc", err);
	if (key->compiler)
		key->linker = tool_version(arch, "ld", "binutils", err);
	return key->linker && key_hash(kernel, key, err);
}

void key_clear(struct key *key)
{
	g_free(key->source);
	g_free(key->compiler);
	g_free(key->linker);
	g_free(key->hash);
	g_free(key->base);
}
