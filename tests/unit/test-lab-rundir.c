// SPDX-License-Identifier: GPL-2.0-only
#include "lab/paths.h"
#include "lab/pool.h"
#include "lab/rundir.h"
#include "tests/unit/cmocka.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

/* Stands for QEMU: holds a lock on its pid file, as libvirt leaves it, and lives on. */
static pid_t start_machine(const char *run_folder)
{
	g_autofree char *dir = g_build_filename(run_folder, "vm", "run", "qemu", NULL);
	g_autofree char *path = g_build_filename(dir, "machine.pid", NULL);
	int ready[2];
	char byte;

	assert_int_equal(g_mkdir_with_parents(dir, 0700), 0);
	assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
	pid_t pid = fork();

	if (!pid) {
		struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
		int fd = open(path, O_RDWR | O_CREAT, 0600);

		setsid();
		if (fcntl(fd, F_SETLK, &lock) || write(ready[1], "x", 1) != 1)
			_exit(1);
		execlp("sleep", "sleep", "1000", NULL); /* the lock is kept; our own files close */
		_exit(1);
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	close(ready[1]);
	return pid;
}

/* Waits until a process that may not be our child is gone; a minute at most. */
static bool wait_gone(int pidfd)
{
	struct pollfd pfd = {.fd = pidfd, .events = POLLIN};

	return poll(&pfd, 1, 60000) == 1;
}

static void closing_kills_the_machines_and_removes_the_folder(void **state)
{
	int status;

	(void)state;
	g_autofree char *folder = g_strdup(rundir_open(NULL));
	pid_t machine = start_machine(folder);

	rundir_close();
	assert_int_equal(waitpid(machine, &status, 0), machine);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	assert_false(g_file_test(folder, G_FILE_TEST_EXISTS));
}

/* A bootlab that opens a run folder with a machine in it, and is killed without a chance. */
static char *run_and_die(int *machine_fd)
{
	char text[4096] = "";
	int answer[2];

	assert_int_equal(pipe2(answer, O_CLOEXEC), 0);
	pid_t owner = fork();

	if (!owner) {
		const char *folder = rundir_open(NULL);
		pid_t machine = start_machine(folder);

		dprintf(answer[1], "%d %s", machine, folder);
		raise(SIGKILL);
	}
	assert_true(read(answer[0], text, sizeof(text) - 1) > 0);
	close(answer[0]);
	close(answer[1]);
	*machine_fd = pidfd_open(atoi(text), 0);
	waitpid(owner, NULL, 0);
	return g_strdup(strchr(text, ' ') + 1);
}

static void the_warden_reaps_after_sigkill(void **state)
{
	int machine;

	(void)state;
	g_autofree char *folder = run_and_die(&machine);

	assert_true(wait_gone(machine));
	close(machine);
	/* The folder goes last: the next bootlab's reaping waits for a warden that is at it. */
	assert_int_not_equal(rundir_reap_stale(NULL), -1);
	assert_false(g_file_test(folder, G_FILE_TEST_EXISTS));
}

static void a_folder_in_use_is_left_alone(void **state)
{
	(void)state;
	const char *folder = rundir_open(NULL);
	pid_t other = fork();
	int status;

	if (!other)
		_exit(rundir_reap_stale(NULL) < 0);
	assert_int_equal(waitpid(other, &status, 0), other);
	assert_int_equal(status, 0);
	assert_true(g_file_test(folder, G_FILE_TEST_IS_DIR));
	rundir_close();
}

#define LEASE (3ULL << 20)

static void a_pool_file_is_one_testbeds_at_a_time_and_stays_warm(void **state)
{
	(void)state;
	PoolLease *first = pool_take(LEASE, NULL);
	PoolLease *second = pool_take(LEASE, NULL);

	assert_string_not_equal(first->path, second->path);
	g_autofree char *path = g_strdup(first->path);

	pool_release(first);
	first = pool_take(LEASE, NULL);
	assert_string_equal(first->path, path);
	/* One in use is not given back; one that is not, is. */
	pool_release(second);
	assert_true(pool_free(NULL) >= (gint64)LEASE);
	assert_true(g_file_test(path, G_FILE_TEST_EXISTS));
	pool_release(first);
	assert_true(pool_free(NULL) >= (gint64)LEASE);
	assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
}

static void more_than_the_machine_has_is_refused(void **state)
{
	g_autoptr(GError) err = NULL;

	(void)state;
	assert_null(pool_take(1ULL << 50, &err));
	assert_non_null(strstr(err->message, "no room"));
	pool_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(closing_kills_the_machines_and_removes_the_folder),
		cmocka_unit_test(the_warden_reaps_after_sigkill),
		cmocka_unit_test(a_folder_in_use_is_left_alone),
		cmocka_unit_test(a_pool_file_is_one_testbeds_at_a_time_and_stays_warm),
		cmocka_unit_test(more_than_the_machine_has_is_refused),
	};
	g_autofree char *tmp = g_dir_make_tmp("bootlab-test-XXXXXX", NULL);

	/* Away from the run folders and the pool of this user's real runs. */
	g_setenv("TMPDIR", tmp, TRUE);
	g_setenv("BOOTLAB_POOL", tmp, TRUE);
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	path_remove_tree(tmp, NULL);
	return failed;
}
