// SPDX-License-Identifier: GPL-2.0-only
/* What deterministic testbeds can run, and how a scenario says that it runs on one. */
#include "lab/deterministic.h"
#include "tests/unit/cmocka.h"

#include <string.h>

static json_t *scenario(const char *guest_kernel, const char *collector)
{
	return json_pack("{s:s, s:{s:i, s:i}, s:s?, s:[s]}", "name", "one", "testbed", "cpus", 2,
			 "deadline", 60, "guest_kernel", guest_kernel, "collectors", collector);
}

static void a_scenario_becomes_one_of_one_cpu(void **state)
{
	json_auto_t *one = scenario(NULL, "dma-map");
	json_auto_t *sweep =
		json_pack("[{s:i}, {s:i, s:i}]", "memory", 1, "memory", 2, "threads", 1);
	int cpus, deadline;

	(void)state;
	assert_false(deterministic_is(one));
	assert_true(deterministic_make(one, sweep, NULL));
	assert_true(deterministic_is(one));
	json_unpack(one, "{s:{s:i, s:i}}", "testbed", "cpus", &cpus, "deadline", &deadline);
	assert_int_equal(cpus, 1);
	assert_true(deadline > 60);
}

static void assert_refused(json_t *one, json_t *sweep, const char *remedy)
{
	g_autoptr(GError) err = NULL;

	assert_false(deterministic_make(one, sweep, &err));
	assert_true(g_error_matches(err, BL_ERROR, BL_ERROR_INPUT));
	assert_non_null(strstr(err->message, remedy));
	assert_false(deterministic_is(one));
}

static void what_such_a_testbed_has_not_is_refused(void **state)
{
	json_auto_t *guest = scenario("6.1", "dma-map"), *perf = scenario(NULL, "perf-record");
	json_auto_t *once = json_pack("[{s:i}]", "threads", 1);

	(void)state;
	assert_refused(guest, once, "without a guest");
	assert_refused(perf, once, "leave out -c perf-record");
}

static void a_thread_gets_a_cpu(void **state)
{
	json_auto_t *pinning = scenario(NULL, "dma-map");
	json_auto_t *sweep = json_pack("[{s:i}, {s:i}]", "threads", 1, "threads", 3);

	(void)state;
	assert_int_equal(deterministic_cpus(pinning), 0);
	assert_true(deterministic_make(pinning, sweep, NULL));
	assert_int_equal(deterministic_cpus(pinning), 3);
}

static const char *headline_of(int threads)
{
	static char headline[16];
	json_auto_t *one = scenario(NULL, "dma-map");
	json_auto_t *sweep = json_pack("[{s:i}]", "threads", threads);

	json_object_set_new(one, "headline", json_string("clock"));
	json_object_set_new(one, "projected", json_string("projected"));
	assert_true(deterministic_make(one, sweep, NULL));
	g_strlcpy(headline, json_string_value(json_object_get(one, "headline")), sizeof(headline));
	return headline;
}

/* One clock tells all that one CPU does. */
static void several_cpus_are_about_what_is_projected(void **state)
{
	(void)state;
	assert_string_equal(headline_of(1), "clock");
	assert_string_equal(headline_of(2), "projected");
}

static void iterations_differ_in_their_turns(void **state)
{
	(void)state;
	assert_true(deterministic_turn(1) > 0);
	assert_int_not_equal(deterministic_turn(1), deterministic_turn(2));
	assert_int_equal(deterministic_turn(2), deterministic_turn(2));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_scenario_becomes_one_of_one_cpu),
		cmocka_unit_test(what_such_a_testbed_has_not_is_refused),
		cmocka_unit_test(a_thread_gets_a_cpu),
		cmocka_unit_test(several_cpus_are_about_what_is_projected),
		cmocka_unit_test(iterations_differ_in_their_turns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
