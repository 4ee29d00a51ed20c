// SPDX-License-Identifier: GPL-2.0-only
#include "lab/progress.h"
#include "tests/unit/cmocka.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* What fn writes to stderr, which is no terminal then. g_free it. */
static char *stderr_of(void (*fn)(void))
{
	g_autofree char *path = NULL;
	int file = g_file_open_tmp("bootlab-test-XXXXXX", &path, NULL);
	int saved = dup(STDERR_FILENO);
	char *text = NULL;

	dup2(file, STDERR_FILENO);
	fn();
	dup2(saved, STDERR_FILENO);
	close(file);
	close(saved);
	assert_true(g_file_get_contents(path, &text, NULL, NULL));
	g_unlink(path);
	return text;
}

static void twenty_steps(void)
{
	progress_begin("work", "steps", 20);
	for (guint i = 1; i <= 20; i++)
		progress_update(i, "a step");
	progress_end("done");
}

static void plain_lines_come_at_each_tenth(void **state)
{
	(void)state;
	g_autofree char *text = stderr_of(twenty_steps);
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

	assert_int_equal(g_strv_length(lines), 1 + 10 + 1 + 1);
	assert_string_equal(lines[0], "work: 0 of 20 steps");
	assert_string_equal(lines[1], "work: 2 of 20 steps (a step)");
	assert_non_null(strstr(lines[11], "work: done, "));
}

static void one_within_another(void)
{
	progress_begin("outer", "samples", 2);
	progress_begin("inner", "MiB", 1);
	progress_end("warm");
	progress_update(1, NULL);
	progress_end("done");
	progress_update(2, NULL); /* nothing is under way: says nothing */
}

static void the_outer_phase_goes_on_after_the_inner(void **state)
{
	(void)state;
	g_autofree char *text = stderr_of(one_within_another);
	const char *inner = strstr(text, "inner: warm");

	assert_non_null(inner);
	assert_non_null(strstr(inner, "outer: 1 of 2 samples"));
	assert_non_null(strstr(inner, "outer: done"));
	assert_null(strstr(text, "2 of 2"));
}

/* Ten of them took a second and a bit: for the last ten as much is left, not a tenth of it. */
static void the_rest_of_many(void)
{
	progress_begin_from("work", "steps", 100, 120);
	g_usleep(1100000);
	progress_update(110, NULL);
	progress_update(120, NULL);
	progress_end("done");
}

static void what_was_done_before_took_no_time(void **state)
{
	(void)state;
	g_autofree char *text = stderr_of(the_rest_of_many);
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

	assert_string_equal(lines[0], "work: 100 of 120 steps");
	assert_non_null(g_strstr_len(lines[1], -1, "work: 110 of 120 steps, "));
	assert_null(strstr(lines[1], " 0 s left"));
	assert_non_null(strstr(lines[2], "120 of 120"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_lines_come_at_each_tenth),
		cmocka_unit_test(the_outer_phase_goes_on_after_the_inner),
		cmocka_unit_test(what_was_done_before_took_no_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
