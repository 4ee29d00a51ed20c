// SPDX-License-Identifier: GPL-2.0-only
#include "lab/paths.h"
#include "lab/run.h"
#include "tests/unit/cmocka.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void keep_line(const char *line, void *data)
{
	g_ptr_array_add(data, g_strdup(line));
}

static void lines_come_whole_and_status_is_the_programs(void **state)
{
	const char *const argv[] = {"sh", "-c", "printf 'a\\nb'; echo c >&2; exit 3", NULL};
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
	struct run_opts opts = {.line = keep_line, .data = lines};

	(void)state;
	assert_int_equal(run(argv, &opts, NULL), 3);
	assert_int_equal(lines->len, 2);
	assert_string_equal(lines->pdata[0], "a");
	assert_string_equal(lines->pdata[1], "bc"); /* stderr is the same stream */
}

static void arguments_are_no_shell_text(void **state)
{
	const char *const argv[] = {"printf", "%s", "$(id); a b", NULL};
	g_autofree char *text = run_capture(argv, NULL);

	(void)state;
	assert_string_equal(text, "$(id); a b");
}

static void a_program_that_is_not_there_is_an_error(void **state)
{
	const char *const argv[] = {"bootlab-no-such-program", NULL};
	g_autoptr(GError) err = NULL;

	(void)state;
	assert_int_equal(run(argv, NULL, &err), -1);
	assert_non_null(strstr(err->message, "bootlab-no-such-program"));
}

static void a_signal_ends_the_child_too(void **state)
{
	g_autofree char *folder = g_dir_make_tmp("bootlab-test-XXXXXX", NULL);
	g_autofree char *file = g_build_filename(folder, "pid", NULL);
	const char *const argv[] = {"sh", "-c", "echo $$ >\"$0\"; kill -INT $PPID; exec sleep 1000",
				    file, NULL};
	struct run_opts opts = {0};
	g_autoptr(GError) err = NULL;

	(void)state;
	/* In a process of its own: the signal's mark stays set. */
	pid_t pid = fork();

	if (!pid) {
		run_catch_signals();
		int status = run(argv, &opts, &err);
		g_autofree char *text = NULL;
		bool gone = g_file_get_contents(file, &text, NULL, NULL) && atoi(text) > 0 &&
			    kill(atoi(text), 0) != 0;

		_exit(status == -1 && gone && g_error_matches(err, BL_ERROR, BL_ERROR_CANCELLED)
			      ? 0
			      : 1);
	}
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	path_remove_tree(folder, NULL);
}

static void a_second_signal_kills(void **state)
{
	int status;

	(void)state;
	pid_t pid = fork();

	if (!pid) {
		run_catch_signals();
		raise(SIGTERM);
		if (!run_interrupted())
			_exit(1);
		raise(SIGTERM);
		_exit(2);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGTERM);
}

static void names_that_leave_a_folder_are_not_safe(void **state)
{
	(void)state;
	assert_true(path_safe_name("6.1+pfnmap-fast"));
	assert_false(path_safe_name(NULL));
	assert_false(path_safe_name(""));
	assert_false(path_safe_name(".."));
	assert_false(path_safe_name(".hidden"));
	assert_false(path_safe_name("a/b"));
	assert_false(path_safe_name("a b"));
	assert_false(path_safe_name("a\n"));
}

static void a_tree_is_removed_without_following_links(void **state)
{
	g_autofree char *outside = g_dir_make_tmp("bootlab-test-XXXXXX", NULL);
	g_autofree char *tree = g_dir_make_tmp("bootlab-test-XXXXXX", NULL);
	g_autofree char *kept = g_build_filename(outside, "kept", NULL);
	g_autofree char *link = g_build_filename(tree, "link", NULL);

	(void)state;
	assert_true(g_file_set_contents(kept, "x", 1, NULL));
	assert_int_equal(symlink(outside, link), 0);
	assert_true(path_remove_tree(tree, NULL));
	assert_false(g_file_test(tree, G_FILE_TEST_EXISTS));
	assert_true(g_file_test(kept, G_FILE_TEST_EXISTS));
	assert_true(path_remove_tree(outside, NULL));
	assert_true(path_remove_tree(outside, NULL)); /* missing is success */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_come_whole_and_status_is_the_programs),
		cmocka_unit_test(arguments_are_no_shell_text),
		cmocka_unit_test(a_program_that_is_not_there_is_an_error),
		cmocka_unit_test(a_signal_ends_the_child_too),
		cmocka_unit_test(a_second_signal_kills),
		cmocka_unit_test(names_that_leave_a_folder_are_not_safe),
		cmocka_unit_test(a_tree_is_removed_without_following_links),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
