// SPDX-License-Identifier: GPL-2.0-only
/* Sources that are not Debian's: a tarball, and a git tree at any revision, left as it is. */
#include "kernels/source.h"
#include "lab/run.h"
#include "tests/unit/test-kernel-fixture.h"

/* What makes a folder the source of a kernel. */
static const char *const tree_files[] = {"Makefile", "Kbuild", "scripts/kconfig/merge_config.sh"};

static void put_tree(const char *name)
{
	for (guint i = 0; i < G_N_ELEMENTS(tree_files); i++) {
		g_autofree char *file = g_build_filename(name, tree_files[i], NULL);

		put(file, "one\n");
	}
}

#define RUN(...) assert_int_equal(run((const char *const[]){__VA_ARGS__, NULL}, &quiet, NULL), 0)

static void ignore(const char *line, void *data)
{
	(void)line, (void)data;
}

static const struct run_opts quiet = {.line = ignore};

static void commit(const char *tree, const char *message)
{
	RUN("git", "-C", tree, "add", "--all");
	RUN("git", "-C", tree, "-c", "user.name=A", "-c", "user.email=a@example.org", "commit",
	    "--quiet", "--message", message);
}

static void put_base(const char *source)
{
	g_autofree char *text = g_strdup_printf("name: mine\nsummary: My tree\nsource: %s\n"
						"arch: x86_64\nconfigs: [small]\n",
						source);

	put("bases/mine.yaml", text);
}

/* A git tree whose first commit says "one" in its Makefile, and whose second "two". */
static char *put_git_tree(void)
{
	char *tree = data_path("tree");

	put_tree("tree");
	RUN("git", "init", "--quiet", tree);
	commit(tree, "first");
	RUN("git", "-C", tree, "tag", "first");
	put("tree/Makefile", "two\n");
	commit(tree, "second");
	put_base("{git: ../tree}");
	return tree;
}

/* The Makefile of the unpacked source of a kernel. */
static char *unpacked_makefile(const char *name)
{
	g_autoptr(Kernel) kernel = kernel_find(name, NULL);
	g_autofree char *hash = source_hash(kernel, NULL);

	assert_non_null(hash);
	g_autofree char *tree = source_tree(kernel, hash, NULL);

	assert_non_null(tree);
	g_autofree char *file = g_build_filename(tree, "Makefile", NULL);
	char *text = NULL;

	assert_true(g_file_get_contents(file, &text, NULL, NULL));
	return text;
}

static void a_revision_of_a_git_tree_is_unpacked(void **state)
{
	g_autofree char *tree = put_git_tree();
	g_autofree char *head = unpacked_makefile("mine");
	g_autofree char *first = unpacked_makefile("mine@first");

	(void)state;
	assert_string_equal(head, "two\n");
	assert_string_equal(first, "one\n");
}

static void the_user_s_tree_stays_as_it_is(void **state)
{
	g_autofree char *tree = put_git_tree();
	const char *const status[] = {"git", "-C", tree, "status", "--short", "--branch", NULL};

	(void)state;
	put("tree/Makefile", "not committed\n");
	put("tree/new", "not even added\n");
	g_autofree char *before = run_capture(status, NULL);
	g_autofree char *index = g_build_filename(tree, ".git", "index", NULL);
	g_autofree char *index_before = path_sha256(index, NULL);
	g_autofree char *text = unpacked_makefile("mine");
	g_autofree char *index_after = path_sha256(index, NULL);
	g_autofree char *after = run_capture(status, NULL);

	assert_string_equal(text, "two\n");
	assert_string_equal(before, after);
	assert_string_equal(index_before, index_after);
}

static void equal_trees_of_two_commits_are_one_source(void **state)
{
	g_autofree char *tree = put_git_tree();
	g_autoptr(Kernel) second = kernel_find("mine", NULL);
	g_autofree char *before = source_hash(second, NULL);
	g_autofree char *commit_before = source_commit(&second->source, NULL);

	(void)state;
	RUN("git", "-C", tree, "-c", "user.name=A", "-c", "user.email=a@example.org", "commit",
	    "--quiet", "--allow-empty", "--message", "third");
	g_autofree char *after = source_hash(second, NULL);
	g_autofree char *commit_after = source_commit(&second->source, NULL);

	assert_string_equal(before, after);
	assert_string_not_equal(commit_before, commit_after);
}

static void a_tarball_is_unpacked(void **state)
{
	g_autofree char *folder_of_it = data_path("");
	g_autofree char *tarball = data_path("linux.tar.xz");

	(void)state;
	put_tree("linux");
	RUN("tar", "--create", "--xz", "--file", tarball, "--directory", folder_of_it, "linux");
	put_base("{tarball: ../linux.tar.xz}");
	g_autofree char *text = unpacked_makefile("mine");

	assert_string_equal(text, "one\n");
}

/* The error of a source that cannot be used. */
static char *refused(const char *name)
{
	g_autoptr(Kernel) kernel = kernel_find(name, NULL);
	g_autoptr(GError) err = NULL;
	g_autofree char *hash = source_hash(kernel, &err);
	g_autofree char *tree = hash ? source_tree(kernel, hash, &err) : NULL;

	assert_null(tree);
	return g_strdup(err->message);
}

static void what_is_no_source_is_refused(void **state)
{
	g_autofree char *tree = put_git_tree();

	(void)state;
	g_autofree char *no_revision = refused("mine@v9.9");

	assert_has(no_revision, "cannot find v9.9 in the git tree");
	put_base("{git: ../none}");
	g_autofree char *no_tree = refused("mine");

	assert_has(no_tree, "cannot find HEAD in the git tree");
	put_base("{tarball: ../none.tar.xz}");
	g_autofree char *no_tarball = refused("mine");

	assert_has(no_tarball, "there is no tarball");
	put("cut.tar.xz", "no archive");
	put_base("{tarball: ../cut.tar.xz}");
	g_autofree char *no_archive = refused("mine");

	assert_has(no_archive, "cannot unpack");
}

static void a_tarball_of_something_else_is_refused(void **state)
{
	g_autofree char *folder_of_it = data_path("");
	g_autofree char *tarball = data_path("other.tar");

	(void)state;
	put("other/Makefile", "all:\n");
	RUN("tar", "--create", "--file", tarball, "--directory", folder_of_it, "other");
	put_base("{tarball: ../other.tar}");
	g_autofree char *why = refused("mine");

	assert_has(why, "other.tar is no source of a kernel: there is no Kbuild in it");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_revision_of_a_git_tree_is_unpacked, fill),
		cmocka_unit_test_setup(the_user_s_tree_stays_as_it_is, fill),
		cmocka_unit_test_setup(equal_trees_of_two_commits_are_one_source, fill),
		cmocka_unit_test_setup(a_tarball_is_unpacked, fill),
		cmocka_unit_test_setup(what_is_no_source_is_refused, fill),
		cmocka_unit_test_setup(a_tarball_of_something_else_is_refused, fill),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
