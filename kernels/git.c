// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/git.h"

#include "kernels/work.h"
#include "lab/run.h"

char *git_dir_option(const char *tree, GError **err)
{
	const char *argv[] = {"git", "-C", tree, "rev-parse", "--absolute-git-dir", NULL};
	g_autoptr(GError) why = NULL;
	g_autofree char *dir = run_capture(argv, &why);

	if (dir)
		return g_strconcat("--git-dir=", dir, NULL);
	if (g_error_matches(why, BL_ERROR, BL_ERROR_CANCELLED))
		g_propagate_error(err, g_steal_pointer(&why));
	else
		bl_fail(err, BL_ERROR_INPUT, "%s is no git tree that can be read: see git above",
			tree);
	return NULL;
}

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

int git_run(GPtrArray *argv, const char *stdin_path, GString *out, GError **err)
{
	const struct run_opts opts = {
		.cwd = "/", .stdin_path = stdin_path, .line = run_keep_line, .data = out};

	return run_argv(argv, &opts, err);
}

int git_run_to(GPtrArray *argv, const char *path, GError **err)
{
	const struct run_opts opts = {.cwd = "/", .log = path, .stdout_only = true};

	return run_argv(argv, &opts, err);
}
