// SPDX-License-Identifier: GPL-2.0-only
/* Kernels as YAML describes them: what is read, and what is said of what is wrong. */
#include "tests/unit/test-kernel-fixture.h"

static void a_kernel_is_read_with_its_patches(void **state)
{
	g_autoptr(Kernel) kernel = kernel_find("one", NULL);

	(void)state;
	assert_non_null(kernel);
	assert_string_equal(kernel->summary, "A kernel");
	assert_string_equal(kernel->debian, "linux-source-0.0");
	assert_string_equal(kernel->configs[0], "small");
	assert_null(kernel->configs[1]);
	assert_int_equal(kernel->patches, 2);
	assert_true(g_str_has_suffix(kernel->patch_files[0], "/two/0001-first.patch"));
	assert_true(g_str_has_suffix(kernel->patch_files[1], "/two/0002-second.patch"));
	assert_null(kernel->patch_files[2]);
}

static void patches_takes_the_first_so_many(void **state)
{
	(void)state;
	g_autofree char *text = g_strconcat(good_kernel, "patches: 1\n", NULL);

	put("one.yaml", text);
	g_autoptr(Kernel) kernel = kernel_find("one", NULL);

	assert_int_equal(kernel->patches, 1);
	assert_int_equal(g_strv_length(kernel->patch_files), 1);
}

static void a_number_after_the_name_takes_the_first_so_many(void **state)
{
	(void)state;
	for (guint n = 0; n <= 2; n++) {
		g_autofree char *name = g_strdup_printf("one/%u", n);
		g_autoptr(Kernel) kernel = kernel_find(name, NULL);

		assert_non_null(kernel);
		assert_string_equal(kernel->name, name);
		assert_int_equal(kernel->patches, n);
		assert_int_equal(g_strv_length(kernel->patch_files), n);
	}
}

static void a_wrong_name_is_refused(void **state)
{
	static const struct {
		const char *name, *why;
	} wrong[] = {
		{"two", "there is no kernel 'two'; there are: one"},
		{"one/3", "one has only 2 patches"},
		{"one/", "there is no kernel"},
		{"one/-1", "there is no kernel"},
		{"one/1x", "there is no kernel"},
		{"../one", "there is no kernel"},
		{"", "there is no kernel"},
	};

	(void)state;
	for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_autoptr(GError) err = NULL;

		assert_null(kernel_find(wrong[i].name, &err));
		assert_has(err->message, wrong[i].why);
	}
}

static void a_kernel_without_series_takes_no_number(void **state)
{
	g_autoptr(GError) err = NULL;
	g_autofree char *text = g_strndup(good_kernel, strstr(good_kernel, "series") - good_kernel);

	(void)state;
	put("one.yaml", text);
	assert_null(kernel_find("one/1", &err));
	assert_has(err->message, "has no series");
}

/* The good kernel with one line replaced: each fault is named with its line and the remedy. */
static const struct {
	const char *line, *by, *why;
} faults[] = {
	{"series: two", "serie: two", "one.yaml:6: unknown key 'serie' (known here: name, summary"},
	{"{debian: linux-source-0.0}", "\n  debian: a\n  size: 1",
	 "one.yaml:5: unknown key 'size' (known here: debian)"},
	{"arch: x86_64\n", "", "the key 'arch' is missing: add it"},
	{"source: {debian: linux-source-0.0}", "source: {}",
	 "one.yaml:3: the key 'debian' is missing: add it"},
	{"summary: A kernel", "summary: A kernel\nname: one",
	 "one.yaml:3: the key 'name' is there twice"},
	{"summary: A kernel", "summary: A kernel\nsummary: B",
	 "one.yaml:3: the key 'summary' is there twice"},
	{"{debian: linux-source-0.0}", "{debian: a, debian: b}",
	 "one.yaml:3: the key 'debian' is there twice"},
	{"{debian: linux-source-0.0}", "\n  debian:\n    [a]",
	 "one.yaml:5: 'debian' must be a single value"},
	{"configs: [small]", "configs: small", "one.yaml:5: 'configs' must be a list"},
	{"configs: [small]", "configs: []", "one.yaml:5: 'configs' has too few entries"},
	{"arch: x86_64", "arch: [x86_64]", "one.yaml:4: 'arch' must be a single value"},
	{"{debian: linux-source-0.0}", "debian", "one.yaml:3: 'source' must hold keys of its own"},
	{"summary: A kernel", "summary: ''", "one.yaml:2: 'summary' must not be empty"},
	{"series: two", "series: two\npatches: many",
	 "one.yaml:7: 'patches' must be a whole number, not negative, and is 'many'"},
	{"series: two", "series: two\npatches: -1", "one.yaml:7: 'patches' must be a whole number"},
	{"series: two", "series: two\npatches: 3",
	 "one.yaml:7: 'patches' is 3, but series 'two' has"},
	{"series: two", "patches: 1", "one.yaml:6: 'patches' without 'series'"},
	{"name: one", "name: two", "one.yaml:1: 'name' is 'two': it must be 'one'"},
	{"x86_64", "vax", "one.yaml:4: 'arch' is 'vax', which is none of: x86_64"},
	{"[small]", "[large]", "one.yaml:5: 'configs' names 'large', but there is no"},
	{"[small]", "[../small]", "one.yaml:5: 'configs' is '../small': a name has no '/'"},
	{"series: two", "series: three", "one.yaml:6: 'series' is 'three', but there is no folder"},
	{"series: two", "series: ../two", "one.yaml:6: 'series' is '../two': a name has no '/'"},
	{"linux-source-0.0", "../linux", "one.yaml:3: 'debian' is '../linux': a name has no '/'"},
	{"arch: x86_64", "arch: x86_64\n\tx", "one.yaml:4: this line or one below is not YAML"},
	{good_kernel, "", "one.yaml:1: the file is empty"},
};

static void faults_are_named_with_file_line_and_remedy(void **state)
{
	(void)state;
	for (guint i = 0; i < G_N_ELEMENTS(faults); i++) {
		g_autoptr(GString) text = g_string_new(good_kernel);
		g_autoptr(GError) err = NULL;

		assert_int_equal(g_string_replace(text, faults[i].line, faults[i].by, 1), 1);
		put("one.yaml", text->str);
		assert_null(kernel_find("one", &err));
		assert_has(err->message, faults[i].why);
	}
}

static void a_series_without_patches_is_refused(void **state)
{
	g_autoptr(GError) err = NULL;
	g_autofree char *series = data_path("series/two");

	(void)state;
	assert_true(path_remove_tree(series, NULL));
	assert_int_equal(g_mkdir(series, 0755), 0);
	assert_null(kernel_find("one", &err));
	assert_has(err->message, "holds no *.patch file");
}

static void the_list_is_sorted_and_complete(void **state)
{
	g_autofree char *text = g_strconcat("name: a+b\n", strchr(good_kernel, '\n') + 1, NULL);

	(void)state;
	put("a+b.yaml", text);
	put("notes.txt", "not a kernel");
	g_autoptr(GPtrArray) kernels = kernel_list(NULL);

	assert_non_null(kernels);
	assert_int_equal(kernels->len, 2);
	assert_string_equal(((struct kernel *)kernels->pdata[0])->name, "a+b");
	assert_string_equal(((struct kernel *)kernels->pdata[1])->name, "one");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_kernel_is_read_with_its_patches, fill),
		cmocka_unit_test_setup(patches_takes_the_first_so_many, fill),
		cmocka_unit_test_setup(a_number_after_the_name_takes_the_first_so_many, fill),
		cmocka_unit_test_setup(a_wrong_name_is_refused, fill),
		cmocka_unit_test_setup(a_kernel_without_series_takes_no_number, fill),
		cmocka_unit_test_setup(faults_are_named_with_file_line_and_remedy, fill),
		cmocka_unit_test_setup(a_series_without_patches_is_refused, fill),
		cmocka_unit_test_setup(the_list_is_sorted_and_complete, fill),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
