// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/source.h"

#include "kernels/disk.h"
#include "kernels/lock.h"
#include "lab/paths.h"
#include "lab/progress.h"
#include "lab/run.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

/* Where Debian's linux-source-* packages put their tarballs. */
#define DEBIAN_SOURCES "/usr/src"

/* An unpacked source takes 1.4 GiB, and more with each release. */
#define UNPACKED_BYTES (G_GUINT64_CONSTANT(2) << 30)

static char *tarball_path(const struct kernel *kernel)
{
	g_autofree char *name = g_strconcat(kernel->debian, ".tar.xz", NULL);

	return g_build_filename(DEBIAN_SOURCES, name, NULL);
}

/* What changes when a file's content may have: compared as text with what the stamp holds. */
static char *file_state(const char *path, GError **err)
{
	struct stat st;

	if (stat(path, &st)) {
		bl_fail_errno(err, "cannot read %s", path);
		return NULL;
	}
	return g_strdup_printf("%s %lld %lld.%09ld %lld.%09ld %llu ", path, (long long)st.st_size,
			       (long long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec,
			       (long long)st.st_ctim.tv_sec, st.st_ctim.tv_nsec,
			       (unsigned long long)st.st_ino);
}

char *source_cached_sha256(const char *path, const char *stamp, GError **err)
{
	g_autofree char *state = file_state(path, err);
	g_autofree char *kept = NULL;

	if (!state)
		return NULL;
	if (g_file_get_contents(stamp, &kept, NULL, NULL) && g_str_has_prefix(kept, state) &&
	    strlen(kept) == strlen(state) + 64)
		return g_strdup(kept + strlen(state));
	g_autofree char *hash = path_sha256(path, err);

	if (!hash)
		return NULL;
	g_autofree char *text = g_strconcat(state, hash, NULL);
	g_autoptr(GError) why = NULL;

	if (!g_file_set_contents(stamp, text, -1, &why)) {
		bl_fail(err, BL_ERROR_SYSTEM, "%s%s", why->message, disk_hint(stamp));
		return NULL;
	}
	return g_steal_pointer(&hash);
}

char *source_hash(const struct kernel *kernel, GError **err)
{
	g_autofree char *tarball = tarball_path(kernel);
	g_autofree char *dir = path_cache_dir("sources", err);

	if (!dir)
		return NULL;
	if (!g_file_test(tarball, G_FILE_TEST_IS_REGULAR)) {
		bl_fail(err, BL_ERROR_SYSTEM,
			"the source of kernel '%s' (%s) is not there: apt-get install %s",
			kernel->name, tarball, kernel->debian);
		return NULL;
	}
	g_autofree char *stamp = g_strconcat(dir, "/", kernel->debian, ".sha256", NULL);

	return source_cached_sha256(tarball, stamp, err);
}

static void count_file(const char *line, void *data)
{
	guint *count = data;

	(void)line;
	progress_update(++*count, NULL);
}

static bool run_tar(const struct kernel *kernel, const char *folder, const char *log, GError **err)
{
	g_autofree char *tarball = tarball_path(kernel);
	g_autofree char *phase = g_strdup_printf("unpack %s", kernel->debian);
	const char *argv[] = {"tar",
			      "--extract",
			      "--verbose",
			      "--file",
			      tarball,
			      "--directory",
			      folder,
			      "--strip-components=1",
			      "--no-same-owner",
			      NULL};
	guint count = 0;
	struct run_opts opts = {.log = log, .line = count_file, .data = &count};

	progress_begin(phase, "files", 0);
	int status = run(argv, &opts, err);

	progress_end(status ? "failed" : "done");
	if (status > 0)
		bl_fail(err, BL_ERROR_SYSTEM, "cannot unpack %s into %s%s; see %s", tarball, folder,
			disk_hint(folder), log);
	return !status;
}

/* Unpacks beside `tree` and renames, so that what is at `tree` is always whole. */
static bool unpack(const struct kernel *kernel, const char *tree, GError **err)
{
	g_autofree char *dir = g_path_get_dirname(tree);
	g_autofree char *partial = g_strconcat(tree, ".partial", NULL);
	g_autofree char *log = g_strconcat(tree, ".log", NULL);

	g_unlink(log);
	if (!path_remove_tree(partial, err) || !disk_need(dir, UNPACKED_BYTES, err))
		return false;
	if (g_mkdir(partial, 0755))
		return bl_fail_errno(err, "cannot make %s (set BOOTLAB_CACHE)", partial);
	if (!run_tar(kernel, partial, log, err)) {
		path_remove_tree(partial, NULL);
		return false;
	}
	if (g_rename(partial, tree))
		return bl_fail_errno(err, "cannot rename %s to %s", partial, tree);
	g_unlink(log);
	return true;
}

char *source_tree(const struct kernel *kernel, const char *hash, GError **err)
{
	g_autofree char *dir = path_cache_dir("sources", err);

	if (!dir)
		return NULL;
	g_autofree char *name = g_strdup_printf("%s-%.12s", kernel->debian, hash);
	g_autofree char *tree = g_build_filename(dir, name, NULL);
	g_autofree char *what = g_strdup_printf("it unpacks %s", kernel->debian);
	g_auto(Lock) lock = lock_take(name, what, err);

	if (lock < 0)
		return NULL;
	if (!g_file_test(tree, G_FILE_TEST_IS_DIR) && !unpack(kernel, tree, err))
		return NULL;
	return g_steal_pointer(&tree);
}
