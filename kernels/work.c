// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/work.h"

#include "kernels/disk.h"
#include "kernels/gc.h"
#include "kernels/lock.h"
#include "kernels/patch.h"
#include "lab/log.h"
#include "lab/paths.h"

#include <glib/gstdio.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

/* Folders and logs are named by so much of a key. */
#define ID_LEN 16

/* Objects of a small config take 250 MiB, and they are there twice. */
#define BUILD_BYTES (G_GUINT64_CONSTANT(1) << 30)

/* A folder on its way to being removed has this after its name. */
#define STALE ".stale"

static char *lock_of(const char *id)
{
	return g_strdup_printf("build-%.*s", ID_LEN, id);
}

char *work_lock_name(const struct key *key)
{
	return lock_of(key->base);
}

void work_words(GPtrArray *argv, ...)
{
	const char *word;
	va_list ap;

	va_start(ap, argv);
	while ((word = va_arg(ap, const char *)))
		g_ptr_array_add(argv, g_strdup(word));
	va_end(ap);
}

GPtrArray *work_command(void)
{
	static const char *const kept[] = {"PATH", "TMPDIR"};
	GPtrArray *argv = g_ptr_array_new_with_free_func(g_free);

	work_words(argv, "env", "-i", "LC_ALL=C", NULL);
	for (guint i = 0; i < G_N_ELEMENTS(kept); i++)
		if (g_getenv(kept[i]))
			g_ptr_array_add(argv, g_strconcat(kept[i], "=", g_getenv(kept[i]), NULL));
	return argv;
}

int work_run(const struct work *work, const char *cwd, GPtrArray *argv,
	     void (*line)(const char *line, void *data), void *data, GError **err)
{
	struct run_opts opts = {.cwd = cwd, .log = work->log, .line = line, .data = data};

	g_ptr_array_add(argv, NULL);
	return run((const char *const *)argv->pdata, &opts, err);
}

bool work_check(GError **err)
{
	g_autofree char *base = path_cache_dir("work", err);

	if (!base)
		return false;
	/* The kernel's Makefile refuses to work in such a folder. */
	if (!strpbrk(base, " \t:"))
		return disk_need(base, BUILD_BYTES, err);
	return bl_fail(err, BL_ERROR_INPUT,
		       "a kernel cannot be built in %s, because of the space or colon in its name: "
		       "set BOOTLAB_CACHE to another folder",
		       base);
}

/*
 * Processes of a build that was killed may still be at work in their folder: it is moved out
 * of the way with them, so that they cannot write into the new one.
 */
static bool clear_way(const char *dir, GError **err)
{
	g_autofree char *stale = g_strconcat(dir, STALE, NULL);

	if (!g_file_test(dir, G_FILE_TEST_EXISTS))
		return true;
	path_remove_tree(stale, NULL);
	if (g_rename(dir, stale))
		return bl_fail_errno(err, "cannot move %s out of the way", dir);
	path_remove_tree(stale, NULL);
	return true;
}

static bool make_folder(const char *dir, GError **err)
{
	if (g_mkdir(dir, 0755))
		return bl_fail_errno(err, "cannot make %s%s", dir, disk_hint(dir));
	return true;
}

static bool make_folders(struct work *work, GError **err)
{
	g_autofree char *base = path_cache_dir("work", err);

	if (!base)
		return false;
	work->dir = g_strdup_printf("%s/%.*s", base, ID_LEN, work->key->base);
	work->tree = g_build_filename(work->dir, "linux", NULL);
	work->objects = g_build_filename(work->tree, "build", NULL);
	work->result = g_build_filename(work->dir, "result", NULL);
	work->log = g_build_filename(work->result, "build.log", NULL);
	return clear_way(work->dir, err) && make_folder(work->dir, err) &&
	       make_folder(work->result, err);
}

static bool copy(const struct work *work, const char *how, const char *from, const char *to,
		 GError **err)
{
	g_autoptr(GPtrArray) argv = work_command();

	work_words(argv, "cp", "--archive", how, from, to, NULL);
	int status = work_run(work, NULL, argv, NULL, NULL, err);

	if (status > 0)
		bl_fail(err, BL_ERROR_SYSTEM, "cannot copy %s to %s%s", from, to, disk_hint(to));
	return status == 0;
}

bool work_begin(struct work *work, const struct kernel *kernel, const struct key *key,
		const char *source, GError **err)
{
	*work = (struct work){.kernel = kernel, .arch = arch_find(kernel->arch), .key = key};
	/* Hard links: git replaces a file that it patches, it does not write into it. */
	return make_folders(work, err) && copy(work, "--link", source, work->tree, err);
}

static char *kept_objects(const struct work *work, GError **err)
{
	g_autofree char *dir = path_cache_dir("objects", err);

	return dir ? g_strdup_printf("%s/%.*s", dir, ID_LEN, work->key->base) : NULL;
}

/* true if the objects are there and older than what git writes from now on. */
static bool is_usable(const char *objects)
{
	g_autofree char *last = g_build_filename(objects, "vmlinux", NULL);
	struct stat st;

	return !stat(last, &st) && st.st_mtime < time(NULL);
}

bool work_seed(struct work *work, GError **err)
{
	g_autofree char *kept = kept_objects(work, err);

	if (!kept)
		return false;
	work->seeded = !work->adds_files && is_usable(kept);
	gc_touch(kept);
	if (work->seeded)
		return copy(work, "--no-target-directory", kept, work->objects, err);
	return make_folder(work->objects, err);
}

void work_keep_objects(const struct work *work)
{
	g_autoptr(GError) err = NULL;
	g_autofree char *kept = kept_objects(work, &err);

	if (kept && path_remove_tree(kept, &err) && g_rename(work->objects, kept))
		bl_fail_errno(&err, "cannot move %s to %s", work->objects, kept);
	if (err)
		log_warn("the next kernel of this base will take longer to build: %s",
			 err->message);
}

/* Moves the log to where it outlives the folder, and says so in the error. */
static void keep_log(const struct work *work, GError **err)
{
	g_autofree char *dir = work->log ? path_cache_dir("failed", NULL) : NULL;

	if (!dir)
		return;
	g_autofree char *kept = g_strdup_printf("%s/%.*s.log", dir, ID_LEN, work->key->hash);

	if (g_rename(work->log, kept))
		return;
	g_autofree char *message = g_strdup_printf("%s\nThe log: %s", (*err)->message, kept);

	g_free((*err)->message);
	(*err)->message = g_steal_pointer(&message);
}

void work_end(struct work *work, GError **err)
{
	g_autoptr(GError) why = NULL;

	if (err && *err && !g_error_matches(*err, BL_ERROR, BL_ERROR_CANCELLED))
		keep_log(work, err);
	if (work->dir && !path_remove_tree(work->dir, &why))
		log_warn("%s", why->message);
	g_free(work->dir);
	g_free(work->tree);
	g_free(work->objects);
	g_free(work->result);
	g_free(work->log);
}

/* A folder in work/ is somebody's for as long as the lock of its base is held. */
static void sweep(const char *base, const char *name)
{
	g_autofree char *lock_name = lock_of(name);
	g_autofree char *path = g_build_filename(base, name, NULL);
	g_auto(Lock) lock = lock_try(lock_name, NULL);

	if (lock >= 0)
		path_remove_tree(path, NULL);
}

void work_sweep(void)
{
	g_autofree char *base = path_cache_dir("work", NULL);
	g_autoptr(GDir) dir = base ? g_dir_open(base, 0, NULL) : NULL;
	const char *name;

	while (dir && (name = g_dir_read_name(dir)))
		sweep(base, name);
}
