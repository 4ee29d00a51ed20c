// SPDX-License-Identifier: GPL-2.0-only
#include "lab/knob.h"
#include "tests/unit/cmocka.h"

static char *no_knobs[] = {NULL};
static char *all_knobs[] = {"pin_threads", NULL};

static const struct kernel plain = {.knobs = no_knobs};
static const struct kernel threaded = {.knobs = all_knobs};

static json_t *scenario;

static json_t *params_of(int threads)
{
	return json_pack("{s:i, s:i}", "memory", 4096, "threads", threads);
}

static const char *missing(const struct kernel *kernel, int threads)
{
	json_auto_t *params = params_of(threads);

	return knob_missing(scenario, params, kernel);
}

static void values_are_texts_by_knob(void **state)
{
	json_auto_t *params = params_of(4);
	json_auto_t *values = knob_values(scenario, params);
	g_autofree char *text = json_dumps(values, JSON_COMPACT);

	(void)state;
	assert_string_equal(text, "{\"pin_threads\":\"4\"}");
}

static void a_kernel_with_the_knob_takes_any_value(void **state)
{
	(void)state;
	assert_null(missing(&threaded, 1));
	assert_null(missing(&threaded, 4));
}

static void a_kernel_without_it_takes_the_default_only(void **state)
{
	(void)state;
	assert_null(missing(&plain, 1));
	assert_string_equal(missing(&plain, 2), "pin_threads");
}

static int make_scenario(void **state)
{
	(void)state;
	scenario = json_pack("{s:[{s:s, s:[i]}, {s:s, s:[i, i], s:s}]}", "params", "name", "memory",
			     "default", 4096, "name", "threads", "default", 1, 2, "knob",
			     "pin_threads");
	return !scenario;
}

static int free_scenario(void **state)
{
	(void)state;
	json_decref(scenario);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_texts_by_knob),
		cmocka_unit_test(a_kernel_with_the_knob_takes_any_value),
		cmocka_unit_test(a_kernel_without_it_takes_the_default_only),
	};

	return cmocka_run_group_tests(tests, make_scenario, free_scenario);
}
