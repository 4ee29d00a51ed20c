// SPDX-License-Identifier: GPL-2.0-only
/* Making room in the cache: what goes, in which order, and what a limit leaves. */
#include "kernels/gc.h"
#include "kernels/lock.h"
#include "tests/unit/test-kernel-fixture.h"

#include <fcntl.h>
#include <sys/stat.h>

#define MIB (1024 * 1024)

static char *cache_path(const char *item)
{
	return g_build_filename(path_cache(NULL), item, NULL);
}

/* A folder of 1 MiB in the cache that was used so many seconds after 1970. */
static void put_item(const char *item, time_t used)
{
	const struct timespec times[] = {{.tv_sec = used}, {.tv_sec = used}};
	g_autofree char *path = cache_path(item);
	g_autofree char *file = g_build_filename(path, "data", NULL);
	g_autofree char *data = g_malloc0(MIB);

	assert_int_equal(g_mkdir_with_parents(path, 0755), 0);
	assert_true(g_file_set_contents(file, data, MIB, NULL));
	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static bool is_there(const char *item)
{
	g_autofree char *path = cache_path(item);

	return g_file_test(path, G_FILE_TEST_EXISTS);
}

/* Three items of 1 MiB and a little, the oldest first. */
static int put_items(void **state)
{
	path_remove_tree(path_cache(NULL), NULL);
	put_item("kernels/old", 1000);
	put_item("objects/middle", 2000);
	put_item("sources/new", 3000);
	return fill(state);
}

static void what_was_not_used_for_longest_goes_first(void **state)
{
	struct gc_result result;

	(void)state;
	assert_true(gc_run(5 * MIB / 2, false, &result, NULL));
	assert_false(is_there("kernels/old"));
	assert_true(is_there("objects/middle"));
	assert_true(is_there("sources/new"));
	assert_int_equal(result.removed->len, 1);
	assert_true(result.before > 3 * MIB && result.after < 5 * MIB / 2);
	gc_result_clear(&result);
	assert_true(gc_run(3 * MIB / 2, false, &result, NULL));
	assert_false(is_there("objects/middle"));
	assert_true(is_there("sources/new"));
	gc_result_clear(&result);
}

static void what_was_just_used_stays(void **state)
{
	g_autofree char *path = cache_path("kernels/old");
	struct gc_result result;

	(void)state;
	gc_touch(path);
	assert_true(gc_run(3 * MIB / 2, false, &result, NULL));
	assert_true(is_there("kernels/old"));
	assert_false(is_there("sources/new"));
	gc_result_clear(&result);
}

static void a_limit_that_holds_removes_nothing(void **state)
{
	struct gc_result result;

	(void)state;
	assert_true(gc_run(G_MAXUINT64, false, &result, NULL));
	assert_int_equal(result.removed->len, 0);
	assert_int_equal(result.before, result.after);
	assert_true(is_there("kernels/old"));
	gc_result_clear(&result);
}

static void a_dry_run_says_and_leaves(void **state)
{
	struct gc_result result;

	(void)state;
	assert_true(gc_run(0, true, &result, NULL));
	assert_int_equal(result.removed->len, 3);
	assert_true(is_there("kernels/old"));
	assert_true(is_there("sources/new"));
	gc_result_clear(&result);
}

static void what_is_no_item_stays(void **state)
{
	struct gc_result result;

	(void)state;
	put_item("ccache/x", 1);
	put_item("work/y", 1);
	assert_true(gc_run(0, false, &result, NULL));
	assert_true(is_there("ccache/x"));
	assert_true(is_there("work/y"));
	assert_false(is_there("sources/new"));
	gc_result_clear(&result);
}

static void builds_share_a_lock_that_gc_needs_alone(void **state)
{
	g_auto(Lock) one = lock_share(CACHE_LOCK, "it builds", NULL);
	g_auto(Lock) two = lock_share(CACHE_LOCK, "it builds", NULL);
	g_autoptr(GError) err = NULL;
	g_auto(Lock) alone = lock_try(CACHE_LOCK, &err);

	(void)state;
	assert_true(one >= 0 && two >= 0);
	assert_true(alone < 0);
	assert_null(err);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(what_was_not_used_for_longest_goes_first, put_items),
		cmocka_unit_test_setup(what_was_just_used_stays, put_items),
		cmocka_unit_test_setup(a_limit_that_holds_removes_nothing, put_items),
		cmocka_unit_test_setup(a_dry_run_says_and_leaves, put_items),
		cmocka_unit_test_setup(what_is_no_item_stays, put_items),
		cmocka_unit_test_setup(builds_share_a_lock_that_gc_needs_alone, put_items),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
