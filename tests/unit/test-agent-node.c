// SPDX-License-Identifier: GPL-2.0-only
/* What the agent reads of the node of a guest's RAM, and in what order it comes online. */
#include "collectors/node.h"
#include "tests/unit/cmocka.h"

#include <stdlib.h>

static const char zoneinfo[] = "Node 0, zone   Normal\n"
			       "  per-node stats\n"
			       "      nr_inactive_anon 55\n"
			       "  pages free     1000\n"
			       "        managed  2000\n"
			       "  pagesets\n"
			       "    cpu: 0\n"
			       "              count: 7\n"
			       "Node 0, zone  Movable\n"
			       "  pages free     0\n"
			       "        managed  0\n"
			       "Node 1, zone   Normal\n"
			       "  per-node stats\n"
			       "  pages free     262100\n"
			       "        boost    0\n"
			       "        spanned  262144\n"
			       "        present  262144\n"
			       "        managed  262144\n"
			       "      nr_free_pages 262100\n"
			       "  pagesets\n"
			       "    cpu: 0\n"
			       "              count: 30\n"
			       "              high:  378\n"
			       "    cpu: 1\n"
			       "              count: 2\n"
			       "Node 1, zone  Movable\n"
			       "  pages free     40\n"
			       "        managed  64\n"
			       "Node 11, zone   Normal\n"
			       "  pages free     9\n"
			       "        managed  9\n";

static void pages_are_counted_by_node_and_use(void **state)
{
	struct node_pages pages;

	(void)state;
	node_pages_parse(&pages, zoneinfo, 1);
	assert_int_equal(pages.normal, 262144);
	assert_int_equal(pages.movable, 64);
	assert_int_equal(pages.free, 262100 + 30 + 2 + 40);
	node_pages_parse(&pages, zoneinfo, 2);
	assert_int_equal(pages.normal + pages.movable + pages.free, 0);
}

static void a_process_pages_are_summed_by_node(void **state)
{
	static const char text[] =
		"00400000 default file=/init mapped=5 N0=5 kernelpagesize_kB=4\n"
		"7f0000000000 bind:1 anon=512 dirty=512 active=0 N1=512 kernelpagesize_kB=4\n"
		"7f0400000000 default anon=3 dirty=3 N0=1 N1=2 N11=77 kernelpagesize_kB=4\n";

	(void)state;
	assert_int_equal(numa_maps_pages(text, 1), 514);
	assert_int_equal(numa_maps_pages(text, 0), 6);
	assert_int_equal(numa_maps_pages(text, 11), 77);
	assert_int_equal(numa_maps_pages("", 1), 0);
}

/* Every block once, and until the last one there is a hole right behind the first. */
static void blocks_come_online_with_an_early_hole(void **state)
{
	bool online[5] = {false};

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		size_t block = node_order(i, 5);

		assert_in_range(block, 0, 4);
		assert_false(online[block]);
		online[block] = true;
		assert_true(online[0]);
		assert_int_equal(online[1], i == 4);
	}
	assert_int_equal(node_order(0, 1), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pages_are_counted_by_node_and_use),
		cmocka_unit_test(a_process_pages_are_summed_by_node),
		cmocka_unit_test(blocks_come_online_with_an_early_hole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
