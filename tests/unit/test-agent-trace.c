// SPDX-License-Identifier: GPL-2.0-only
/* The agent's reading of trace_pipe, of lines, and of a boot's marks. */
#include "collectors/lines.h"
#include "collectors/trace.h"
#include "scenarios/boot-timeline.h"
#include "tests/unit/cmocka.h"

#include <errno.h>
#include <string.h>

static void an_event_is_taken_apart(void **state)
{
	char text[] = "           agent-41      [001] d..1.     2.533062: dma_map: "
		      "(vfio_iommu_type1_ioctl+0x0/0x1100) cmd=15217 vaddr=140106 iova=4294967296 "
		      "size=1073741824";
	struct trace_line line;
	uint64_t value;

	(void)state;
	assert_int_equal(trace_parse(text, &line), 0);
	assert_int_equal(line.pid, 41);
	assert_true(line.t == 2533062000);
	assert_string_equal(line.event, "dma_map");
	assert_int_equal(trace_field(&line, "size", &value), 0);
	assert_true(value == 1ULL << 30);
	assert_int_equal(trace_field(&line, "iova", &value), 0);
	assert_true(value == 4ULL << 30);
	assert_int_equal(trace_field(&line, "ret", &value), -ENOENT);
}

static void a_comm_may_hold_anything(void **state)
{
	char spaces[] =
		" CPU 0/KVM-52      [000] .....   123.000001: kvm_entry: vcpu 0, rip 0xfff0";
	char brackets[] = " a-1 [0] x-y [z]-77 [003] d.h2.  9.5e: x: y";
	char nested[] = "  [12] [a]-7 -78  [003] d.h2.     9.000005: x: y";
	struct trace_line line;

	(void)state;
	assert_int_equal(trace_parse(spaces, &line), 0);
	assert_int_equal(line.pid, 52);
	assert_true(line.t == 123000001000);
	assert_string_equal(line.event, "kvm_entry");
	assert_int_equal(trace_parse(brackets, &line), -EINVAL);
	assert_int_equal(trace_parse(nested, &line), 0);
	assert_int_equal(line.pid, 78);
}

static void what_is_no_event_is_refused(void **state)
{
	char lost[] = "CPU:1 [LOST 12 EVENTS]";
	char cut[] = " agent-41 [001] d..1. 2.533062: dma_map";
	char empty[] = "";
	struct trace_line line;

	(void)state;
	assert_int_equal(trace_parse(lost, &line), -EINVAL);
	assert_int_equal(trace_parse(cut, &line), -EINVAL);
	assert_int_equal(trace_parse(empty, &line), -EINVAL);
}

static void fields_are_numbers(void **state)
{
	char text[] = " agent-41 [001] d..1. 2.5: dma_map: size=(fault) ret=-22 iova=0x1000";
	struct trace_line line;
	uint64_t value;

	(void)state;
	assert_int_equal(trace_parse(text, &line), 0);
	assert_int_equal(trace_field(&line, "size", &value), -EINVAL);
	assert_int_equal(trace_field(&line, "ret", &value), 0);
	assert_int_equal((int64_t)value, -22);
	assert_int_equal(trace_field(&line, "iova", &value), 0);
	assert_int_equal(value, 0x1000);
}

static char seen[256];

static int keep(char *line, void *data)
{
	(void)data;
	strcat(seen, line);
	strcat(seen, "|");
	return 0;
}

static void bytes_become_lines(void **state)
{
	static struct lines lines = {.line = keep};

	(void)state;
	*seen = '\0';
	assert_int_equal(lines_feed(&lines, "one\r\ntw", 7), 0);
	assert_string_equal(seen, "one|");
	assert_int_equal(lines_feed(&lines, "o\n\nthree", 8), 0);
	assert_string_equal(seen, "one|two||");
	assert_int_equal(lines_feed(&lines, "\n", 1), 0);
	assert_string_equal(seen, "one|two||three|");
}

static void set(int64_t marks[MARKS])
{
	static const int64_t good[MARKS] = {
		[MARK_QEMU_EXEC] = 1000000000,		 [MARK_VCPU_FIRST_RUN] = 3000000000,
		[MARK_FIRMWARE_FIRST_BYTE] = 3020000000, [MARK_GUEST_KERNEL] = 5000000000,
		[MARK_GUEST_INIT] = 9000000000,		 [MARK_QEMU_EXIT] = 9500000000,
	};

	memcpy(marks, good, sizeof(good));
}

static void marks_in_order_agree(void **state)
{
	int64_t marks[MARKS];
	char text[256];

	(void)state;
	set(marks);
	assert_false(timeline_disagrees(marks, text, sizeof(text)));
	assert_non_null(strstr(text, "0.020000 s after vcpu_first_run"));
}

static void marks_that_lack_or_lie_do_not(void **state)
{
	int64_t marks[MARKS];
	char text[256];

	(void)state;
	set(marks);
	marks[MARK_GUEST_INIT] = 0;
	assert_true(timeline_disagrees(marks, text, sizeof(text)));
	assert_string_equal(text, "no mark guest_init");
	set(marks);
	marks[MARK_VCPU_FIRST_RUN] = marks[MARK_QEMU_EXEC] - 1000;
	assert_true(timeline_disagrees(marks, text, sizeof(text)));
	assert_string_equal(text, "vcpu_first_run is 0.000001 s before qemu_exec");
	/* A tenth of the 4 s to the guest's kernel, and more than that. */
	set(marks);
	marks[MARK_FIRMWARE_FIRST_BYTE] = marks[MARK_VCPU_FIRST_RUN] + 400000000;
	assert_false(timeline_disagrees(marks, text, sizeof(text)));
	marks[MARK_FIRMWARE_FIRST_BYTE] += 1000000;
	assert_true(timeline_disagrees(marks, text, sizeof(text)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_event_is_taken_apart),
		cmocka_unit_test(a_comm_may_hold_anything),
		cmocka_unit_test(what_is_no_event_is_refused),
		cmocka_unit_test(fields_are_numbers),
		cmocka_unit_test(bytes_become_lines),
		cmocka_unit_test(marks_in_order_agree),
		cmocka_unit_test(marks_that_lack_or_lie_do_not),
	};

	return cmocka_run_group_tests_name("agent: traces and marks", tests, NULL, NULL);
}
