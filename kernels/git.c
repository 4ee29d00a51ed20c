// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/git.h"

#include "kernels/work.h"
#include "lab/run.h"

GPtrArray *git_command(void)
{
	GPtrArray *argv = work_command();

	work_words(argv, "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null",
		   "GIT_OPTIONAL_LOCKS=0", "git", NULL);
	return argv;
}

static int run_argv(GPtrArray *argv, const struct run_opts *opts, GError **err)
{
	g_ptr_array_add(argv, NULL);
	return run((const char *const *)argv->pdata, opts, err);
}

static void keep_line(const char *line, void *data)
{
	g_string_append_printf(data, "%s\n", line);
}

int git_run(GPtrArray *argv, const char *stdin_path, GString *out, GError **err)
{
	const struct run_opts opts = {
		.cwd = "/", .stdin_path = stdin_path, .line = keep_line, .data = out};

	return run_argv(argv, &opts, err);
}

int git_run_to(GPtrArray *argv, const char *path, GError **err)
{
	const struct run_opts opts = {.cwd = "/", .log = path, .stdout_only = true};

	return run_argv(argv, &opts, err);
}
