// SPDX-License-Identifier: GPL-2.0-only
/* Bases and series as YAML describes them and kernels as names make them: what is read, and
 * what is said of what is wrong. */
#include "kernels/series.h"
#include "tests/unit/test-kernel-fixture.h"

static void a_base_is_read(void **state)
{
	g_autoptr(Kernel) kernel = kernel_find("one", NULL);

	(void)state;
	assert_non_null(kernel);
	assert_string_equal(kernel->summary, "A kernel");
	assert_string_equal(kernel->base, "one");
	assert_string_equal(kernel->source.debian, "linux-source-0.0");
	assert_string_equal(kernel->configs[0], "small");
	assert_null(kernel->configs[1]);
	assert_null(kernel->series);
	assert_int_equal(kernel->patches, 0);
	assert_null(kernel->patch_files[0]);
}

static void a_series_adds_its_patches(void **state)
{
	g_autoptr(Kernel) kernel = kernel_find("one+two", NULL);

	(void)state;
	assert_non_null(kernel);
	assert_string_equal(kernel->summary, "Two patches");
	assert_string_equal(kernel->base, "one");
	assert_string_equal(kernel->series, "two");
	assert_string_equal(kernel->scenario, "some");
	assert_int_equal(kernel->patches, 2);
	assert_true(g_str_has_suffix(kernel->patch_files[0], "/two/0001-first.patch"));
	assert_true(g_str_has_suffix(kernel->patch_files[1], "/two/0002-second.patch"));
	assert_null(kernel->patch_files[2]);
}

static void a_number_after_the_name_takes_the_first_so_many(void **state)
{
	(void)state;
	for (guint n = 1; n <= 2; n++) {
		g_autofree char *name = g_strdup_printf("one+two/%u", n);
		g_autoptr(Kernel) kernel = kernel_find(name, NULL);

		assert_non_null(kernel);
		assert_string_equal(kernel->name, name);
		assert_int_equal(kernel->patches, n);
		assert_int_equal(kernel->series_patches, 2);
		assert_int_equal(g_strv_length(kernel->patch_files), n);
		assert_int_equal(kernel_has_knob(kernel, "threads"), n == 2);
		assert_false(kernel_has_knob(kernel, "other"));
	}
}

static void each_patch_is_all_prefixes(void **state)
{
	static char *const names[] = {"one", "one+two", "one+two/1", NULL};
	g_auto(GStrv) same = kernel_expand(names, false, NULL);
	g_auto(GStrv) all = kernel_expand(names, true, NULL);
	g_autofree char *before = g_strjoinv(" ", same);
	g_autofree char *after = g_strjoinv(" ", all);

	(void)state;
	assert_string_equal(before, "one one+two one+two/1");
	assert_string_equal(after, "one one+two/1 one+two/2 one+two/1");
}

static void a_fragment_is_merged_last(void **state)
{
	(void)state;
	put("configs/debug.config", "CONFIG_DEBUG=y\n");
	g_autoptr(Kernel) kernel = kernel_find("one:debug+two/1", NULL);

	assert_non_null(kernel);
	assert_string_equal(kernel->base, "one:debug");
	assert_string_equal(kernel->configs[0], "small");
	assert_string_equal(kernel->configs[1], "debug");
	assert_null(kernel->configs[2]);
}

static void a_git_base_takes_another_revision(void **state)
{
	(void)state;
	put("bases/mine.yaml", "name: mine\nsummary: My tree\nsource: {git: ../tree}\n"
			       "arch: x86_64\nconfigs: [small]\n");
	g_autofree char *tree = data_path("tree");
	g_autoptr(Kernel) head = kernel_find("mine", NULL);
	g_autoptr(Kernel) topic = kernel_find("mine@topic/a", NULL);

	assert_string_equal(head->source.git, tree);
	assert_string_equal(head->source.revision, "HEAD");
	assert_string_equal(topic->source.revision, "topic/a");
	assert_string_equal(topic->base, "mine@topic/a");
}

static void a_ported_series_has_its_patches_in_a_folder(void **state)
{
	g_autoptr(GString) text = g_string_new(good_base);

	(void)state;
	g_string_replace(text, "name: one", "name: other", 1);
	put("bases/other.yaml", text->str);
	put("series/two/v9/0001-ported.patch", "Subject: [PATCH] ported\n");
	g_autoptr(Kernel) kernel = kernel_find("other+two", NULL);

	assert_non_null(kernel);
	assert_int_equal(kernel->patches, 1);
	assert_true(g_str_has_suffix(kernel->patch_files[0], "/two/v9/0001-ported.patch"));
}

static void a_series_is_not_offered_where_it_is_included(void **state)
{
	g_autoptr(GString) text = g_string_new(good_base);
	g_autoptr(GError) err = NULL;

	(void)state;
	g_string_replace(text, "name: one", "name: new", 1);
	put("bases/new.yaml", text->str);
	assert_null(kernel_find("new+two", &err));
	assert_has(err->message, "series two is not offered on new: since 9.9");
}

static void a_wrong_name_is_refused(void **state)
{
	static const struct {
		const char *name, *why;
	} wrong[] = {
		{"two", "there is no base 'two'; there are: one"},
		{"one+three", "there is no series 'three'; there are: two"},
		{"one+two/3", "series two has only 2 patches"},
		{"one:odd", "there is no config fragment"},
		{"one@v6.1", "one is no git tree"},
		{"one+two/", "names no kernel"},
		{"one+two/0", "names no kernel"},
		{"one+two/-1", "names no kernel"},
		{"one+two/1x", "names no kernel"},
		{"one+", "names no kernel"},
		{"+two", "names no kernel"},
		{"one+two+two", "names no kernel"},
		{"one/1", "names no kernel"},
		{"one@", "names no kernel"},
		{"one@-x", "names no kernel"},
		{"one:", "names no kernel"},
		{"one:../x", "names no kernel"},
		{"../one", "names no kernel"},
		{"one+../two", "names no kernel"},
		{"", "names no kernel"},
	};

	(void)state;
	for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_autoptr(GError) err = NULL;

		assert_null(kernel_find(wrong[i].name, &err));
		assert_has(err->message, wrong[i].why);
	}
}

/* The good base with one line replaced: each fault is named with its line and the remedy. */
static const struct fault {
	const char *line, *by, *why;
} base_faults[] = {
	{"configs: [small]", "config: [small]",
	 "one.yaml:5: unknown key 'config' (known here: name, summary"},
	{"{debian: linux-source-0.0}", "\n  debian: a\n  size: 1",
	 "one.yaml:5: unknown key 'size' (known here: debian, tarball, git, revision)"},
	{"arch: x86_64\n", "", "the key 'arch' is missing: add it"},
	{"source: {debian: linux-source-0.0}", "source: {}",
	 "one.yaml:3: 'source' must have exactly one of 'debian', 'tarball' and 'git'"},
	{"{debian: linux-source-0.0}", "{debian: a, git: b}",
	 "one.yaml:3: 'source' must have exactly one of 'debian', 'tarball' and 'git'"},
	{"{debian: linux-source-0.0}", "{debian: a, revision: b}",
	 "one.yaml:3: 'revision' without 'git'"},
	{"summary: A kernel", "summary: A kernel\nname: one",
	 "one.yaml:3: the key 'name' is there twice"},
	{"{debian: linux-source-0.0}", "{debian: a, debian: b}",
	 "one.yaml:3: the key 'debian' is there twice"},
	{"{debian: linux-source-0.0}", "\n  debian:\n    [a]",
	 "one.yaml:5: 'debian' must be a single value"},
	{"configs: [small]", "configs: small", "one.yaml:5: 'configs' must be a list"},
	{"configs: [small]", "configs: []", "one.yaml:5: 'configs' has too few entries"},
	{"{debian: linux-source-0.0}", "debian", "one.yaml:3: 'source' must hold keys of its own"},
	{"summary: A kernel", "summary: ''", "one.yaml:2: 'summary' must not be empty"},
	{"name: one", "name: two", "one.yaml:1: 'name' is 'two': it must be 'one'"},
	{"x86_64", "vax", "one.yaml:4: 'arch' is 'vax', which is none of: x86_64"},
	{"[small]", "[large]", "one.yaml:5: 'configs' names 'large', but there is no"},
	{"[small]", "[../small]", "one.yaml:5: 'configs' is '../small': a name has no '/'"},
	{"linux-source-0.0", "../linux", "one.yaml:3: 'debian' is '../linux', which is no package"},
	{"arch: x86_64", "arch: x86_64\n\tx", "one.yaml:4: this line or one below is not YAML"},
	{good_base, "", "one.yaml:1: the file is empty"},
};

static const struct fault series_faults[] = {
	{"name: two", "name: one", "series.yaml:1: 'name' is 'one': it must be 'two'"},
	{"scenario: some", "scenarios: some", "series.yaml:3: unknown key 'scenarios'"},
	{"{base: one}", "{folder: v1}", "series.yaml:5: the key 'base' is missing"},
	{"folder: v9", "folder: ../v9",
	 "series.yaml:6: 'folder' is '../v9', which is no sub-folder"},
	{"folder: v9", "folder: v9, included: x",
	 "'included' of base 'other' and 'folder' exclude"},
	{"since: 2", "since: 0", "series.yaml:9: 'since' of 'threads' is 0: patches count from 1"},
	{"since: 2", "since: two",
	 "series.yaml:9: 'since' must be a whole number, not negative, and is 'two'"},
	{good_series, "", "series.yaml:1: the file is empty"},
};

static void assert_faults(const struct fault *faults, guint count, const char *file,
			  const char *good)
{
	for (guint i = 0; i < count; i++) {
		g_autoptr(GString) text = g_string_new(good);
		g_autoptr(GError) err = NULL;

		assert_int_equal(g_string_replace(text, faults[i].line, faults[i].by, 1), 1);
		put(file, text->str);
		assert_null(kernel_find("one+two", &err));
		assert_has(err->message, faults[i].why);
	}
}

static void faults_of_a_base_are_named_with_file_line_and_remedy(void **state)
{
	(void)state;
	assert_faults(base_faults, G_N_ELEMENTS(base_faults), "bases/one.yaml", good_base);
}

static void faults_of_a_series_are_named_with_file_line_and_remedy(void **state)
{
	(void)state;
	assert_faults(series_faults, G_N_ELEMENTS(series_faults), "series/two/series.yaml",
		      good_series);
}

static void a_series_without_patches_is_refused(void **state)
{
	g_autoptr(GError) err = NULL;
	g_autofree char *series = data_path("series/two");

	(void)state;
	assert_true(path_remove_tree(series, NULL));
	put("series/two/series.yaml", good_series);
	assert_null(kernel_find("one+two", &err));
	assert_has(err->message, "holds no *.patch file");
}

static void the_list_has_bases_and_what_is_offered_on_them(void **state)
{
	g_autoptr(GString) text = g_string_new(good_base);

	(void)state;
	g_string_replace(text, "name: one", "name: new", 1);
	put("bases/new.yaml", text->str);
	put("bases/notes.txt", "not a base");
	g_autoptr(GPtrArray) kernels = kernel_list(NULL);

	assert_non_null(kernels);
	assert_int_equal(kernels->len, 3);
	assert_string_equal(((struct kernel *)kernels->pdata[0])->name, "new");
	assert_string_equal(((struct kernel *)kernels->pdata[1])->name, "one");
	assert_string_equal(((struct kernel *)kernels->pdata[2])->name, "one+two");
}

static void the_user_s_own_are_found_too(void **state)
{
	struct base mine = {
		.name = "mine",
		.summary = "My tree",
		.source = {.git = "/tree", .revision = "v1"},
		.arch = "x86_64",
		.configs = (char *[]){"small"},
		.n_configs = 1,
	};
	g_autoptr(GError) err = NULL;

	(void)state;
	assert_true(base_add(&mine, NULL));
	g_autoptr(Kernel) kernel = kernel_find("mine+two/1", NULL);

	assert_non_null(kernel);
	assert_string_equal(kernel->source.git, "/tree");
	assert_string_equal(kernel->source.revision, "v1");
	assert_false(base_add(&mine, &err));
	assert_has(err->message, "there is a base 'mine' already");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_base_is_read, fill),
		cmocka_unit_test_setup(a_series_adds_its_patches, fill),
		cmocka_unit_test_setup(a_number_after_the_name_takes_the_first_so_many, fill),
		cmocka_unit_test_setup(each_patch_is_all_prefixes, fill),
		cmocka_unit_test_setup(a_fragment_is_merged_last, fill),
		cmocka_unit_test_setup(a_git_base_takes_another_revision, fill),
		cmocka_unit_test_setup(a_ported_series_has_its_patches_in_a_folder, fill),
		cmocka_unit_test_setup(a_series_is_not_offered_where_it_is_included, fill),
		cmocka_unit_test_setup(a_wrong_name_is_refused, fill),
		cmocka_unit_test_setup(faults_of_a_base_are_named_with_file_line_and_remedy, fill),
		cmocka_unit_test_setup(faults_of_a_series_are_named_with_file_line_and_remedy,
				       fill),
		cmocka_unit_test_setup(a_series_without_patches_is_refused, fill),
		cmocka_unit_test_setup(the_list_has_bases_and_what_is_offered_on_them, fill),
		cmocka_unit_test_setup(the_user_s_own_are_found_too, fill),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
