// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/lock.h"

#include "lab/log.h"
#include "lab/paths.h"
#include "lab/run.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

/* How long until a lock that another holds is asked for again, in µs. */
#define RETRY_US 200000

/* how: LOCK_EX or LOCK_SH. */
static Lock try_lock(const char *name, int how, GError **err)
{
	g_autofree char *dir = path_cache_dir("locks", err);

	if (!dir)
		return -1;
	g_autofree char *path = g_build_filename(dir, name, NULL);
	Lock lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);

	if (lock < 0) {
		bl_fail_errno(err, "cannot write %s (set BOOTLAB_CACHE)", path);
		return -1;
	}
	if (!flock(lock, how | LOCK_NB))
		return lock;
	if (errno != EWOULDBLOCK)
		bl_fail_errno(err, "cannot lock %s", path);
	close(lock);
	return -1;
}

Lock lock_try(const char *name, GError **err)
{
	return try_lock(name, LOCK_EX, err);
}

static Lock wait_lock(const char *name, int how, const char *what, GError **err)
{
	g_autoptr(GError) why = NULL;
	bool said = false;
	Lock lock;

	while ((lock = try_lock(name, how, &why)) < 0) {
		if (why) {
			g_propagate_error(err, g_steal_pointer(&why));
			return -1;
		}
		if (!said)
			log_info("waiting for another bootlab: %s", what);
		said = true;
		if (!run_check_interrupted(err))
			return -1;
		g_usleep(RETRY_US);
	}
	return lock;
}

Lock lock_take(const char *name, const char *what, GError **err)
{
	return wait_lock(name, LOCK_EX, what, err);
}

Lock lock_share(const char *name, const char *what, GError **err)
{
	return wait_lock(name, LOCK_SH, what, err);
}

void lock_free(Lock lock)
{
	if (lock >= 0)
		close(lock);
}
