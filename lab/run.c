// SPDX-License-Identifier: GPL-2.0-only
#include "lab/run.h"

#include "lab/log.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t interrupted;

static void on_signal(int sig)
{
	(void)sig;
	interrupted = 1;
}

void run_catch_signals(void)
{
	/* No SA_RESTART: poll() must end. */
	struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESETHAND};

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
	signal(SIGPIPE, SIG_IGN);
}

bool run_interrupted(void)
{
	return interrupted;
}

bool run_check_interrupted(GError **err)
{
	if (interrupted)
		return bl_fail(err, BL_ERROR_CANCELLED, "interrupted");
	return true;
}

/* A running child and where its output goes. */
struct child {
	GPid pid;
	int out;
	FILE *log;
	GString *pending; /* the last line, while its newline has not come */
	const struct run_opts *opts;
};

/*
 * Between fork and exec. A process group of its own keeps the terminal's Ctrl-C from it, so
 * that bootlab decides the order in which things end.
 */
static void child_setup(void *data)
{
	const struct run_opts *opts = data;

	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	signal(SIGPIPE, SIG_DFL);
	if (!opts->stdout_only)
		dup2(STDOUT_FILENO, STDERR_FILENO);
}

static char **child_env(const char *const *extra)
{
	char **env = g_get_environ();

	for (int i = 0; extra && extra[i]; i++) {
		const char *value = strchr(extra[i], '=') + 1;
		g_autofree char *name = g_strndup(extra[i], value - 1 - extra[i]);

		env = g_environ_setenv(env, name, value, TRUE);
	}
	return env;
}

static bool child_start(struct child *child, const char *const argv[], GError **err)
{
	const struct run_opts *opts = child->opts;
	g_auto(GStrv) env = child_env(opts->env);
	g_autoptr(GError) why = NULL;
	int in = -1;

	if (opts->stdin_path) {
		in = open(opts->stdin_path, O_RDONLY | O_CLOEXEC);
		if (in < 0)
			return bl_fail_errno(err, "cannot read %s", opts->stdin_path);
	}
	log_command(argv);
	bool ok = g_spawn_async_with_pipes_and_fds(
		opts->cwd, argv, (const char *const *)env,
		G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD, child_setup, (void *)opts, in, -1,
		-1, NULL, NULL, 0, &child->pid, NULL, &child->out, NULL, &why);

	if (in >= 0)
		close(in);
	if (!ok)
		return bl_fail(err, BL_ERROR_SYSTEM, "cannot run %s: %s", argv[0], why->message);
	return true;
}

static void take_line(struct child *child, const char *line)
{
	if (child->opts->line)
		child->opts->line(line, child->opts->data);
}

/* Passes on the whole lines that have come so far. */
static void take_output(struct child *child, const char *data, size_t len)
{
	char *newline;

	if (child->log)
		fwrite(data, 1, len, child->log);
	if (!child->opts->line && !child->log)
		fwrite(data, 1, len, stderr);
	g_string_append_len(child->pending, data, len);
	while ((newline = memchr(child->pending->str, '\n', child->pending->len))) {
		*newline = '\0';
		take_line(child, child->pending->str);
		g_string_erase(child->pending, 0, newline + 1 - child->pending->str);
	}
}

/* Reads the child's output to its end. false if a signal came to us first. */
static bool child_drain(struct child *child)
{
	char buffer[16384];

	while (!interrupted) {
		struct pollfd pfd = {.fd = child->out, .events = POLLIN};

		/* The timeout bounds how late a signal that came before poll() is seen. */
		if (poll(&pfd, 1, 500) <= 0)
			continue;
		ssize_t n = read(child->out, buffer, sizeof(buffer));

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		take_output(child, buffer, n);
	}
	if (child->pending->len)
		take_line(child, child->pending->str);
	return !interrupted;
}

static int child_status(int status)
{
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int run(const char *const argv[], const struct run_opts *opts, GError **err)
{
	static const struct run_opts defaults;
	struct child child = {.opts = opts ? opts : &defaults};
	int status = -1;

	if (!run_check_interrupted(err))
		return -1;
	if (child.opts->log) {
		child.log = fopen(child.opts->log, "ae");
		if (!child.log) {
			bl_fail_errno(err, "cannot write %s", child.opts->log);
			return -1;
		}
	}
	if (child_start(&child, argv, err)) {
		child.pending = g_string_new(NULL);
		bool ended = child_drain(&child);

		if (!ended)
			kill(-child.pid, SIGTERM);
		while (waitpid(child.pid, &status, 0) < 0 && errno == EINTR)
			;
		status = ended ? child_status(status) : -1;
		if (!ended)
			run_check_interrupted(err);
		close(child.out);
		g_string_free(child.pending, TRUE);
	}
	if (child.log)
		fclose(child.log);
	return status;
}

void run_keep_line(const char *line, void *data)
{
	GString *text = data;

	g_string_append(text, line);
	g_string_append_c(text, '\n');
}

char *run_capture(const char *const argv[], GError **err)
{
	g_autoptr(GString) text = g_string_new(NULL);
	struct run_opts opts = {.line = run_keep_line, .data = text, .stdout_only = true};
	int status = run(argv, &opts, err);

	if (status) {
		if (status > 0)
			bl_fail(err, BL_ERROR_SYSTEM, "%s ended with status %d", argv[0], status);
		return NULL;
	}
	if (text->len)
		g_string_truncate(text, text->len - 1);
	return g_string_free(g_steal_pointer(&text), FALSE);
}
