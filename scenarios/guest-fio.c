// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/guest-fio.h"

#include "collectors/channel.h"
#include "collectors/fail.h"
#include "collectors/mounts.h"
#include "collectors/sys.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define DRIVE	      "/dev/nvme0n1"
#define DRIVE_WAIT_S  30
#define LOOK_AGAIN_NS 10000000

const char guest_fio_path[] = "/usr/bin/fio";

/* The words of fio's command line that the guest's own gives. */
struct fio_words {
	char size[40], block[40], depth[40];
};

static int take_word(const char *cmdline, const char *key, const char *option, char *word,
		     size_t size)
{
	char value[24];

	if (!word_value(cmdline, key, value, sizeof(value)))
		return fail(0, "no %s on the command line", key);
	snprintf(word, size, "--%s=%s", option, value);
	return 0;
}

static int take_words(const char *cmdline, struct fio_words *words)
{
	int rc = take_word(cmdline, "bootlab.fio_size", "size", words->size, sizeof(words->size));

	if (!rc)
		rc = take_word(cmdline, "bootlab.fio_block", "bs", words->block,
			       sizeof(words->block));
	return rc ? rc
		  : take_word(cmdline, "bootlab.fio_depth", "iodepth", words->depth,
			      sizeof(words->depth));
}

/* The driver looks for drives on its own time. */
static int wait_for_drive(void)
{
	const struct timespec pause = {.tv_nsec = LOOK_AGAIN_NS};
	int64_t deadline = now_ns() + DRIVE_WAIT_S * NSEC_PER_SEC;

	while (access(DRIVE, R_OK | W_OK) < 0) {
		if (now_ns() > deadline)
			return fail(errno, DRIVE);
		nanosleep(&pause, NULL);
	}
	return 0;
}

/* In the child. Returns only if it cannot become fio. */
static int become_fio(const struct fio_words *words, int port)
{
	const char *const argv[] = {"fio",
				    "--name=guest",
				    "--filename=" DRIVE,
				    "--ioengine=libaio",
				    "--direct=1",
				    "--rw=randwrite",
				    words->size,
				    words->block,
				    words->depth,
				    "--verify=crc32c",
				    "--verify_fatal=1",
				    "--verify_state_save=0",
				    "--eta=never",
				    "--output-format=json",
				    NULL};
	const char *const environment[] = {"PATH=/usr/bin:/bin", "LANG=C.UTF-8", NULL};
	int rc = mounts_enter_host();

	if (rc < 0)
		return rc;
	dup2(port, STDOUT_FILENO);
	execve(guest_fio_path, (char *const *)argv, (char *const *)environment);
	return -errno;
}

static int run_fio(const struct fio_words *words, int port, int *status)
{
	pid_t pid = fork();
	int rc;

	if (!pid) {
		rc = become_fio(words, port);
		fprintf(stderr, "fio: %s\n", strerror(-rc));
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, status, 0) < 0)
		return fail(errno, "a process for fio");
	return 0;
}

void guest_fio(const char *cmdline)
{
	struct fio_words words;
	char size[24];
	int port, rc, status = 0;

	if (!word_value(cmdline, "bootlab.fio_size", size, sizeof(size)))
		return;
	rc = take_words(cmdline, &words);
	port = rc ? rc : channel_open();
	rc = port < 0 ? port : mounts_host_root();
	if (!rc)
		rc = wait_for_drive();
	if (!rc) {
		printf("%s\n", GUEST_FIO_START);
		fflush(stdout);
		rc = run_fio(&words, port, &status);
	}
	if (rc)
		printf("%s%s\n", GUEST_FIO_FAIL, fail_reason());
	else
		printf("%s%d\n", GUEST_FIO_END,
		       WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
	fflush(stdout);
}
