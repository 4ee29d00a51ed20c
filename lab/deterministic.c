// SPDX-License-Identifier: GPL-2.0-only
#include "lab/deterministic.h"

#include "lab/scenario.h"

#include <string.h>

#define MEMBER "deterministic"

/* To count instructions takes about twice as long, and the deadline is of this machine's clock. */
#define DEADLINE_FACTOR 4

/* Instructions, at one a nanosecond. */
#define TURN 300

/* Collectors that run programs of the host's root. */
static const char *const rooted[] = {"perf-record"};

static const char *name_of(json_t *scenario)
{
	return json_string_value(json_object_get(scenario, "name"));
}

/*
 * Several CPUs take turns on one clock, which tells what they do together. What the scenario is
 * about is then what the clock would show, were they side by side.
 */
static void choose_headline(json_t *scenario)
{
	json_t *projected = json_object_get(scenario, "projected");

	if (deterministic_cpus(scenario) > 1 && projected)
		json_object_set(scenario, "headline", projected);
}

static bool needs_no_root(json_t *scenario, GError **err)
{
	json_t *collectors = json_object_get(scenario, "collectors"), *collector;
	size_t i;

	if (json_is_string(json_object_get(scenario, "guest_kernel")))
		return bl_fail(
			err, BL_ERROR_INPUT,
			"%s starts a guest by this machine's QEMU, and a deterministic testbed "
			"has nothing but its initramfs: there are scenarios without a guest",
			name_of(scenario));
	json_array_foreach (collectors, i, collector)
		for (size_t r = 0; r < G_N_ELEMENTS(rooted); r++)
			if (!strcmp(json_string_value(collector), rooted[r]))
				return bl_fail(
					err, BL_ERROR_INPUT,
					"%s runs this machine's programs, and a deterministic "
					"testbed has nothing but its initramfs: leave out -c %s",
					rooted[r], rooted[r]);
	return true;
}

bool deterministic_make(json_t *scenario, json_t *sweep, GError **err)
{
	json_t *testbed = json_object_get(scenario, "testbed");
	json_int_t deadline = json_integer_value(json_object_get(testbed, "deadline"));

	if (!needs_no_root(scenario, err))
		return false;
	json_object_set_new(testbed, MEMBER, json_true());
	json_object_set_new(testbed, "cpus", json_integer(1));
	json_object_set_new(testbed, "deadline", json_integer(deadline * DEADLINE_FACTOR));
	scenario_give_cpus(scenario, sweep);
	choose_headline(scenario);
	return true;
}

bool deterministic_is(json_t *scenario)
{
	return json_is_true(json_object_get(json_object_get(scenario, "testbed"), MEMBER));
}

int deterministic_turn(int iteration)
{
	return TURN + iteration;
}

json_int_t deterministic_cpus(json_t *scenario)
{
	json_t *testbed = json_object_get(scenario, "testbed");

	return deterministic_is(scenario) ? json_integer_value(json_object_get(testbed, "cpus"))
					  : 0;
}
