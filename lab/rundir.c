// SPDX-License-Identifier: GPL-2.0-only
#include "lab/rundir.h"

#include "lab/log.h"
#include "lab/paths.h"
#include "lab/testbed.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define LOCK_SUFFIX ".lock"

static struct run {
	char *path;
	char *lock; /* beside it */
	int owner_fd;
	int warden_fd; /* its end of file tells the warden that we are gone */
	pid_t warden;
} mine = {.owner_fd = -1, .warden_fd = -1};

/*
 * Where run folders lie: short, since libvirt puts UNIX sockets (108 bytes of path) deep
 * below it, and on a file system that a reboot or tmp cleaner empties.
 */
static char *runs_dir(GError **err)
{
	g_autofree char *dir = g_strdup_printf("%s/bootlab-%u", g_get_tmp_dir(), getuid());
	struct stat st;

	if (mkdir(dir, 0700) && errno != EEXIST) {
		bl_fail_errno(err, "cannot make %s", dir);
		return NULL;
	}
	/* /tmp is everyone's: take no folder that another user has put there. */
	if (lstat(dir, &st) || !S_ISDIR(st.st_mode) || st.st_uid != getuid()) {
		bl_fail(err, BL_ERROR_SYSTEM,
			"%s is not a folder of ours: remove it, or set TMPDIR", dir);
		return NULL;
	}
	return g_steal_pointer(&dir);
}

/* Kills a process that is known to be ours and waits until it is gone. */
static void kill_and_wait(pid_t pid)
{
	int fd = pidfd_open(pid, 0);

	if (fd < 0)
		return;
	struct pollfd gone = {.fd = fd, .events = POLLIN};

	pidfd_send_signal(fd, SIGKILL, NULL, 0);
	while (poll(&gone, 1, -1) < 0 && errno == EINTR)
		;
	close(fd);
}

/*
 * The process that a libvirt pid file is about. libvirt leaves the file locked by the QEMU
 * that it started, so the lock's holder is that QEMU and nobody who got its pid later.
 */
static pid_t pidfile_holder(const char *path)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	int fd = open(path, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return 0;
	if (fcntl(fd, F_GETLK, &lock) || lock.l_type == F_UNLCK)
		lock.l_pid = 0;
	close(fd);
	return lock.l_pid;
}

/* Kills the QEMUs that a libvirt root has pid files of, and waits until they are gone. */
static void kill_machines(const char *libvirt_root)
{
	g_autofree char *dir = g_build_filename(libvirt_root, "run", "qemu", NULL);
	g_autoptr(GDir) entries = g_dir_open(dir, 0, NULL);
	const char *name;

	while (entries && (name = g_dir_read_name(entries))) {
		g_autofree char *path = g_build_filename(dir, name, NULL);
		pid_t pid = g_str_has_suffix(name, ".pid") ? pidfile_holder(path) : 0;

		if (pid > 0 && pid != getpid()) /* driver.pid is locked by us */
			kill_and_wait(pid);
	}
}

/* What cannot be removed keeps its lock file, by which the next bootlab finds it. */
static void reap(const char *path, const char *lock)
{
	g_autofree char *root = g_build_filename(path, "vm", NULL);
	g_autoptr(GError) err = NULL;

	kill_machines(root);
	testbed_reap_recorded(path);
	if (path_remove_tree(path, &err))
		unlink(lock);
	else
		log_warn("%s", err->message);
}

/* A zombie does not live: its files are closed. */
static bool owner_lives(int lock_fd)
{
	char text[32] = "";
	ssize_t n = pread(lock_fd, text, sizeof(text) - 1, 0);
	int fd = n > 0 ? pidfd_open((pid_t)g_ascii_strtoll(text, NULL, 10), 0) : -1;
	struct pollfd gone = {.fd = fd, .events = POLLIN};
	bool lives = fd >= 0 && !poll(&gone, 1, 0);

	if (fd >= 0)
		close(fd);
	return lives;
}

/*
 * Takes over a run folder whose owner is dead; waits for a warden that is already at it. The
 * lock file goes after the folder: where it is no more, nothing is.
 */
static bool reap_if_stale(const char *lock, bool owner_dies)
{
	g_autofree char *folder = g_strndup(lock, strlen(lock) - strlen(LOCK_SUFFIX));
	int fd = open(lock, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return false;
	bool stale = !flock(fd, LOCK_EX | LOCK_NB) ||
		     ((owner_dies || !owner_lives(fd)) && !flock(fd, LOCK_EX));

	if (stale)
		reap(folder, lock);
	close(fd);
	return stale;
}

int rundir_reap_stale(GError **err)
{
	g_autofree char *dir = runs_dir(err);
	g_autoptr(GDir) entries = dir ? g_dir_open(dir, 0, err) : NULL;
	const char *name;
	int reaped = 0;

	if (!entries)
		return -1;
	while ((name = g_dir_read_name(entries))) {
		g_autofree char *path = g_build_filename(dir, name, NULL);

		if (g_str_has_suffix(name, LOCK_SUFFIX) && g_strcmp0(path, mine.lock))
			reaped += reap_if_stale(path, false);
	}
	return reaped;
}

/* The warden: outlives Ctrl-C (a session of its own), ends with the folder reaped. */
static G_GNUC_NORETURN void warden_main(int pipe_fd)
{
	char byte;
	int null = open("/dev/null", O_RDWR);

	setsid();
	signal(SIGTERM, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	for (int fd = 0; fd < 3; fd++)
		dup2(null, fd);
	close(mine.owner_fd);
	while (read(pipe_fd, &byte, 1) < 0 && errno == EINTR)
		;
	/* The pipe may close before the lock is given up: the owner is dying, wait for that. */
	reap_if_stale(mine.lock, true);
	_exit(0);
}

static bool warden_start(GError **err)
{
	int fds[2];

	if (pipe2(fds, O_CLOEXEC))
		return bl_fail_errno(err, "cannot make a pipe");
	mine.warden = fork();
	if (mine.warden < 0)
		return bl_fail_errno(err, "cannot fork");
	if (!mine.warden) {
		close(fds[1]);
		warden_main(fds[0]);
	}
	close(fds[0]);
	mine.warden_fd = fds[1];
	return true;
}

/*
 * Makes the lock file under another name first: a lock file that can be seen is a locked one.
 * The folder comes after it, so that no folder is ever without one.
 */
static bool take_lock(GError **err)
{
	g_autofree char *unseen = g_strconcat(mine.lock, ".new", NULL);

	mine.owner_fd = open(unseen, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (mine.owner_fd < 0 || flock(mine.owner_fd, LOCK_EX) ||
	    dprintf(mine.owner_fd, "%d\n", getpid()) < 0 || rename(unseen, mine.lock) ||
	    mkdir(mine.path, 0700))
		return bl_fail_errno(err, "cannot make %s", mine.path);
	return true;
}

const char *rundir_open(GError **err)
{
	if (mine.path)
		return mine.path;
	g_autofree char *dir = runs_dir(err);

	if (!dir || rundir_reap_stale(err) < 0)
		return NULL;
	mine.path = g_strdup_printf("%s/%d-%08x", dir, getpid(), g_random_int());
	mine.lock = g_strconcat(mine.path, LOCK_SUFFIX, NULL);
	if (!take_lock(err) || !warden_start(err)) {
		rundir_close();
		return NULL;
	}
	return mine.path;
}

void rundir_close(void)
{
	if (!mine.path)
		return;
	reap(mine.path, mine.lock);
	if (mine.owner_fd >= 0)
		close(mine.owner_fd);
	if (mine.warden_fd >= 0) {
		close(mine.warden_fd);
		waitpid(mine.warden, NULL, 0);
	}
	g_free(mine.path);
	g_free(mine.lock);
	mine = (struct run){.owner_fd = -1, .warden_fd = -1};
}
