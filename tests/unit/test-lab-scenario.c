// SPDX-License-Identifier: GPL-2.0-only
#include "lab/paths.h"
#include "lab/scenario.h"
#include "tests/unit/cmocka.h"

#include <glib/gstdio.h>
#include <string.h>

static char *data; /* a folder with scenarios/ in it, instead of the project's */

static const char good[] = "name: one\n"
			   "summary: A scenario\n"
			   "description: |\n"
			   "  Text.\n"
			   "workload: vfio-pin\n"
			   "testbed: {memory: 1G, cpus: 2, deadline: 60}\n"
			   "params:\n"
			   "  - {name: memory, kind: size, default: [1G], help: memory}\n"
			   "  - {name: threads, kind: count, default: [1, 2], help: threads}\n"
			   "intervals:\n"
			   "  - {name: total, from: a, to: b}\n"
			   "gates: [dmesg_clean]\n";

static void write_scenario(const char *name, const char *text)
{
	g_autofree char *path = g_strdup_printf("%s/scenarios/%s.yaml", data, name);

	assert_true(g_file_set_contents(path, text, -1, NULL));
}

/* The good scenario with one line replaced. */
static char *changed(const char *line, const char *by)
{
	g_auto(GStrv) parts = g_strsplit(good, line, 2);

	assert_int_equal(g_strv_length(parts), 2);
	return g_strconcat(parts[0], by, parts[1], NULL);
}

static void a_scenario_is_read_with_its_sizes(void **state)
{
	json_int_t memory, deadline;
	const char *better;

	(void)state;
	write_scenario("one", good);
	json_auto_t *scenario = scenario_load("one", NULL);

	assert_non_null(scenario);
	assert_int_equal(json_unpack(scenario, "{s:{s:I, s:I}, s:[{s:s}]}", "testbed", "memory",
				     &memory, "deadline", &deadline, "intervals", "better",
				     &better),
			 0);
	assert_int_equal(memory, 1 << 30);
	assert_int_equal(deadline, 60);
	assert_string_equal(better, "lower");
}

static void a_testbed_can_have_words_for_its_kernel(void **state)
{
	g_autofree char *text = changed("cpus: 2", "cpus: 2, cmdline: \"movablecore=50% quiet\"");
	const char *cmdline;

	(void)state;
	write_scenario("one", text);
	json_auto_t *scenario = scenario_load("one", NULL);

	assert_int_equal(json_unpack(scenario, "{s:{s:s}}", "testbed", "cmdline", &cmdline), 0);
	assert_string_equal(cmdline, "movablecore=50% quiet");
}

static void a_testbed_can_have_memory_that_aliases(void **state)
{
	g_autofree char *text = changed("cpus: 2", "cpus: 2, alias: {size: 2G, total: 322G}");
	json_int_t size, total;

	(void)state;
	write_scenario("one", text);
	json_auto_t *scenario = scenario_load("one", NULL);

	assert_int_equal(json_unpack(scenario, "{s:{s:{s:I, s:I}}}", "testbed", "alias", "size",
				     &size, "total", &total),
			 0);
	assert_int_equal(size, 2LL << 30);
	assert_int_equal(total, 322LL << 30);
}

static void a_scenario_may_name_its_headline(void **state)
{
	g_autofree char *text =
		changed("workload: vfio-pin\n", "workload: vfio-pin\nheadline: x\n");

	(void)state;
	write_scenario("one", text);
	json_auto_t *scenario = scenario_load("one", NULL);

	assert_string_equal(json_string_value(json_object_get(scenario, "headline")), "x");
	write_scenario("one", good);
	json_auto_t *without = scenario_load("one", NULL);

	assert_non_null(without);
	assert_null(json_object_get(without, "headline"));
}

static void faults_are_named_with_file_and_line(void **state)
{
	static const struct {
		const char *line, *by, *says;
	} faults[] = {
		{"workload: vfio-pin\n", "worklaod: vfio-pin\n", "one.yaml:5"},
		{"cpus: 2", "cpus: two", "one.yaml:6"},
		{"kind: size", "kind: sizes", "one.yaml:8"},
		{"[1G]", "[1Q]", "one.yaml:"},
		{"from: a, ", "", "one.yaml:"},
		{"to: b}", "to: b, better: best}", "one.yaml:11"},
		{"name: one", "name: two", "one.yaml:1"},
		{"memory: 1G", "memory: lots", "one.yaml:6"},
		{"workload: vfio-pin\n", "workload: vfio-pin\narchs: [vax]\n", "one.yaml:6"},
		{"cpus: 2", "cpus: 0", "one.yaml:6"},
		{"gates: [d", "collectors: [nope]\ngates: [d", "one.yaml:12"},
		{"gates: [d", "collectors: [fio]\ngates: [d", "one.yaml:12"},
		{"cpus: 2", "cpus: 2, cmdline: \"a  b\"", "one.yaml:6"},
		{"cpus: 2", "cpus: 2, cmdline: \"a -- init\"", "one.yaml:6"},
		{"cpus: 2", "cpus: 2, cmdline: \"a='b'\"", "one.yaml:6"},
		{"cpus: 2", "cpus: 2, cmdline: \"a\\nb\"", "one.yaml:6"},
		{"cpus: 2", "cpus: 2, alias: {size: 2G}", "one.yaml:6"},
		{"cpus: 2", "cpus: 2, alias: {size: many, total: 4G}", "one.yaml:6"},
		{"cpus: 2", "cpus: 2, alias: {size: 2G, total: 3G}", "one.yaml:6"},
		{"cpus: 2", "cpus: 2, alias: {size: 1M, total: 4M}", "one.yaml:6"},
		{"cpus: 2", "cpus: 2, alias: {size: 0, total: 4G}", "one.yaml:6"},
		{"cpus: 2", "cpus: 2, alias: {size: 1G, total: 257G}", "one.yaml:6"},
	};

	(void)state;
	for (guint i = 0; i < G_N_ELEMENTS(faults); i++) {
		g_autofree char *text = changed(faults[i].line, faults[i].by);
		g_autoptr(GError) err = NULL;

		write_scenario("one", text);
		json_auto_t *scenario = scenario_load("one", &err);

		assert_null(scenario);
		if (!strstr(err->message, faults[i].says))
			fail_msg("%s: %s", faults[i].by, err->message);
	}
}

static void a_scenario_runs_where_it_says(void **state)
{
	g_autofree char *text =
		changed("workload: vfio-pin\n", "workload: vfio-pin\narchs: [x86_64, ppc64le]\n");

	(void)state;
	write_scenario("one", good);
	json_auto_t *scenario = scenario_load("one", NULL);

	assert_true(scenario_runs_on(scenario, "x86_64"));
	assert_false(scenario_runs_on(scenario, "ppc64le"));
	write_scenario("one", text);
	json_auto_t *more = scenario_load("one", NULL);

	assert_true(scenario_runs_on(more, "x86_64"));
	assert_true(scenario_runs_on(more, "ppc64le"));
}

static void an_unknown_scenario_lists_those_there_are(void **state)
{
	g_autoptr(GError) err = NULL;

	(void)state;
	write_scenario("one", good);
	assert_null(scenario_load("../scenarios/one", &err));
	assert_non_null(strstr(err->message, "there are: one"));
}

static void settings_replace_and_multiply(void **state)
{
	char *settings[] = {"memory=1G,2G", NULL};

	(void)state;
	write_scenario("one", good);
	json_auto_t *scenario = scenario_load("one", NULL);
	json_auto_t *sweep = scenario_sweep(scenario, settings, NULL);
	g_autofree char *text = json_dumps(sweep, JSON_COMPACT);

	assert_string_equal(text, "[{\"memory\":1073741824,\"threads\":1},"
				  "{\"memory\":1073741824,\"threads\":2},"
				  "{\"memory\":2147483648,\"threads\":1},"
				  "{\"memory\":2147483648,\"threads\":2}]");
}

static void wrong_settings_are_refused(void **state)
{
	static char *const wrong[] = {"memory", "memory=", "memory=1X", "threads=-1", "colour=red"};

	(void)state;
	write_scenario("one", good);
	json_auto_t *scenario = scenario_load("one", NULL);

	for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_autoptr(GError) err = NULL;
		char *settings[] = {wrong[i], NULL};

		assert_null(scenario_sweep(scenario, settings, &err));
		assert_non_null(strstr(err->message, "cannot set"));
	}
}

static void a_parameter_may_turn_a_knob(void **state)
{
	g_autofree char *text = changed("help: threads}", "knob: pin_threads, help: threads}");
	const char *knob;

	(void)state;
	write_scenario("one", text);
	json_auto_t *scenario = scenario_load("one", NULL);

	assert_int_equal(json_unpack(scenario, "{s:[{}, {s:s}]}", "params", "knob", &knob), 0);
	assert_string_equal(knob, "pin_threads");
	json_t *memory = json_array_get(json_object_get(scenario, "params"), 0);

	assert_null(json_object_get(memory, "knob"));
}

/* What the testbed gets for a sweep of these threads; the scenario says two. */
static json_int_t cpus_for(char *threads)
{
	char *settings[] = {threads, NULL};
	json_int_t cpus;

	json_auto_t *scenario = scenario_load("one", NULL);
	json_auto_t *sweep = scenario_sweep(scenario, settings, NULL);

	scenario_give_cpus(scenario, sweep);
	assert_int_equal(json_unpack(scenario, "{s:{s:I}}", "testbed", "cpus", &cpus), 0);
	return cpus;
}

static void each_thread_gets_a_cpu(void **state)
{
	(void)state;
	write_scenario("one", good);
	assert_int_equal(cpus_for("threads=1"), 2);
	assert_int_equal(cpus_for("threads=1,8,4"), 8);
}

static int make_data(void **state)
{
	(void)state;
	data = g_dir_make_tmp("bootlab-test-XXXXXX", NULL);
	g_autofree char *scenarios = g_build_filename(data, "scenarios", NULL);

	g_setenv("BOOTLAB_DATA", data, TRUE);
	return g_mkdir(scenarios, 0755);
}

static int remove_data(void **state)
{
	(void)state;
	bool ok = path_remove_tree(data, NULL);

	g_free(data);
	return !ok;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_scenario_is_read_with_its_sizes),
		cmocka_unit_test(a_testbed_can_have_words_for_its_kernel),
		cmocka_unit_test(a_testbed_can_have_memory_that_aliases),
		cmocka_unit_test(a_scenario_may_name_its_headline),
		cmocka_unit_test(faults_are_named_with_file_and_line),
		cmocka_unit_test(a_scenario_runs_where_it_says),
		cmocka_unit_test(an_unknown_scenario_lists_those_there_are),
		cmocka_unit_test(settings_replace_and_multiply),
		cmocka_unit_test(wrong_settings_are_refused),
		cmocka_unit_test(a_parameter_may_turn_a_knob),
		cmocka_unit_test(each_thread_gets_a_cpu),
	};

	return cmocka_run_group_tests(tests, make_data, remove_data);
}
