// SPDX-License-Identifier: GPL-2.0-only
/* What the agent reads out of the kernel's text files. */
#include "collectors/device.h"
#include "collectors/dma-map.h"
#include "collectors/memory.h"
#include "collectors/pins.h"
#include "collectors/sys.h"
#include "collectors/thp.h"
#include "collectors/vmstat.h"
#include "scenarios/vfio.h"
#include "tests/unit/cmocka.h"

#include <errno.h>
#include <string.h>

static void words_are_found_by_key(void **state)
{
	char value[8] = "";

	(void)state;
	assert_true(word_value("a=1 bar=42 c=3\n", "bar", value, sizeof(value)));
	assert_string_equal(value, "42");
	assert_true(word_value("a=1 c=3\n", "c", value, sizeof(value)));
	assert_string_equal(value, "3");
	assert_true(word_value("a=", "a", value, sizeof(value)));
	assert_string_equal(value, "");
}

static void words_match_whole_keys_only(void **state)
{
	char value[8];

	(void)state;
	assert_false(word_value("foobar=42 barbar=1", "bar", value, sizeof(value)));
	assert_false(word_value("bar", "bar", value, sizeof(value)));
	assert_false(word_value("", "bar", value, sizeof(value)));
	assert_false(word_value("bar=12345678", "bar", value, sizeof(value)));
}

static void vmstat_has_exact_names(void **state)
{
	static const char text[] = "nr_foll_pin_acquired 1048504\nnr_foll_pin_released 7\n"
				   "nr_free_pages 3\n";
	uint64_t value;

	(void)state;
	assert_int_equal(vmstat_value(text, "nr_foll_pin_acquired", &value), 0);
	assert_int_equal(value, 1048504);
	assert_int_equal(vmstat_value(text, "nr_foll_pin_released", &value), 0);
	assert_int_equal(value, 7);
	assert_int_equal(vmstat_value(text, "nr_foll_pin", &value), -ENOENT);
}

static void free_pages_are_those_of_the_zones_and_of_the_cpus(void **state)
{
	static const char text[] = "Node 0, zone      DMA\n"
				   "  per-node stats\n"
				   "      nr_inactive_anon 7\n"
				   "  pages free     3840\n"
				   "        boost    5\n"
				   "      nr_free_pages 3840\n"
				   "  pagesets\n"
				   "    cpu: 0\n"
				   "              count: 31\n"
				   "              high:  378\n"
				   "    cpu: 1\n"
				   "              count: 1\n"
				   "Node 0, zone   Normal\n"
				   "  pages free     100000\n";

	(void)state;
	assert_int_equal(zoneinfo_free(text), 3840 + 31 + 1 + 100000);
	assert_int_equal(zoneinfo_free(""), 0);
}

static void status_is_in_bytes(void **state)
{
	static const char text[] = "Name:\tVmLck: 9 kB\nVmPin:\t       4 kB\nVmLck:\t   64 kB\n";

	(void)state;
	assert_int_equal(status_bytes(text, "VmLck"), 65536);
	assert_int_equal(status_bytes(text, "VmPin"), 4096);
	/* A kernel thread has no memory, and so no such line. */
	assert_int_equal(status_bytes("Name:\tkthreadd\n", "VmLck"), 0);
}

static const char smaps[] = "7f0000000000-7f0040000000 rw-p 00000000 00:00 0\n"
			    "Size:            1048576 kB\n"
			    "AnonHugePages:   1046528 kB\n"
			    "VmFlags: rd wr mr mw me ac hg\n"
			    "7f0050000000-7f0054000000 rw-p 00000000 00:00 0\n"
			    "AnonHugePages:     32768 kB\n";

static void huge_pages_are_of_one_mapping(void **state)
{
	(void)state;
	/* Not the sum: another mapping's must not make up for what the memory lacks. */
	assert_int_equal(smaps_largest(smaps, "AnonHugePages"), 1046528 * 1024ULL);
	assert_int_equal(smaps_largest(smaps, "ShmemPmdMapped"), 0);
	assert_int_equal(smaps_largest("", "AnonHugePages"), 0);
}

static void several_mappings_are_the_largest_ones(void **state)
{
	(void)state;
	assert_int_equal(smaps_largest_sum(smaps, "AnonHugePages", 2), (1046528 + 32768) * 1024ULL);
	assert_int_equal(smaps_largest_sum(smaps, "AnonHugePages", 4), (1046528 + 32768) * 1024ULL);
	assert_int_equal(smaps_largest_sum("AnonHugePages: 1 kB\nAnonHugePages: 4 kB\n"
					   "AnonHugePages: 2 kB\n",
					   "AnonHugePages", 2),
			 6 * 1024);
}

static const char maps[] =
	"00400000-00500000 r-xp 00000000 00:02 5 /init\n"
	"7f0000000000-7f0400000000 rw-s 20000000000 00:0e 1037   anon_inode:[vfio-device]\n"
	"7f0400000000-7f0440000000 rw-p 00000000 00:00 0\n"
	"7f0500000000-7f0600000000 rw-s 00000000 00:05 99 /dev/vfio/devices/vfio0\n";

static void a_bar_is_what_a_device_mapped(void **state)
{
	(void)state;
	assert_string_equal(dma_kind(maps, 0x7f0000000000), "bar");
	assert_string_equal(dma_kind(maps, 0x7f03fffff000), "bar");
	assert_string_equal(dma_kind(maps, 0x7f0500000000), "bar");
	assert_string_equal(dma_kind(maps, 0x7f0400000000), "ram");
}

static void nothing_there_is_no_kind(void **state)
{
	(void)state;
	assert_null(dma_kind(maps, 0x7f0440000000));
	assert_null(dma_kind("", 0x1000));
}

static void bars_have_sizes(void **state)
{
	static const char text[] = "0x00000000febf1000 0x00000000febf1fff 0x0000000000040200\n"
				   "0x000000000000c000 0x000000000000c0ff 0x0000000000040101\n"
				   "0x0000000800000000 0x0000000bffffffff 0x000000000014220c\n"
				   "0x0000000000000000 0x0000000000000000 0x0000000000000000\n"
				   "0x0000000000000000 0x0000000000000000 0x0000000000000000\n"
				   "0x0000000000000000 0x0000000000000000 0x0000000000000000\n"
				   "0x0000000000000000 0x0000000000000000 0x0000000000000000\n";
	uint64_t sizes[PCI_BARS];

	(void)state;
	device_parse_resource(text, sizes);
	assert_int_equal(sizes[0], 4096);
	assert_int_equal(sizes[1], 256);
	assert_true(sizes[2] == 16ULL << 30);
	assert_int_equal(sizes[3], 0);
	device_parse_resource("", sizes);
	assert_int_equal(sizes[0], 0);
}

/* As type1 reports them on x86: the MSI window is left out. */
static const struct iova_range ranges[] = {
	{0, 0xfedfffff},
	{0xfef00000, (1ULL << 39) - 1},
};

static void an_iova_keeps_out_of_the_msi_window(void **state)
{
	uint64_t iova;

	(void)state;
	/* From 3 GiB on, 1 GiB would run into it. */
	assert_int_equal(iova_fit(ranges, 2, 3ULL << 30, 1ULL << 30, 1ULL << 30, &iova), 0);
	assert_true(iova == 4ULL << 30);
	assert_int_equal(iova_fit(ranges, 2, 0, 1ULL << 30, 1ULL << 30, &iova), 0);
	assert_true(iova == 0);
}

static void an_iova_range_is_used_to_its_end(void **state)
{
	uint64_t iova, rest = (1ULL << 39) - (4ULL << 30);

	(void)state;
	assert_int_equal(iova_fit(ranges, 2, 4ULL << 30, 1ULL << 30, rest, &iova), 0);
	assert_int_equal(iova_fit(ranges, 2, 4ULL << 30, 1ULL << 30, rest + 1, &iova), -ENOSPC);
	assert_int_equal(iova_fit(ranges, 0, 0, 4096, 4096, &iova), -ENOSPC);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_found_by_key),
		cmocka_unit_test(words_match_whole_keys_only),
		cmocka_unit_test(vmstat_has_exact_names),
		cmocka_unit_test(free_pages_are_those_of_the_zones_and_of_the_cpus),
		cmocka_unit_test(status_is_in_bytes),
		cmocka_unit_test(huge_pages_are_of_one_mapping),
		cmocka_unit_test(several_mappings_are_the_largest_ones),
		cmocka_unit_test(a_bar_is_what_a_device_mapped),
		cmocka_unit_test(nothing_there_is_no_kind),
		cmocka_unit_test(bars_have_sizes),
		cmocka_unit_test(an_iova_keeps_out_of_the_msi_window),
		cmocka_unit_test(an_iova_range_is_used_to_its_end),
	};

	return cmocka_run_group_tests_name("agent: kernel text", tests, NULL, NULL);
}
