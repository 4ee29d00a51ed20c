// SPDX-License-Identifier: GPL-2.0-only
#include "lab/pool.h"

#include "lab/progress.h"
#include "lab/run.h"
#include "lab/units.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* A step of warming: small enough for Ctrl-C and progress, large enough to cost no calls. */
#define STEP (8ULL << 20)

#define DEFAULT_ROOT "/dev/shm"

/* What a machine keeps for itself beside the pool. */
#define KEEP_FREE (1ULL << 30)

/* The tmpfs that the pool lies on. */
static const char *pool_root(void)
{
	const char *set = g_getenv("BOOTLAB_POOL");

	return set ? set : DEFAULT_ROOT;
}

static char *pool_dir(GError **err)
{
	g_autofree char *dir = g_strdup_printf("%s/bootlab-%u", pool_root(), getuid());
	struct stat st;

	if (mkdir(dir, 0700) && errno != EEXIST) {
		bl_fail_errno(err, "cannot make %s (set BOOTLAB_POOL to a tmpfs)", dir);
		return NULL;
	}
	if (lstat(dir, &st) || !S_ISDIR(st.st_mode) || st.st_uid != getuid()) {
		bl_fail(err, BL_ERROR_SYSTEM, "%s is not a folder of ours: remove it", dir);
		return NULL;
	}
	return g_steal_pointer(&dir);
}

static void pool_file_free(void *data)
{
	struct pool_file *file = data;

	g_free(file->path);
	g_free(file);
}

/* Opens a pool file and locks it for us; -1 if another has it. */
static int lock_file(const char *path, int flags)
{
	int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | flags, 0600);

	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB)) {
		close(fd);
		return -1;
	}
	return fd;
}

static struct pool_file *describe(const char *path)
{
	struct pool_file *file = g_new0(struct pool_file, 1);
	int fd = lock_file(path, 0);
	struct stat st = {0};

	stat(path, &st);
	file->path = g_strdup(path);
	file->bytes = st.st_size;
	file->allocated = (guint64)st.st_blocks * 512;
	file->in_use = fd < 0;
	if (fd >= 0)
		close(fd);
	return file;
}

static int by_path(const void *a, const void *b)
{
	const struct pool_file *const *x = a, *const *y = b;

	return g_strcmp0((*x)->path, (*y)->path);
}

GPtrArray *pool_list(GError **err)
{
	g_autofree char *dir = pool_dir(err);
	g_autoptr(GDir) entries = dir ? g_dir_open(dir, 0, err) : NULL;
	const char *name;

	if (!entries)
		return NULL;
	GPtrArray *files = g_ptr_array_new_with_free_func(pool_file_free);

	while ((name = g_dir_read_name(entries))) {
		g_autofree char *path = g_build_filename(dir, name, NULL);

		g_ptr_array_add(files, describe(path));
	}
	g_ptr_array_sort(files, by_path);
	return files;
}

gint64 pool_free(GError **err)
{
	g_autoptr(GPtrArray) files = pool_list(err);
	gint64 freed = 0;

	if (!files)
		return -1;
	for (guint i = 0; i < files->len; i++) {
		struct pool_file *file = files->pdata[i];
		int fd = lock_file(file->path, 0);

		if (fd < 0)
			continue;
		if (!unlink(file->path))
			freed += file->allocated;
		close(fd);
	}
	return freed;
}

static bool room_for(guint64 bytes, GError **err)
{
	struct statvfs fs;
	guint64 tmpfs = 0, memory = (guint64)sysconf(_SC_AVPHYS_PAGES) * sysconf(_SC_PAGESIZE);

	if (!statvfs(pool_root(), &fs))
		tmpfs = (guint64)fs.f_bavail * fs.f_frsize;
	if (bytes <= tmpfs && bytes + KEEP_FREE <= memory)
		return true;
	g_autofree char *want = size_human(bytes), *has = size_human(MIN(tmpfs, memory));

	return bl_fail(err, BL_ERROR_SYSTEM,
		       "no room for a testbed's %s of RAM: %s has %s; free memory (bootlab pool "
		       "free), or give the testbed less (--testbed-memory)",
		       want, pool_root(), has);
}

/*
 * Writes every page. Not fallocate(): tmpfs would only set pages aside, and clear each when it is
 * first used, which is what is to be over by then.
 */
static bool warm(struct pool_lease *lease, guint64 bytes, GError **err)
{
	g_autofree char *zeroes = g_malloc0(STEP);
	guint64 at = 0;

	progress_begin("warming the memory pool", "MiB", bytes >> 20);
	while (at < bytes && run_check_interrupted(err)) {
		ssize_t n = pwrite(lease->fd, zeroes, MIN(STEP, bytes - at), at);

		if (n < 0 && errno != EINTR) {
			bl_fail_errno(err, "cannot write %s", lease->path);
			break;
		}
		at += MAX(n, 0);
		progress_update(at >> 20, NULL);
	}
	progress_end(at == bytes ? "warm" : "failed");
	return at == bytes;
}

/* Touches it all, unless that was done: what tmpfs has allocated has been written by us. */
static bool make_warm(struct pool_lease *lease, guint64 bytes, GError **err)
{
	struct stat st;

	if (fstat(lease->fd, &st))
		return bl_fail_errno(err, "cannot look at %s", lease->path);
	guint64 allocated = (guint64)st.st_blocks * 512;

	if (allocated >= bytes)
		return true;
	return room_for(bytes - allocated, err) && warm(lease, bytes, err);
}

struct pool_lease *pool_take(guint64 bytes, GError **err)
{
	g_autofree char *dir = pool_dir(err);
	g_autofree char *size = size_format(bytes);
	g_autoptr(PoolLease) lease = g_new0(struct pool_lease, 1);

	lease->fd = -1;
	if (!dir)
		return NULL;
	for (int i = 0; lease->fd < 0; i++) {
		g_free(lease->path);
		lease->path = g_strdup_printf("%s/%s-%d.ram", dir, size, i);
		lease->fd = lock_file(lease->path, O_CREAT);
		if (lease->fd < 0 && errno != EWOULDBLOCK) {
			bl_fail_errno(err, "cannot make %s", lease->path);
			return NULL;
		}
	}
	if (!make_warm(lease, bytes, err))
		return NULL;
	return g_steal_pointer(&lease);
}

void pool_release(struct pool_lease *lease)
{
	if (!lease)
		return;
	if (lease->fd >= 0)
		close(lease->fd);
	g_free(lease->path);
	g_free(lease);
}
