// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/source.h"

#include "kernels/disk.h"
#include "kernels/gc.h"
#include "kernels/git.h"
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

/* The tarball of a source that is one. g_free it. */
static char *tarball_path(const struct base_source *source)
{
	if (source->tarball)
		return g_strdup(source->tarball);
	g_autofree char *name = g_strconcat(source->debian, ".tar.xz", NULL);

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

static char *tarball_hash(const struct base_source *source, GError **err)
{
	g_autofree char *tarball = tarball_path(source);
	g_autofree char *dir = path_cache_dir("sources", err);

	if (!dir)
		return NULL;
	if (!g_file_test(tarball, G_FILE_TEST_IS_REGULAR)) {
		if (source->debian)
			bl_fail(err, BL_ERROR_SYSTEM, "%s is not there: apt-get install %s",
				tarball, source->debian);
		else
			bl_fail(err, BL_ERROR_INPUT, "there is no tarball %s", tarball);
		return NULL;
	}
	g_autofree char *path_hash = g_compute_checksum_for_string(G_CHECKSUM_SHA256, tarball, -1);
	g_autofree char *stamp = g_strdup_printf("%s/%.16s.sha256", dir, path_hash);

	return source_cached_sha256(tarball, stamp, err);
}

static void count_file(const char *line, void *data)
{
	guint *count = data;

	(void)line;
	progress_update(++*count, NULL);
}

static bool tarball_unpack(const struct base_source *source, const char *hash, const char *folder,
			   const char *log, GError **err)
{
	g_autofree char *tarball = tarball_path(source);
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
	int status = run(argv, &opts, err);

	(void)hash;
	if (status > 0)
		bl_fail(err, BL_ERROR_SYSTEM, "cannot unpack %s into %s%s; see %s", tarball, folder,
			disk_hint(folder), log);
	return !status;
}

/* One of git's names for a commit's parts: KIND is "tree" or "commit". g_free it. */
static char *git_resolve(const struct base_source *source, const char *kind, GError **err)
{
	g_autofree char *object = g_strdup_printf("%s^{%s}", source->revision, kind);
	const char *argv[] = {"git", "-C", source->git, "rev-parse", "--verify", object, NULL};
	char *name = run_capture(argv, err);

	if (!name)
		g_prefix_error(err, "cannot find %s in the git tree %s: ", source->revision,
			       source->git);
	return name;
}

static char *git_hash(const struct base_source *source, GError **err)
{
	return git_resolve(source, "tree", err);
}

/* By an index of its own: the user's tree, index and references stay as they are. */
static bool git_unpack(const struct base_source *source, const char *hash, const char *folder,
		       const char *log, GError **err)
{
	g_autofree char *index_file = g_strconcat(folder, ".index", NULL);
	g_autofree char *index = g_strconcat("GIT_INDEX_FILE=", index_file, NULL);
	g_autofree char *work_tree = g_strconcat("--work-tree=", folder, NULL);
	g_autofree char *git_dir = git_dir_option(source->git, err);
	const char *read[] = {"git", git_dir, work_tree, "read-tree", hash, NULL};
	const char *write[] = {"git", git_dir, work_tree, "checkout-index", "--all", NULL};
	const char *env[] = {index, NULL};
	struct run_opts opts = {.cwd = folder, .log = log, .env = env};

	if (!git_dir)
		return false;
	int status = run(read, &opts, err);

	if (!status)
		status = run(write, &opts, err);
	g_unlink(index_file);
	if (status > 0)
		bl_fail(err, BL_ERROR_SYSTEM, "cannot check %s out into %s%s; see %s",
			source->revision, folder, disk_hint(folder), log);
	return !status;
}

static char *no_commit(const struct base_source *source, GError **err)
{
	(void)source, (void)err;
	return g_strdup("");
}

static char *git_commit(const struct base_source *source, GError **err)
{
	return git_resolve(source, "commit", err);
}

/* What can be done with a kind of source. */
static const struct kind {
	char *(*hash)(const struct base_source *source, GError **err);
	char *(*commit)(const struct base_source *source, GError **err);
	bool (*unpack)(const struct base_source *source, const char *hash, const char *folder,
		       const char *log, GError **err);
} kind_tarball = {tarball_hash, no_commit, tarball_unpack},
  kind_git = {git_hash, git_commit, git_unpack};

static const struct kind *kind_of(const struct base_source *source)
{
	return source->git ? &kind_git : &kind_tarball;
}

char *source_hash(const struct kernel *kernel, GError **err)
{
	char *hash = kind_of(&kernel->source)->hash(&kernel->source, err);

	if (!hash)
		g_prefix_error(err, "the source of kernel '%s': ", kernel->name);
	return hash;
}

char *source_commit(const struct base_source *source, GError **err)
{
	return kind_of(source)->commit(source, err);
}

/* A tarball that is none of a kernel unpacks as well. */
static bool check_tree(const struct kernel *kernel, const char *folder, GError **err)
{
	static const char *const files[] = {"Makefile", "Kbuild",
					    "scripts/kconfig/merge_config.sh"};

	for (guint i = 0; i < G_N_ELEMENTS(files); i++) {
		g_autofree char *file = g_build_filename(folder, files[i], NULL);
		g_autofree char *what = base_describe_source(&kernel->source);

		if (!g_file_test(file, G_FILE_TEST_IS_REGULAR))
			return bl_fail(err, BL_ERROR_INPUT,
				       "%s is no source of a kernel: there is no %s in it", what,
				       files[i]);
	}
	return true;
}

static bool unpack_into(const struct kernel *kernel, const char *hash, const char *folder,
			const char *log, GError **err)
{
	g_autofree char *what = base_describe_source(&kernel->source);
	g_autofree char *phase = g_strdup_printf("unpack %s", what);

	progress_begin(phase, "files", 0);
	bool ok = kind_of(&kernel->source)->unpack(&kernel->source, hash, folder, log, err) &&
		  check_tree(kernel, folder, err);

	progress_end(ok ? "done" : "failed");
	return ok;
}

/* Unpacks beside `tree` and renames, so that what is at `tree` is always whole. */
static bool unpack(const struct kernel *kernel, const char *hash, const char *tree, GError **err)
{
	g_autofree char *dir = g_path_get_dirname(tree);
	g_autofree char *partial = g_strconcat(tree, ".partial", NULL);
	g_autofree char *log = g_strconcat(tree, ".log", NULL);

	g_unlink(log);
	if (!path_remove_tree(partial, err) || !disk_need(dir, UNPACKED_BYTES, err))
		return false;
	if (g_mkdir(partial, 0755))
		return bl_fail_errno(err, "cannot make %s (set BOOTLAB_CACHE)", partial);
	if (!unpack_into(kernel, hash, partial, log, err)) {
		path_remove_tree(partial, NULL);
		return false;
	}
	if (g_rename(partial, tree))
		return bl_fail_errno(err, "cannot rename %s to %s", partial, tree);
	g_unlink(log);
	return true;
}

/* What an unpacked source is called, before its hash. */
static char *short_name(const struct base_source *source)
{
	if (source->debian)
		return g_strdup(source->debian);
	return g_path_get_basename(source->git ? source->git : source->tarball);
}

char *source_tree(const struct kernel *kernel, const char *hash, GError **err)
{
	g_autofree char *dir = path_cache_dir("sources", err);
	g_autofree char *what = base_describe_source(&kernel->source);
	g_autofree char *task = g_strdup_printf("it unpacks %s", what);
	g_autofree char *stem = short_name(&kernel->source);

	if (!dir)
		return NULL;
	g_autofree char *name = g_strdup_printf("%s-%.12s", stem, hash);
	g_autofree char *tree = g_build_filename(dir, name, NULL);
	g_auto(Lock) lock = lock_take(name, task, err);

	if (lock < 0)
		return NULL;
	if (!g_file_test(tree, G_FILE_TEST_IS_DIR) && !unpack(kernel, hash, tree, err))
		return NULL;
	gc_touch(tree);
	return g_steal_pointer(&tree);
}
