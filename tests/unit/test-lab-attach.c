// SPDX-License-Identifier: GPL-2.0-only
/* Which collectors there are, and in whose samples they run. */
#include "lab/attach.h"
#include "tests/unit/cmocka.h"

#include <string.h>

static const char scenario_text[] =
	"{\"name\": \"one\", \"workload\": \"w\", \"testbed\": {\"deadline\": 60},"
	" \"intervals\": [{\"name\": \"i\"}], \"headline\": \"x\", \"phases\": [\"a\", \"b\"],"
	" \"gates\": [\"g\"], \"collectors\": [\"dma-map\"]}";

/* A word list as the command line gives it. */
static char **given(const char *first, const char *second)
{
	const char *words[] = {first, second, NULL};

	return g_strdupv((char **)words);
}

static char *dump(json_t *json)
{
	return json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS);
}

static void the_table_is_sorted_and_whole(void **state)
{
	const struct collector_info *info = attach_collectors();

	(void)state;
	for (; info[1].name; info++) {
		assert_true(strcmp(info[0].name, info[1].name) < 0);
		assert_true(*info->summary && *info->overhead);
		assert_int_equal(info->disturbs, !strcmp(info->overhead, "disturbs"));
	}
}

static void names_are_parted_and_known(void **state)
{
	char **names = given("perf-stat,lock-stat", "rusage,perf-stat");

	(void)state;
	assert_true(attach_parse(&names, NULL));
	g_autofree char *joined = g_strjoinv(" ", names);

	assert_string_equal(joined, "perf-stat lock-stat rusage");
	g_strfreev(names);
}

static void an_unknown_name_is_refused_with_the_list(void **state)
{
	static const char *const bad[] = {"perf-stat,nope", "", "perf-stat,", "Perf-Stat"};

	(void)state;
	for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GError) err = NULL;
		char **names = given(bad[i], NULL);

		assert_false(attach_parse(&names, &err));
		assert_non_null(strstr(err->message, "there are: dma-map, fio, lock-stat"));
		g_strfreev(names);
	}
}

static void light_ones_join_the_table(void **state)
{
	char *names[] = {"rusage", "dma-map", NULL};
	json_auto_t *scenario = json_loads(scenario_text, 0, NULL);
	json_auto_t *variants = attach_variants(scenario, names);
	g_autofree char *collectors =
		dump(json_object_get(json_array_get(variants, 0), "collectors"));

	(void)state;
	assert_int_equal(json_array_size(variants), 1);
	assert_string_equal(collectors, "[\"dma-map\",\"rusage\"]");
	json_object_set(scenario, "collectors",
			json_object_get(json_array_get(variants, 0), "collectors"));
	assert_true(json_equal(scenario, json_array_get(variants, 0)));
}

static void those_that_disturb_are_by_themselves(void **state)
{
	char *names[] = {"off-cpu", "rusage", "perf-record", NULL};
	json_auto_t *scenario = json_loads(scenario_text, 0, NULL);
	json_auto_t *variants = attach_variants(scenario, names);
	g_autofree char *plain = dump(json_object_get(json_array_get(variants, 0), "collectors"));
	g_autofree char *probe = dump(json_array_get(variants, 2));

	(void)state;
	assert_int_equal(json_array_size(variants), 3);
	assert_string_equal(plain, "[\"dma-map\",\"rusage\"]");
	assert_null(json_object_get(json_array_get(variants, 0), "probe"));
	assert_string_equal(probe, "{\"collectors\":[\"dma-map\",\"perf-record\"],"
				   "\"gates\":[\"g\"],\"intervals\":[],"
				   "\"name\":\"one:perf-record\",\"phases\":[],"
				   "\"probe\":\"perf-record\",\"testbed\":{\"deadline\":120},"
				   "\"workload\":\"w\"}");
}

static void a_scenario_can_ask_for_one_that_disturbs(void **state)
{
	json_auto_t *scenario = json_loads(scenario_text, 0, NULL);

	(void)state;
	json_object_set_new(scenario, "collectors", json_pack("[s, s]", "lock-stat", "dma-map"));
	json_auto_t *variants = attach_variants(scenario, NULL);
	g_autofree char *plain = dump(json_object_get(json_array_get(variants, 0), "collectors"));
	const char *probe =
		json_string_value(json_object_get(json_array_get(variants, 1), "probe"));

	assert_int_equal(json_array_size(variants), 2);
	assert_string_equal(plain, "[\"dma-map\"]");
	assert_string_equal(probe, "lock-stat");
}

static void one_of_a_workload_joins_no_other(void **state)
{
	char *names[] = {"fio", "rusage", NULL};
	json_auto_t *scenario = json_loads(scenario_text, 0, NULL);
	json_auto_t *variants = attach_variants(scenario, names);
	g_autofree char *collectors =
		dump(json_object_get(json_array_get(variants, 0), "collectors"));
	g_autoptr(GError) err = NULL;

	(void)state;
	assert_string_equal(collectors, "[\"dma-map\",\"rusage\"]");
	assert_true(attach_fits("fio", "guest-io", NULL));
	assert_true(attach_fits("rusage", "w", NULL));
	assert_false(attach_fits("fio", "w", &err));
	assert_non_null(strstr(err->message, "'fio'"));
	assert_non_null(strstr(err->message, "guest-io"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_is_sorted_and_whole),
		cmocka_unit_test(names_are_parted_and_known),
		cmocka_unit_test(an_unknown_name_is_refused_with_the_list),
		cmocka_unit_test(light_ones_join_the_table),
		cmocka_unit_test(those_that_disturb_are_by_themselves),
		cmocka_unit_test(one_of_a_workload_joins_no_other),
		cmocka_unit_test(a_scenario_can_ask_for_one_that_disturbs),
	};

	return cmocka_run_group_tests_name("collectors of a campaign", tests, NULL, NULL);
}
