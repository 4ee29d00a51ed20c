// SPDX-License-Identifier: GPL-2.0-only
/* Where pages are, as the kernel's text and binary files have it. */
#include "collectors/zone.h"
#include "tests/unit/cmocka.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* Two nodes; the DMA32 zone of node 1 is empty, and says no more than this. */
#define HEAD                                \
	"Node 0, zone    DMA32\n"           \
	"  per-node stats\n"                \
	"      nr_inactive_anon 12\n"       \
	"  pages free     402022\n"         \
	"        spanned  1044480\n"        \
	"        present  520155\n"         \
	"        protection: (0, 0, 975)\n" \
	"  start_pfn:           4096\n"     \
	"Node 0, zone  Movable\n"           \
	"        spanned  262144\n"         \
	"        present  262144\n"         \
	"  start_pfn:           1048576\n"  \
	"Node 1, zone    DMA32\n"           \
	"        spanned  0\n"              \
	"        present  0\n"
#define TAIL                        \
	"Node 1, zone  Movable\n"   \
	"        spanned  512\n"    \
	"        present  512\n"    \
	"  pagesets\n"              \
	"    cpu: 0\n"              \
	"              count: 63\n" \
	"  start_pfn:           2097152\n"

static void a_zone_has_a_span_on_each_node(void **state)
{
	struct zone zone;

	(void)state;
	assert_int_equal(zone_parse(&zone, HEAD TAIL, "Movable"), 0);
	assert_int_equal(zone.n_spans, 2);
	assert_int_equal(zone.spans[0].pfn, 1048576);
	assert_int_equal(zone.spans[0].pages, 262144);
	assert_int_equal(zone.spans[1].pfn, 2097152);
	assert_int_equal(zone_parse(&zone, HEAD TAIL, "DMA32"), 0);
	assert_int_equal(zone.n_spans, 1);
}

static void a_zone_that_is_not_there_has_none(void **state)
{
	struct zone zone;

	(void)state;
	assert_int_equal(zone_parse(&zone, HEAD TAIL, "Normal"), 0);
	assert_int_equal(zone.n_spans, 0);
	/* Nor is a part of a name one. */
	assert_int_equal(zone_parse(&zone, HEAD TAIL, "DMA3"), 0);
	assert_int_equal(zone.n_spans, 0);
	assert_int_equal(zone_parse(&zone, "", "Movable"), 0);
	assert_int_equal(zone.n_spans, 0);
	assert_false(zone_has(&zone, 0));
}

static void spans_begin_and_end_where_they_say(void **state)
{
	struct zone zone;

	(void)state;
	assert_int_equal(zone_parse(&zone, HEAD TAIL, "Movable"), 0);
	assert_false(zone_has(&zone, 1048575));
	assert_true(zone_has(&zone, 1048576));
	assert_true(zone_has(&zone, 1048576 + 262143));
	assert_false(zone_has(&zone, 1048576 + 262144));
	assert_true(zone_has(&zone, 2097152 + 511));
	assert_false(zone_has(&zone, 2097152 + 512));
}

static void malformed_zones_are_refused(void **state)
{
	static const char *const wrong[] = {
		"Node 0\n",
		"Node x, zone  Movable\n",
		"Node 0, zone  Movable\n        spanned  many\n",
		"Node 0, zone  Movable\n        spanned  -1\n",
		"Node 0, zone  Movable\n        spanned  12 13\n",
		"Node 0, zone  Movable\n        spanned  \n  start_pfn:  4\n",
		"Node 0, zone  Movable\n        spanned  99999999999999999999\n",
		"Node 0, zone  Movable\n  start_pfn:           4096\n",
		"Node 0, zone  Movable\n        spanned  8\n  start_pfn:\n",
		"Node 0, zone  Movable\n        spanned  8\n  start_pfn: 0x10\n",
		"Node 0, zone  Movable\n        spanned  8\n  start_pfn: 18446744073709551615\n",
	};
	struct zone zone;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		if (zone_parse(&zone, wrong[i], "Movable") != -EINVAL)
			fail_msg("%s", wrong[i]);
}

static void more_nodes_than_there_is_room_for_are_refused(void **state)
{
	static const char one[] = "Node 0, zone  Movable\n        spanned  1\n  start_pfn: 1\n";
	char *text = calloc(ZONE_NODES_MAX + 1, sizeof(one));
	struct zone zone;

	(void)state;
	for (int i = 0; i < ZONE_NODES_MAX; i++)
		strcat(text, one);
	assert_int_equal(zone_parse(&zone, text, "Movable"), 0);
	assert_int_equal(zone_parse(&zone, strcat(text, one), "Movable"), -EINVAL);
	free(text);
}

static void a_page_map_entry_tells_the_page(void **state)
{
	uint64_t pfn = 0;

	(void)state;
	/* Present, soft-dirty, exclusively mapped. */
	assert_int_equal(pagemap_pfn(1ULL << 63 | 1ULL << 56 | 1ULL << 55 | 0x12345, &pfn), 0);
	assert_int_equal(pfn, 0x12345);
	assert_int_equal(pagemap_pfn(1ULL << 63 | ((1ULL << 55) - 1), &pfn), 0);
	assert_true(pfn == (1ULL << 55) - 1);
}

static void what_is_no_page_has_no_number(void **state)
{
	uint64_t pfn;

	(void)state;
	assert_int_equal(pagemap_pfn(0, &pfn), -ENOENT);
	/* Swapped out: the number is one of swap's. */
	assert_int_equal(pagemap_pfn(1ULL << 62 | 0x12345, &pfn), -ENOENT);
	assert_int_equal(pagemap_pfn(1ULL << 63, &pfn), -EPERM);
}

static void memory_that_was_not_touched_is_absent(void **state)
{
	struct zone all = {.spans = {{0, 1ULL << 55}}, .n_spans = 1}, none = {.n_spans = 0};
	uint64_t bytes = 600 * 4096;
	char *memory =
		mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct zone_count count;

	(void)state;
	assert_int_equal(zone_count(&all, memory, bytes, &count), 0);
	assert_int_equal(count.absent, 600);
	memory[599 * 4096] = 1;
	/* The number can only be seen with privilege, which not every run of this has. */
	if (!zone_count(&none, memory, bytes, &count)) {
		assert_int_equal(count.absent, 599);
		assert_int_equal(count.outside, 1);
	}
	munmap(memory, bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_zone_has_a_span_on_each_node),
		cmocka_unit_test(a_zone_that_is_not_there_has_none),
		cmocka_unit_test(spans_begin_and_end_where_they_say),
		cmocka_unit_test(malformed_zones_are_refused),
		cmocka_unit_test(more_nodes_than_there_is_room_for_are_refused),
		cmocka_unit_test(a_page_map_entry_tells_the_page),
		cmocka_unit_test(what_is_no_page_has_no_number),
		cmocka_unit_test(memory_that_was_not_touched_is_absent),
	};

	return cmocka_run_group_tests_name("agent: zones", tests, NULL, NULL);
}
