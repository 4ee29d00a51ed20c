// SPDX-License-Identifier: GPL-2.0-only
#include "lab/pool.h"

#include "lab/progress.h"
#include "lab/run.h"
#include "lab/units.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* A step of warming: small enough for Ctrl-C and progress, large enough to cost no calls. */
#define STEP (8ULL << 20)

#define DEFAULT_ROOT "/dev/shm"

#define HUGE_SUFFIX "-huge"

/* What a machine keeps for itself beside the pool. */
#define KEEP_FREE (1ULL << 30)

/* The tmpfs that the pool lies on. */
static const char *pool_root(void)
{
	const char *set = g_getenv("BOOTLAB_POOL");

	return set ? set : DEFAULT_ROOT;
}

static char *own_dir(const char *suffix, GError **err)
{
	g_autofree char *dir = g_strdup_printf("%s/bootlab-%u%s", pool_root(), getuid(), suffix);
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

static char *pool_dir(GError **err)
{
	return own_dir("", err);
}

/* Where the part of the pool is that is in huge pages, if there is one. */
static char *huge_path(void)
{
	return g_strdup_printf("%s/bootlab-%u" HUGE_SUFFIX, pool_root(), getuid());
}

static bool is_mounted(const char *dir)
{
	struct stat on, below;

	/* The root is everyone's: what another user has put there is not followed. */
	return !stat(pool_root(), &below) && !lstat(dir, &on) && S_ISDIR(on.st_mode) &&
	       on.st_uid == getuid() && on.st_dev != below.st_dev;
}

/* One bootlab at a time: of two mounts, one would hide the other's files. */
static bool mount_huge(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool ok = fd >= 0 && !flock(fd, LOCK_EX) &&
		  (is_mounted(dir) ||
		   !mount("bootlab-pool", dir, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC,
			  "mode=0700,size=100%,huge=always"));

	if (fd >= 0)
		close(fd);
	return ok;
}

/*
 * That part, made if need be. NULL where there can be none: it takes root, and a pool that the user
 * has put elsewhere is left as it is.
 */
static char *huge_dir(void)
{
	g_autofree char *dir =
		g_getenv("BOOTLAB_POOL") || getuid() ? NULL : own_dir(HUGE_SUFFIX, NULL);

	return dir && mount_huge(dir) ? g_steal_pointer(&dir) : NULL;
}

/* Fails where a file of it is in use, which is as well. */
static void remove_huge(void)
{
	g_autofree char *dir = huge_path();

	if (is_mounted(dir) && !umount2(dir, UMOUNT_NOFOLLOW))
		rmdir(dir);
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

static bool list_dir(GPtrArray *files, const char *dir, GError **err)
{
	g_autoptr(GDir) entries = g_dir_open(dir, 0, err);
	const char *name;

	while (entries && (name = g_dir_read_name(entries))) {
		g_autofree char *path = g_build_filename(dir, name, NULL);

		g_ptr_array_add(files, describe(path));
	}
	return entries;
}

GPtrArray *pool_list(GError **err)
{
	g_autofree char *dir = pool_dir(err), *huge = huge_path();
	g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func(pool_file_free);

	if (!dir || !list_dir(files, dir, err) || (is_mounted(huge) && !list_dir(files, huge, err)))
		return NULL;
	g_ptr_array_sort(files, by_path);
	return g_steal_pointer(&files);
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
	remove_huge();
	return freed;
}

/* What can be had without taking it from a program: the caches of files give way. */
static guint64 available_memory(void)
{
	static const char field[] = "\nMemAvailable:";
	g_autofree char *text = NULL;
	const char *at = g_file_get_contents("/proc/meminfo", &text, NULL, NULL)
				 ? strstr(text, field)
				 : NULL;

	if (!at)
		return (guint64)sysconf(_SC_AVPHYS_PAGES) * sysconf(_SC_PAGESIZE);
	return g_ascii_strtoull(at + strlen(field), NULL, 10) * 1024;
}

static bool room_for(guint64 bytes, GError **err)
{
	struct statvfs fs;
	guint64 tmpfs = 0, memory = available_memory();

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

bool pool_could_hold(guint64 bytes)
{
	guint64 memory = (guint64)sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE);
	struct statvfs fs;

	return !statvfs(pool_root(), &fs) && bytes <= (guint64)fs.f_blocks * fs.f_frsize &&
	       bytes + KEEP_FREE <= memory;
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

static struct pool_lease *take(const char *dir, guint64 bytes, GError **err)
{
	g_autofree char *size = size_format(bytes);
	g_autoptr(PoolLease) lease = g_new0(struct pool_lease, 1);

	lease->fd = -1;
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

struct pool_lease *pool_take(guint64 bytes, GError **err)
{
	g_autofree char *dir = pool_dir(err);

	return dir ? take(dir, bytes, err) : NULL;
}

struct pool_lease *pool_take_huge(guint64 bytes, GError **err)
{
	g_autofree char *dir = huge_dir();

	return dir ? take(dir, bytes, err) : pool_take(bytes, err);
}

bool pool_is_huge(const struct pool_lease *lease)
{
	struct stat st;

	/* On tmpfs, what it would allocate at once. */
	return !fstat(lease->fd, &st) && st.st_blksize > sysconf(_SC_PAGESIZE);
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
