// SPDX-License-Identifier: GPL-2.0-only
#include "lab/paths.h"

#include "kernels/arch.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* The folder of the running program. */
static const char *program_dir(void)
{
	static char *dir;

	if (!dir) {
		g_autofree char *exe = g_file_read_link("/proc/self/exe", NULL);

		dir = exe ? g_path_get_dirname(exe) : g_strdup(".");
	}
	return dir;
}

/* The source tree that the program lies in, if it does (unit tests lie in build/tests). */
static char *source_tree(void)
{
	static const char *const up[] = {".", "..", "../.."};

	for (guint i = 0; i < G_N_ELEMENTS(up); i++) {
		g_autofree char *dir = g_build_filename(program_dir(), up[i], NULL);
		g_autofree char *mark = g_build_filename(dir, "kernels", "kernel.h", NULL);

		if (g_file_test(mark, G_FILE_TEST_IS_REGULAR))
			return g_canonicalize_filename(dir, NULL);
	}
	return NULL;
}

/* Where `make install` puts things: found from the program's own place, PREFIX/bin. */
static char *installed(const char *sub)
{
	return g_build_filename(program_dir(), "..", sub, "bootlab", NULL);
}

const char *path_data(void)
{
	static char *data;

	if (data)
		return data;
	if (g_getenv("BOOTLAB_DATA"))
		data = g_canonicalize_filename(g_getenv("BOOTLAB_DATA"), NULL);
	else
		data = source_tree();
	if (!data)
		data = installed("share");
	return data;
}

const char *path_user(void)
{
	static char *user;

	if (!user) {
		const char *set = g_getenv("BOOTLAB_USER");

		user = set ? g_canonicalize_filename(set, NULL)
			   : g_build_filename(g_get_user_data_dir(), "bootlab", NULL);
	}
	return user;
}

const char *path_cache(GError **err)
{
	static char *cache;

	if (!cache) {
		const char *set = g_getenv("BOOTLAB_CACHE");
		g_autofree char *dir =
			set ? g_canonicalize_filename(set, NULL)
			    : g_build_filename(g_get_user_cache_dir(), "bootlab", NULL);

		if (g_mkdir_with_parents(dir, 0755)) {
			bl_fail_errno(err, "cannot make the cache folder %s (set BOOTLAB_CACHE)",
				      dir);
			return NULL;
		}
		cache = g_steal_pointer(&dir);
	}
	return cache;
}

char *path_cache_dir(const char *sub, GError **err)
{
	const char *cache = path_cache(err);

	if (!cache)
		return NULL;
	g_autofree char *dir = g_build_filename(cache, sub, NULL);

	if (g_mkdir_with_parents(dir, 0755)) {
		bl_fail_errno(err, "cannot make the folder %s (set BOOTLAB_CACHE)", dir);
		return NULL;
	}
	return g_steal_pointer(&dir);
}

/* What make builds beside the program. */
static char *built(const char *sub, const char *name)
{
	g_autofree char *tree = source_tree();
	g_autofree char *dir = tree ? g_build_filename(tree, "build", NULL) : installed("libexec");

	return g_build_filename(dir, sub, name, NULL);
}

char *path_turns(GError **err)
{
	g_autofree char *plugin = built("", "turns.so");

	if (g_file_test(plugin, G_FILE_TEST_EXISTS))
		return g_steal_pointer(&plugin);
	bl_fail(err, BL_ERROR_SYSTEM, "QEMU's plugin %s is not there: run make", plugin);
	return NULL;
}

char *path_agent(const char *arch, GError **err)
{
	bool native = !strcmp(arch, arch_native());
	g_autofree char *agent = built(native ? "" : arch, "agent");

	if (!g_file_test(agent, G_FILE_TEST_IS_EXECUTABLE)) {
		bl_fail(err, BL_ERROR_SYSTEM, "the agent %s is not there: run make%s%s", agent,
			native ? "" : " agent-", native ? "" : arch);
		return NULL;
	}
	return g_steal_pointer(&agent);
}

bool path_safe_name(const char *name)
{
	if (!name || !*name || *name == '.')
		return false;
	for (const char *c = name; *c; c++)
		if (*c == '/' || !g_ascii_isgraph(*c))
			return false;
	return true;
}

void path_make_absolute(char **path, const char *folder)
{
	g_autofree char *given = *path;

	if (given)
		*path = g_canonicalize_filename(given, folder);
}

char *path_sha256(const char *path, GError **err)
{
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	guchar buffer[65536];
	ssize_t n;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0) {
		bl_fail_errno(err, "cannot read %s", path);
		return NULL;
	}
	while ((n = read(fd, buffer, sizeof(buffer))) > 0)
		g_checksum_update(sum, buffer, n);
	if (n < 0)
		bl_fail_errno(err, "cannot read %s", path);
	close(fd);
	return n < 0 ? NULL : g_strdup(g_checksum_get_string(sum));
}

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

bool path_remove_tree(const char *path, GError **err)
{
	/* FTW_PHYS: a symbolic link is removed, not followed; FTW_MOUNT: nor is a mount. */
	if (nftw(path, remove_entry, 32, FTW_DEPTH | FTW_PHYS | FTW_MOUNT) && errno != ENOENT)
		return bl_fail_errno(err, "cannot remove %s", path);
	return true;
}
