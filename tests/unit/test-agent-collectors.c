// SPDX-License-Identifier: GPL-2.0-only
/* What collectors make of the texts of perf, of the kernel's trace and of its lock statistics. */
#include "collectors/collector.h"
#include "collectors/fail.h"
#include "collectors/folded.h"
#include "collectors/lock-stat.h"
#include "collectors/off-cpu.h"
#include "collectors/perf-event.h"
#include "collectors/perf-script.h"
#include "collectors/thp-time.h"
#include "tests/unit/cmocka.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- folded stacks ---- */

static void equal_stacks_are_one(void **state)
{
	struct folded folded = {0};
	char *text;

	(void)state;
	assert_int_equal(folded_add(&folded, "a;c", 2), 0);
	assert_int_equal(folded_add(&folded, "a;b", 1), 0);
	assert_int_equal(folded_add(&folded, "a;c", 5), 0);
	text = folded_text(&folded);
	assert_string_equal(text, "a;b 1\na;c 7\n");
	free(text);
	text = folded_top(&folded, 1);
	assert_string_equal(text, "7\t87.5\ta;c\n");
	free(text);
	folded_clear(&folded);
	text = folded_text(&folded);
	assert_string_equal(text, "");
	free(text);
}

static void a_frame_cannot_part_a_stack(void **state)
{
	struct folded folded = {0};
	struct stack stack = {.comm = "x"};
	char *text;

	(void)state;
	stack_push(&stack, "in;ner 3", 8);
	stack_push(&stack, "outer()", 5);
	assert_int_equal(folded_add_stack(&folded, &stack, "none", 1), 0);
	text = folded_text(&folded);
	assert_string_equal(text, "x;outer;in_ner_3 1\n");
	free(text);
	folded_clear(&folded);
}

static void a_stack_too_deep_is_cut(void **state)
{
	static struct stack stack;
	struct folded folded = {0};

	(void)state;
	for (int i = 0; i < FOLDED_FRAMES_MAX + 10; i++)
		stack_push(&stack, "frame", 5);
	assert_int_equal(folded_add_stack(&folded, &stack, "none", 1), 0);
	assert_int_equal(folded.weight, 1);
	folded_clear(&folded);
}

/* ---- perf script ---- */

static int feed(struct perf_script *script, const char *const *lines)
{
	int rc = 0;

	for (; *lines && !rc; lines++)
		rc = perf_script_line(script, *lines);
	return rc;
}

static void perf_samples_are_folded(void **state)
{
	static const char *const lines[] = {
		"CPU 0/KVM   58    1003009 ",
		"\tffffffff816b4766 clear_page_orig ([kernel.kallsyms])",
		"\tffffffff81000130 operator new(int) (/usr/lib/x.so (deleted))",
		"",
		"agent    41    1003009 ",
		"",
		"agent    41    1003009 ",
		NULL,
	};
	struct perf_script script = {0};
	char *text;

	(void)state;
	assert_int_equal(feed(&script, lines), 0);
	assert_int_equal(perf_script_end(&script), 0);
	text = folded_text(&script.stacks);
	assert_string_equal(text, "CPU_0/KVM;operator_new(int)_(/usr/lib/x.so;clear_page_orig 1\n"
				  "agent;[user] 2\n");
	free(text);
	text = folded_top(&script.leaves, 9);
	assert_string_equal(text, "2\t66.7\t[user]\n1\t33.3\tclear_page_orig\n");
	free(text);
	folded_clear(&script.stacks);
	folded_clear(&script.leaves);
}

static void what_perf_does_not_say_is_refused(void **state)
{
	static const char *const bad[][4] = {
		{"agent"},
		{"agent 41"},
		{"41 1003009"},
		{"agent 41 soon"},
		{"agent 41 100", "agent 41 100"},
		{"\tffffffff816b4766 clear_page ([kernel.kallsyms])"},
		{"agent 41 100", "\tclear_page ([kernel.kallsyms])"},
		{"agent 41 100", "\tffffffff816b4766"},
		{"agent 41 100", "\tffffffff816b4766 clear_page"},
		{"agent 41 100", "\tffffffff816b4766 ("},
		{"agent 41 100", "\t"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct perf_script script = {0};

		if (feed(&script, bad[i]) != -EINVAL)
			fail_msg("was taken: %s", bad[i][0]);
		folded_clear(&script.stacks);
		folded_clear(&script.leaves);
	}
	/* The first words are kept: they have the number and the text of the line. */
	assert_string_equal(fail_reason(), "perf script: line 1 is not understood: agent");
}

/* ---- lock_stat ---- */

#define RULER "-----------------------------------------\n"
#define HEAD                            \
	"lock_stat version 0.4\n" RULER \
	"    class name    con-bounces    contentions   waittime-min   waittime-max\n" RULER "\n"

static const char lock_stat[] =
	HEAD "                     &mm->mmap_lock-W:            46             84           0.26  "
	     "       939.10       16371.53         194.90          47291        2922365           "
	     "0.16     2220301.69 17464026916.32        5975.99\n"
	     "                     &mm->mmap_lock-R:            37            100           1.31  "
	     "    299502.61      325629.52        3256.30         212344       34316685           "
	     "0.10        7744.91    95016910.20           2.77\n"
	     "                     ---------------\n"
	     "                       &mm->mmap_lock              1          "
	     "[<ffffffff811502a7>] khugepaged_scan_mm_slot+0x57/0x280\n"
	     "\n"
	     "..............................................................................\n"
	     "\n"
	     "                      (wq_completion)a: b:             0              0           "
	     "0.00           0.00           0.00           0.00              0              7    "
	     "       0.10           1.00           2.00           0.30\n";

static void locks_are_told_by_class_and_side(void **state)
{
	struct lock_wait *waits;
	size_t count;

	(void)state;
	assert_int_equal(lock_stat_parse(lock_stat, &waits, &count), 0);
	assert_int_equal(count, 2);
	assert_string_equal(waits[0].name, "mm_mmap_lock.read");
	assert_int_equal(waits[0].contentions, 100);
	assert_int_equal(waits[0].acquisitions, 34316685);
	assert_true(waits[0].total_s > 0.3256295 && waits[0].total_s < 0.3256296);
	assert_true(waits[0].longest_s > 0.2995026 && waits[0].longest_s < 0.2995027);
	assert_string_equal(waits[1].name, "mm_mmap_lock.write");
	free(waits);
	assert_int_equal(lock_stat_parse(HEAD, &waits, &count), 0);
	assert_int_equal(count, 0);
	free(waits);
}

static void classes_of_one_name_are_one(void **state)
{
	static const char text[] = HEAD "a-b: 0 1 0.0 5.0 5.0 0.0 0 2 0.0 0.0 0.0 0.0\n"
					"&(a)->b: 0 2 0.0 9.0 9.0 0.0 0 3 0.0 0.0 0.0 0.0\n";
	struct lock_wait *waits;
	size_t count;

	(void)state;
	assert_int_equal(lock_stat_parse(text, &waits, &count), 0);
	assert_int_equal(count, 1);
	assert_string_equal(waits->name, "a_b");
	assert_int_equal(waits->contentions, 3);
	assert_int_equal(waits->acquisitions, 5);
	assert_true(waits->longest_s > 8.9e-6 && waits->longest_s < 9.1e-6);
	free(waits);
}

static void a_long_class_fits_a_metric(void **state)
{
	static const char text[] =
		HEAD "&(&this->is_a_class_with_a_name_beyond_all_measure)->lock#2/1-W: "
		     "0 1 0.0 5.0 5.0 0.0 0 2 0.0 0.0 0.0 0.0\n";
	struct lock_wait *waits;
	size_t count;

	(void)state;
	assert_int_equal(lock_stat_parse(text, &waits, &count), 0);
	assert_int_equal(count, 1);
	assert_true(strlen(waits->name) < LOCK_NAME_MAX);
	assert_string_equal(waits->name + strlen(waits->name) - 6, ".write");
	free(waits);
}

static void what_is_no_lock_stat_is_refused(void **state)
{
	static const char *const bad[] = {
		"",
		"lock_stat version 0.5\n",
		HEAD "*WARNING* lock debugging disabled!! - possibly due to a lockdep warning\n",
		HEAD "a: 0 1 0.0 5.0 5.0 0.0 0 2 0.0 0.0 0.0\n",
		HEAD "a: 0 1 0.0 5.0 5.0 0.0 0 2 0.0 0.0 0.0 0.0 7\n",
		HEAD "a: 0 1 0.0 five 5.0 0.0 0 2 0.0 0.0 0.0 0.0\n",
		HEAD ": 0 1 0.0 5.0 5.0 0.0 0 2 0.0 0.0 0.0 0.0\n",
		HEAD "a 0 1 0.0 5.0 5.0 0.0 0 2 0.0 0.0 0.0 0.0\n",
		HEAD "a: 0 1 0.0 5.0 5.0 0.0 0 2 0.0 0.0 0.0 0.0",
	};
	struct lock_wait *waits;
	size_t count;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		if (lock_stat_parse(bad[i], &waits, &count) != -EINVAL)
			fail_msg("was taken: %s", bad[i]);
		assert_null(waits);
	}
}

/* ---- sched_switch ---- */

#define SWITCH(who, t, prev, state, next)                                         \
	"  " who " [001] d..2. " t ": sched_switch: prev_comm=a b prev_pid=" prev \
	" prev_prio=120 prev_state=" state " ==> next_comm=c next_pid=" next " next_prio=120"

static void follow(struct off_cpu *off, const char *const *lines)
{
	char text[256];

	for (; *lines; lines++) {
		snprintf(text, sizeof(text), "%s", *lines);
		off_cpu_line(off, text);
	}
}

static void switches_have_comms_of_any_kind(void **state)
{
	struct sched_switch parsed;

	(void)state;
	assert_int_equal(sched_switch_parse(" prev_comm=x prev_pid=9 prev_prio=1 prev_state=R ==> "
					    "next_comm=y prev_pid=3 prev_pid=41 prev_prio=120 "
					    "prev_state=D|K ==> next_comm=z next_pid=7 next_pid=0 "
					    "next_prio=120",
					    &parsed),
			 0);
	assert_int_equal(parsed.prev, 41);
	assert_int_equal(parsed.state, 'D');
	assert_int_equal(parsed.next, 0);
}

static void what_is_no_switch_is_refused(void **state)
{
	static const char *const bad[] = {
		"",
		"prev_comm=a prev_pid=1 prev_prio=2 prev_state=S",
		"prev_pid=1 prev_prio=2 prev_state=S ==> next_comm=b next_pid=2",
		"prev_comm=a prev_pid=x prev_prio=2 prev_state=S ==> next_comm=b next_pid=2",
		"prev_comm=a prev_pid=1 prev_prio=2 ==> next_comm=b next_pid=2",
		"prev_comm=a prev_pid=1 prev_prio=2 prev_state=S ==> next_comm=b next_pid=",
		"next_comm=b next_pid=2 prev_comm=a prev_pid=1 prev_prio=2 prev_state=S",
	};
	struct sched_switch parsed;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (sched_switch_parse(bad[i], &parsed) != -EINVAL)
			fail_msg("was taken: %s", bad[i]);
}

static void time_off_the_cpu_is_summed(void **state)
{
	static const char *const lines[] = {
		SWITCH("x-41", "1.000000", "41", "S", "0"),
		"  x-41 [001] d..2. 1.000000: <stack trace>",
		" => trace_event_raw_event_sched_switch",
		" => __schedule",
		/* Another CPU's record, and its stack, between the two. */
		SWITCH("y-7", "1.000100", "7", "S", "41"),
		"  y-7 [000] d..2. 1.000100: <stack trace>",
		" => nobody_asked",
		SWITCH("x-41", "1.001000", "41", "R+", "9"),
		SWITCH("y-9", "1.004000", "9", "S", "41"),
		NULL,
	};
	static struct off_cpu off;
	char *text;

	(void)state;
	off_cpu_follow(&off, 41);
	follow(&off, lines);
	assert_int_equal(off.unread, 0);
	assert_int_equal(off.switches, 2);
	assert_int_equal(off.blocked_ns, 100000);
	assert_int_equal(off.longest_ns, 100000);
	assert_int_equal(off.runnable_ns, 3000000);
	text = folded_text(&off.stacks);
	assert_string_equal(text, "a_b;__schedule 100\n");
	free(text);
	off_cpu_clear(&off);
}

static void what_it_forks_is_followed(void **state)
{
	static const char *const lines[] = {
		"  x-41 [001] ..... 1.000000: sched_process_fork: comm=x child_pid=3 pid=41 "
		"child_comm=x child_pid=42",
		"  y-7 [001] ..... 1.000000: sched_process_fork: comm=y pid=7 child_comm=y "
		"child_pid=43",
		SWITCH("x-42", "2.000000", "42", "D", "0"),
		SWITCH("y-43", "2.000000", "43", "D", "0"),
		SWITCH("z-0", "3.000000", "0", "R", "42"),
		SWITCH("z-0", "3.000000", "0", "R", "43"),
		/* A thread that ends does not come back. */
		SWITCH("x-42", "4.000000", "42", "X", "0"),
		SWITCH("z-0", "5.000000", "0", "R", "42"),
		NULL,
	};
	static struct off_cpu off;

	(void)state;
	off_cpu_follow(&off, 41);
	follow(&off, lines);
	assert_int_equal(off.unread, 0);
	assert_int_equal(off.n_threads, 2);
	assert_int_equal(off.blocked_ns, 1000000000);
	off_cpu_clear(&off);
}

static void waiting_for_the_agent_does_not_count(void **state)
{
	static const char *const lines[] = {
		SWITCH("x-41", "1.000000", "41", "S", "0"),
		SWITCH("y-7", "1.500000", "7", "S", "41"),
		SWITCH("x-41", "2.000000", "41", "S", "0"),
		SWITCH("y-7", "2.100000", "7", "S", "41"),
		NULL,
	};
	static struct off_cpu off;

	(void)state;
	off_cpu_follow(&off, 41);
	off_cpu_hold(&off, 1200000000);
	follow(&off, lines);
	assert_int_equal(off.blocked_ns, 100000000);
	off_cpu_clear(&off);
}

static void unread_lines_of_a_trace_are_counted(void **state)
{
	static const char *const lines[] = {
		"CPU:1 [LOST 12 EVENTS]",
		"  x-41 [001] d..2. 1.000000: sched_switch: prev_comm=a prev_pid=41",
		"  x-41 [001] ..... 1.000000: sched_process_fork: comm=x pid=41 child_comm=x",
		"garbage",
		NULL,
	};
	static struct off_cpu off;

	(void)state;
	off_cpu_follow(&off, 41);
	follow(&off, lines);
	assert_int_equal(off.unread, 4);
	off_cpu_clear(&off);
	for (int i = 0; i < OFF_CPU_THREADS_MAX + 3; i++)
		off_cpu_follow(&off, i + 1);
	assert_int_equal(off.unread, 3);
	off_cpu_clear(&off);
}

/* ---- counters ---- */

static void counters_that_shared_are_scaled(void **state)
{
	double value = 0;

	(void)state;
	assert_int_equal(perf_event_scale(100, 50, 50, &value), 0);
	assert_true(value == 100);
	assert_int_equal(perf_event_scale(100, 50, 25, &value), 0);
	assert_true(value == 200);
	/* Never begun, and so nothing counted; or never let on the PMU. */
	assert_int_equal(perf_event_scale(0, 0, 0, &value), 0);
	assert_true(value == 0);
	assert_int_equal(perf_event_scale(0, 50, 0, &value), -ENODATA);
}

static void meminfo_is_in_kb(void **state)
{
	uint64_t bytes = 0;

	(void)state;
	assert_int_equal(meminfo_bytes("MemTotal: 9 kB\nAnonHugePages:    2048 kB\n",
				       "AnonHugePages", &bytes),
			 0);
	assert_int_equal(bytes, 2048 * 1024);
	assert_int_equal(meminfo_bytes("AnonHugePages: 2 kB\n", "AnonHuge", &bytes), -ENOENT);
	assert_int_equal(meminfo_bytes("AnonHugePages: 2 MB\n", "AnonHugePages", &bytes), -EINVAL);
	assert_int_equal(meminfo_bytes("AnonHugePages: x kB\n", "AnonHugePages", &bytes), -EINVAL);
	assert_int_equal(meminfo_bytes("AnonHugePages:", "AnonHugePages", &bytes), -EINVAL);
	assert_int_equal(meminfo_bytes("", "AnonHugePages", &bytes), -ENOENT);
}

/* What comes before it in the list is started, and so is stopped. */
static void an_unknown_collector_is_refused(void **state)
{
	json_t *names = json_pack("[s, s]", "rusage", "nope"), *odd = json_pack("[i]", 1);

	(void)state;
	assert_int_equal(collectors_start(names, 0), -EINVAL);
	assert_int_equal(collectors_start(odd, 0), -EINVAL);
	assert_int_equal(collectors_drain(), 0);
	assert_int_equal(collectors_stop(), 0);
	json_decref(names);
	json_decref(odd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_stacks_are_one),
		cmocka_unit_test(a_frame_cannot_part_a_stack),
		cmocka_unit_test(a_stack_too_deep_is_cut),
		cmocka_unit_test(perf_samples_are_folded),
		cmocka_unit_test(what_perf_does_not_say_is_refused),
		cmocka_unit_test(locks_are_told_by_class_and_side),
		cmocka_unit_test(classes_of_one_name_are_one),
		cmocka_unit_test(a_long_class_fits_a_metric),
		cmocka_unit_test(what_is_no_lock_stat_is_refused),
		cmocka_unit_test(switches_have_comms_of_any_kind),
		cmocka_unit_test(what_is_no_switch_is_refused),
		cmocka_unit_test(time_off_the_cpu_is_summed),
		cmocka_unit_test(what_it_forks_is_followed),
		cmocka_unit_test(waiting_for_the_agent_does_not_count),
		cmocka_unit_test(unread_lines_of_a_trace_are_counted),
		cmocka_unit_test(counters_that_shared_are_scaled),
		cmocka_unit_test(meminfo_is_in_kb),
		cmocka_unit_test(an_unknown_collector_is_refused),
	};

	return cmocka_run_group_tests_name("agent: collectors", tests, NULL, NULL);
}
