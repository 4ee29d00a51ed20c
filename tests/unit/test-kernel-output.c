// SPDX-License-Identifier: GPL-2.0-only
/* What is read in the output of make and git. */
#include "kernels/make.h"
#include "kernels/patch.h"
#include "kernels/warnings.h"
#include "tests/unit/test-kernel-fixture.h"

static void objects_are_counted(void **state)
{
	static const struct {
		const char *line, *object;
	} lines[] = {
		{"  CC      mm/gup.o", "mm/gup.o"},
		{"  CC [M]  fs/9p/9p.o", "fs/9p/9p.o"},
		{"  AS      arch/x86/entry/entry_64.o", "arch/x86/entry/entry_64.o"},
		{"  AR      mm/built-in.a", NULL},
		{"  LD      vmlinux.o", NULL},
		{"  HOSTCC  scripts/sorttable", NULL},
		{"make[1]: Entering directory '/x/build'", NULL},
		{"", NULL},
	};
	struct make_output output;

	(void)state;
	make_output_init(&output);
	for (guint i = 0; i < G_N_ELEMENTS(lines); i++) {
		const char *object = make_output_line(&output, lines[i].line);

		if (lines[i].object)
			assert_string_equal(object, lines[i].object);
		else
			assert_null(object);
	}
	assert_int_equal(output.objects, 3);
	make_output_clear(&output);
}

/* The error shown after these lines; lines end with "\n". */
static char *error_in(const char *text)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	struct make_output output;

	make_output_init(&output);
	for (char **line = lines; line[1]; line++)
		make_output_line(&output, *line);
	char *error = g_strdup(make_output_error(&output));

	make_output_clear(&output);
	return error;
}

static void the_first_compiler_error_is_shown(void **state)
{
	g_autofree char *error = error_in("  CC      mm/gup.o\n"
					  "../mm/gup.c: In function 'f':\n"
					  "../mm/gup.c:12:2: error: 'x' undeclared\n"
					  "   12 |  x = 1;\n"
					  "      |  ^\n"
					  "  CC      mm/mmap.o\n"
					  "../mm/mmap.c:1:2: error: second\n"
					  "more\n"
					  "make[2]: *** [mm/gup.o] Error 1\n");

	(void)state;
	assert_true(g_str_has_prefix(error, "../mm/gup.c:12:2: error: 'x' undeclared\n   12 |  x"));
	assert_null(strstr(error, "mm/mmap.o"));
	assert_null(strstr(error, "Error 1"));
}

static void other_failures_are_shown_too(void **state)
{
	static const char *const lines[] = {
		"../fs/x.c:3:10: fatal error: y.h: No such file or directory",
		"ld: mm/gup.o: in function `f': gup.c:(.text+0x1): undefined reference to `g'",
		"/bin/sh: 1: lz4: not found",
		"make[1]: *** No rule to make target 'x'.  Stop.",
	};

	(void)state;
	for (guint i = 0; i < G_N_ELEMENTS(lines); i++) {
		g_autofree char *text = g_strdup_printf("  CC      a.o\n%s\nlast\n", lines[i]);
		g_autofree char *error = error_in(text);

		assert_true(g_str_has_prefix(error, lines[i]));
	}
	g_autofree char *unknown = error_in("one\ntwo\n");

	assert_string_equal(unknown, "two");
}

static const char patch[] = "Subject: [PATCH] x\n"
			    "---\n"
			    "diff --git a/mm/a.c b/mm/a.c\n"
			    "--- a/mm/a.c\n"
			    "+++ b/mm/a.c\n"
			    "@@ -1,3 +1,3 @@ a\n"
			    " one\n"
			    "-two\n"
			    "+TWO\n"
			    " three\n"
			    "@@ -12,2 +12,3 @@ b\n"
			    " x\n"
			    "+y\n"
			    "diff --git a/mm/b.c b/mm/b.c\n"
			    "--- a/mm/b.c\n"
			    "+++ b/mm/b.c\n"
			    "@@ -1 +1 @@ c\n"
			    "-p\n"
			    "+q\n"
			    "-- \n"
			    "2.39.0\n";

static void the_first_failing_hunk_is_shown(void **state)
{
	static const struct {
		const char *output, *shown;
	} cases[] = {
		{"error: while searching for:\none\nerror: patch failed: mm/a.c:1\nerror: patch failed: "
		 "mm/b.c:1\n",
		 "the first hunk that fails is at mm/a.c:1\n"
		 "@@ -1,3 +1,3 @@ a\n one\n-two\n+TWO\n three"},
		{"error: patch failed: mm/a.c:12\n",
		 "the first hunk that fails is at mm/a.c:12\n@@ -12,2 +12,3 @@ b\n x\n+y"},
		{"error: patch failed: mm/b.c:1\n",
		 "the first hunk that fails is at mm/b.c:1\n@@ -1 +1 @@ c\n-p\n+q"},
		{"Checking patch mm/c.c...\nerror: mm/c.c: No such file or directory\n",
		 "error: mm/c.c: No such file or directory"},
		{"error: corrupt patch at line 9\n", "error: corrupt patch at line 9"},
	};

	(void)state;
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *shown = patch_first_failure(patch, cases[i].output);

		assert_string_equal(shown, cases[i].shown);
	}
}

static void a_patch_tells_its_subject_and_author(void **state)
{
	g_autofree char *file = data_path("series/two/0001-first.patch");
	g_auto(patch_info) info = {0};

	(void)state;
	put("series/two/0001-first.patch", "From: =?UTF-8?q?J=C3=B6rg?= <j@example.org>\n"
					   "Subject: [PATCH v2 1/2] vfio: a subject that\n"
					   " goes on\n\nText.\n---\ndiff --git a/x b/x\n"
					   "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n");
	assert_true(patch_read(file, &info, NULL));
	assert_string_equal(info.subject, "vfio: a subject that goes on");
	assert_string_equal(info.author, "Jörg <j@example.org>");
}

static void a_bare_diff_is_named_by_its_file(void **state)
{
	g_autofree char *file = data_path("series/two/0001-first.patch");
	g_auto(patch_info) info = {0};

	(void)state;
	put("series/two/0001-first.patch", "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n");
	assert_true(patch_read(file, &info, NULL));
	assert_string_equal(info.subject, "0001-first.patch");
	assert_null(info.author);
}

static void files_that_may_hide_others_are_noticed(void **state)
{
	static const struct {
		const char *text;
		bool adds;
	} cases[] = {
		{"--- a/mm/a.c\n+++ b/mm/a.c\n", false},
		{"--- a/mm/a.h\n+++ b/mm/a.h\n", false},
		{"--- /dev/null\n+++ b/mm/a.c\n", false},
		{"--- /dev/null\n+++ b/include/linux/a.h\n", true},
		{"--- /dev/null\n+++ b/mm/Kbuild\n", true},
		{"rename from a.h\nrename to b.h\n", true},
		{"--- a/include/a.h\n+++ /dev/null\n", false},
	};

	(void)state;
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *text = g_strconcat("diff --git a/x b/x\n", cases[i].text, NULL);

		assert_int_equal(patch_adds_files(text), cases[i].adds);
	}
}

static void only_new_warnings_are_told(void **state)
{
	static const char base[] = "  CC      mm/gup.o\n"
				   "../mm/gup.c:12:3: warning: unused variable 'old' [-Wunused]\n"
				   "vmlinux.o: warning: objtool: f+0x12: odd\n";
	static const char same[] = "../mm/gup.c:14:3: warning: unused variable 'old' [-Wunused]\n"
				   "vmlinux.o: warning: objtool: f+0x20: odd\n";
	static const char more[] = "../mm/gup.c:14:3: warning: unused variable 'old' [-Wunused]\n"
				   "../mm/gup.c:20:3: warning: unused variable 'new' [-Wunused]\n"
				   "../mm/gup.c:30:3: warning: unused variable 'new' [-Wunused]\n"
				   "WARNING: modpost: missing MODULE_LICENSE()\n";
	g_auto(GStrv) none = warnings_in(same, base);
	g_auto(GStrv) fresh = warnings_in(more, base);

	(void)state;
	assert_null(none[0]);
	assert_int_equal(g_strv_length(fresh), 2);
	assert_string_equal(fresh[0],
			    "../mm/gup.c:20:3: warning: unused variable 'new' [-Wunused]");
	assert_string_equal(fresh[1], "WARNING: modpost: missing MODULE_LICENSE()");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(objects_are_counted, fill),
		cmocka_unit_test_setup(the_first_compiler_error_is_shown, fill),
		cmocka_unit_test_setup(other_failures_are_shown_too, fill),
		cmocka_unit_test_setup(the_first_failing_hunk_is_shown, fill),
		cmocka_unit_test_setup(a_patch_tells_its_subject_and_author, fill),
		cmocka_unit_test_setup(a_bare_diff_is_named_by_its_file, fill),
		cmocka_unit_test_setup(only_new_warnings_are_told, fill),
		cmocka_unit_test_setup(files_that_may_hide_others_are_noticed, fill),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
