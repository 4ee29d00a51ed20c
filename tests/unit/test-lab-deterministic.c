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
	json_auto_t *plain = scenario(NULL, "dma-map");
	json_auto_t *once = json_pack("[{s:i}]", "threads", 1);
	json_auto_t *twice = json_pack("[{s:i}, {s:i}]", "threads", 1, "threads", 2);

	(void)state;
	assert_refused(guest, once, "without a guest");
	assert_refused(perf, once, "leave out -c perf-record");
	assert_refused(plain, twice, "give -t 1");
}

/* They sleep where they wait for each other, and leave the clock to who works. */
static void threads_of_the_kernel_get_a_cpu_each(void **state)
{
	json_auto_t *pinning = scenario(NULL, "dma-map");
	json_auto_t *sweep = json_pack("[{s:i}, {s:i}]", "threads", 1, "threads", 3);

	(void)state;
	json_object_set_new(pinning, "params",
			    json_pack("[{s:s}, {s:s, s:s}]", "name", "memory", "name", "threads",
				      "knob", "pin_threads"));
	assert_true(deterministic_make(pinning, sweep, NULL));
	assert_int_equal(
		json_integer_value(json_object_get(json_object_get(pinning, "testbed"), "cpus")),
		3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_scenario_becomes_one_of_one_cpu),
		cmocka_unit_test(what_such_a_testbed_has_not_is_refused),
		cmocka_unit_test(threads_of_the_kernel_get_a_cpu_each),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
