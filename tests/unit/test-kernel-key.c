// SPDX-License-Identifier: GPL-2.0-only
/* The key: it changes with what the image depends on, and with nothing else. */
#include "kernels/key.h"
#include "kernels/source.h"
#include "tests/unit/test-kernel-fixture.h"

/* The key of a kernel of the data folder as it is now; *base too if it is asked for. */
static char *key_with(const char *name, const char *source, const char *compiler,
		      const char *linker, char **base)
{
	g_autoptr(Kernel) kernel = kernel_find(name, NULL);
	struct key key = {
		.source = g_strdup(source),
		.compiler = g_strdup(compiler),
		.linker = g_strdup(linker),
	};

	assert_non_null(kernel);
	assert_true(key_hash(kernel, &key, NULL));
	assert_int_equal(strlen(key.hash), 64);
	char *hash = g_steal_pointer(&key.hash);

	if (base)
		*base = g_steal_pointer(&key.base);
	key_clear(&key);
	return hash;
}

static char *key_now(void)
{
	return key_with("one+two", "aa", "gcc 1", "ld 1", NULL);
}

static void assert_differs(const char *before)
{
	g_autofree char *after = key_now();

	assert_string_not_equal(before, after);
}

static void the_key_changes_with_the_tools_and_the_source(void **state)
{
	g_autofree char *key = key_now();
	g_autofree char *source = key_with("one+two", "bb", "gcc 1", "ld 1", NULL);
	g_autofree char *compiler = key_with("one+two", "aa", "gcc 2", "ld 1", NULL);
	g_autofree char *linker = key_with("one+two", "aa", "gcc 1", "ld 2", NULL);

	(void)state;
	assert_string_not_equal(key, source);
	assert_string_not_equal(key, compiler);
	assert_string_not_equal(key, linker);
}

static void the_key_changes_with_a_config(void **state)
{
	g_autofree char *key = key_now();

	(void)state;
	put("configs/small.config", "CONFIG_SMP=n\n");
	assert_differs(key);
}

static void the_key_changes_with_the_order_of_configs(void **state)
{
	(void)state;
	g_autoptr(GString) text = g_string_new(good_base);

	put("configs/b.config", "CONFIG_B=y\n");
	g_string_replace(text, "[small]", "[small, b]", 1);
	put("bases/one.yaml", text->str);
	g_autofree char *key = key_now();

	g_string_replace(text, "[small, b]", "[b, small]", 1);
	put("bases/one.yaml", text->str);
	assert_differs(key);
}

static void the_key_changes_with_a_patch(void **state)
{
	g_autofree char *key = key_now();

	(void)state;
	put("series/two/0002-second.patch", "--- a/y\n+++ b/y\n@@ -1 +1 @@\n-a\n+b\n");
	assert_differs(key);
}

static void the_key_changes_with_the_number_of_patches(void **state)
{
	g_autofree char *all = key_with("one+two", "aa", "gcc 1", "ld 1", NULL);
	g_autofree char *both = key_with("one+two/2", "aa", "gcc 1", "ld 1", NULL);
	g_autofree char *first = key_with("one+two/1", "aa", "gcc 1", "ld 1", NULL);

	(void)state;
	assert_string_equal(all, both);
	assert_string_not_equal(all, first);
}

static void the_base_is_the_kernel_without_patches(void **state)
{
	g_autofree char *base_of_none = NULL, *base_of_all = NULL;
	g_autofree char *none = key_with("one", "aa", "gcc 1", "ld 1", &base_of_none);
	g_autofree char *all = key_with("one+two", "aa", "gcc 1", "ld 1", &base_of_all);

	(void)state;
	assert_string_equal(none, base_of_none);
	assert_string_equal(none, base_of_all);
	assert_string_not_equal(none, all);
}

static void the_key_ignores_what_the_image_does_not_depend_on(void **state)
{
	g_autofree char *key = key_now();
	g_autoptr(GString) text = g_string_new(good_base);

	(void)state;
	g_string_replace(text, "A kernel", "Another summary", 1);
	put("bases/one.yaml", text->str);
	put("configs/other.config", "CONFIG_OTHER=y\n");
	put("series/two/cover.txt", "no patch\n");
	g_autofree char *after = key_now();

	assert_string_equal(key, after);
}

static void a_hash_is_kept_until_the_file_changes(void **state)
{
	g_autofree char *file = data_path("tarball");
	g_autofree char *stamp = data_path("tarball.sha256");

	(void)state;
	put("tarball", "one");
	g_autofree char *first = source_cached_sha256(file, stamp, NULL);
	g_autofree char *real = path_sha256(file, NULL);
	g_autofree char *kept = NULL;

	assert_string_equal(first, real);
	/* A stamp that lies shows that it is what is read while the file stays as it is. */
	assert_true(g_file_get_contents(stamp, &kept, NULL, NULL));
	memset(kept + strlen(kept) - 64, 'f', 64);
	assert_true(g_file_set_contents(stamp, kept, -1, NULL));
	g_autofree char *second = source_cached_sha256(file, stamp, NULL);

	assert_string_equal(second, kept + strlen(kept) - 64);
	put("tarball", "two");
	g_autofree char *third = source_cached_sha256(file, stamp, NULL);
	g_autofree char *now = path_sha256(file, NULL);

	assert_string_equal(third, now);
}

static void a_missing_source_names_its_package(void **state)
{
	g_autoptr(GError) err = NULL;
	g_autoptr(Kernel) kernel = kernel_find("one", NULL);
	struct key key;

	(void)state;
	assert_false(key_of(kernel, &key, &err));
	assert_has(err->message, "apt-get install linux-source-0.0");
	key_clear(&key);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(the_key_changes_with_the_tools_and_the_source, fill),
		cmocka_unit_test_setup(the_key_changes_with_a_config, fill),
		cmocka_unit_test_setup(the_key_changes_with_the_order_of_configs, fill),
		cmocka_unit_test_setup(the_key_changes_with_a_patch, fill),
		cmocka_unit_test_setup(the_key_changes_with_the_number_of_patches, fill),
		cmocka_unit_test_setup(the_base_is_the_kernel_without_patches, fill),
		cmocka_unit_test_setup(the_key_ignores_what_the_image_does_not_depend_on, fill),
		cmocka_unit_test_setup(a_hash_is_kept_until_the_file_changes, fill),
		cmocka_unit_test_setup(a_missing_source_names_its_package, fill),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
