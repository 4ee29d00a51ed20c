// SPDX-License-Identifier: GPL-2.0-only
#include "collectors/child.h"

#include "collectors/collector.h"
#include "collectors/emit.h"
#include "collectors/fail.h"
#include "collectors/loop.h"
#include "collectors/mounts.h"
#include "collectors/sys.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *const environment[] = {"PATH=/usr/bin:/usr/sbin:/bin:/sbin", "LANG=C.UTF-8",
					  "HOME=/dev/shm", "TMPDIR=/dev/shm", NULL};

/* What the child tells before it is another program: when that was, or why not. */
struct exec_report {
	int64_t exec_ns;
	int err;
};

struct pipes {
	int in[2], out[2], err[2], report[2], go[2];
};

/* Pinned guest memory counts as locked, and there is no reason here to limit it. */
static int lift_limits(void)
{
	const struct rlimit unlimited = {RLIM_INFINITY, RLIM_INFINITY};

	return setrlimit(RLIMIT_MEMLOCK, &unlimited) < 0 ? -errno : 0;
}

/* In the child: returns when collectors have attached to it, which the pipe's end tells. */
static int wait_for_go(const struct pipes *pipes)
{
	char none;

	close(pipes->go[1]);
	while (read(pipes->go[0], &none, 1) < 0)
		if (errno != EINTR)
			return -errno;
	return 0;
}

/* In the child. Returns only if it cannot become the program. */
static int become(const struct child_spec *spec, const struct pipes *pipes)
{
	struct exec_report report = {0};
	sigset_t none;
	int rc = lift_limits();

	if (!rc && spec->on_host_root)
		rc = mounts_enter_host();
	if (rc < 0)
		return rc;
	dup2(pipes->in[0], STDIN_FILENO);
	dup2(pipes->out[1], STDOUT_FILENO);
	dup2(pipes->err[1], STDERR_FILENO);
	for (const int *fd = spec->keep_fds; fd && *fd >= 0; fd++)
		fcntl(*fd, F_SETFD, 0);
	signal(SIGPIPE, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	rc = wait_for_go(pipes);
	if (rc < 0)
		return rc;
	report.exec_ns = now_ns();
	rc = sys_write_all(pipes->report[1], &report, sizeof(report));
	if (rc < 0)
		return rc;
	execve(spec->path, (char *const *)spec->argv, (char *const *)environment);
	return -errno;
}

static int open_pipes(struct pipes *pipes)
{
	if (pipe2(pipes->in, O_CLOEXEC) < 0 || pipe2(pipes->out, O_CLOEXEC) < 0 ||
	    pipe2(pipes->err, O_CLOEXEC) < 0 || pipe2(pipes->report, O_CLOEXEC) < 0 ||
	    pipe2(pipes->go, O_CLOEXEC) < 0)
		return fail(errno, "pipe");
	return 0;
}

/* The report pipe closes on execve(): a second report can only be a failure. */
static int read_report(struct child *child, int fd)
{
	struct exec_report report;
	int err = 0;

	while (read(fd, &report, sizeof(report)) == sizeof(report)) {
		child->exec_ns = report.exec_ns;
		err = report.err;
	}
	close(fd);
	return err ? fail(err, "cannot run %s", child->spec->path) : 0;
}

static int log_line(char *line, void *data)
{
	struct child *child = data;

	snprintf(child->last_words, sizeof(child->last_words), "%s", line);
	emit_log(child->spec->name, line);
	return 0;
}

static int drain(struct lines *lines, int fd)
{
	int rc;

	do {
		rc = lines_read(lines, fd);
	} while (rc > 0);
	return rc;
}

static int on_stdout(int fd, void *data)
{
	struct child *child = data;
	int rc = lines_read(&child->out, fd);

	if (rc != -EPIPE)
		return rc;
	loop_del(fd);
	return 0;
}

static int on_stderr(int fd, void *data)
{
	struct child *child = data;
	int rc = lines_read(&child->err, fd);

	if (rc != -EPIPE)
		return rc;
	loop_del(fd);
	return 0;
}

/* What it wrote last may still be in the pipes; a grandchild may hold them open: drain, go on. */
static int on_exit_of(int fd, void *data)
{
	struct child *child = data;
	int rc;

	child->exit_ns = now_ns();
	loop_del(fd);
	loop_del(child->out_fd);
	loop_del(child->err_fd);
	drain(&child->err, child->err_fd);
	rc = drain(&child->out, child->out_fd);
	if (wait4(child->pid, &child->status, 0, &child->usage) < 0)
		return fail(errno, "wait4 for %s", child->spec->name);
	child->ended = true;
	return rc == -EPIPE ? 0 : rc;
}

static int watch(struct child *child, const struct pipes *pipes)
{
	int rc;

	child->in = pipes->in[1];
	child->out_fd = pipes->out[0];
	child->err_fd = pipes->err[0];
	fcntl(child->out_fd, F_SETFL, O_NONBLOCK);
	fcntl(child->err_fd, F_SETFL, O_NONBLOCK);
	child->out.line = child->spec->line ? child->spec->line : log_line;
	child->out.data = child->spec->line ? child->spec->data : child;
	child->err.line = log_line;
	child->err.data = child;
	child->pidfd = syscall(SYS_pidfd_open, child->pid, 0);
	if (child->pidfd < 0)
		return fail(errno, "pidfd_open");
	rc = loop_add(child->out_fd, on_stdout, child);
	if (!rc)
		rc = loop_add(child->err_fd, on_stderr, child);
	if (!rc)
		rc = loop_add(child->pidfd, on_exit_of, child);
	return rc;
}

/* Lets collectors attach, then the child be a program; where they cannot, it never will be. */
static int let_go(struct child *child, const struct pipes *pipes)
{
	int rc = child->spec->watched ? collectors_attach(child->pid) : 0;

	if (rc)
		kill(child->pid, SIGKILL);
	close(pipes->go[1]);
	return rc;
}

int child_start(struct child *child, const struct child_spec *spec)
{
	struct exec_report report = {0};
	struct pipes pipes;
	int rc = open_pipes(&pipes);

	if (rc)
		return rc;
	*child = (struct child){.spec = spec};
	child->pid = fork();
	if (child->pid < 0)
		return fail(errno, "fork");
	if (!child->pid) {
		report.err = -become(spec, &pipes);
		sys_write_all(pipes.report[1], &report, sizeof(report));
		_exit(127);
	}
	close(pipes.in[0]);
	close(pipes.out[1]);
	close(pipes.err[1]);
	close(pipes.report[1]);
	close(pipes.go[0]);
	rc = let_go(child, &pipes);
	if (!rc)
		rc = read_report(child, pipes.report[0]);
	return rc ? rc : watch(child, &pipes);
}

static int wait_end(struct child *child, int64_t deadline)
{
	int rc = loop_until(&child->ended, deadline), status = child->status;
	const char *name = child->spec->name, *words = child->last_words;
	const char *colon = *words ? ": " : "";

	if (rc == -ETIMEDOUT) {
		rc = fail(0, "%s was still running at the deadline%s%s", name, colon, words);
		kill(child->pid, SIGKILL);
		loop_until(&child->ended, INT64_MAX);
		return rc;
	}
	if (rc < 0)
		return fail(-rc, "%s", name);
	if (WIFSIGNALED(status))
		return fail(0, "%s was killed by signal %d (%s)%s%s", name, WTERMSIG(status),
			    strsignal(WTERMSIG(status)), colon, words);
	if (WEXITSTATUS(status))
		return fail(0, "%s exited with status %d%s%s", name, WEXITSTATUS(status), colon,
			    words);
	return 0;
}

int child_wait(struct child *child, int64_t deadline)
{
	int rc = wait_end(child, deadline), seen = 0;

	if (child->spec->watched && child->ended)
		seen = collectors_ended(child);
	return rc ? rc : seen;
}

void child_end_all(void)
{
	kill(-1, SIGKILL);
	while (wait(NULL) > 0 || errno == EINTR)
		;
}
