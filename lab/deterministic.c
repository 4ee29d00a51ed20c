// SPDX-License-Identifier: GPL-2.0-only
#include "lab/deterministic.h"

#include "lab/scenario.h"

#include <string.h>

#define MEMBER "deterministic"

/* To count instructions takes about twice as long, and the deadline is of this machine's clock. */
#define DEADLINE_FACTOR 4

/* Collectors that run programs of the host's root. */
static const char *const rooted[] = {"perf-record"};

static const char *name_of(json_t *scenario)
{
	return json_string_value(json_object_get(scenario, "name"));
}

/* Whether the parameter `threads` is of the kernel's threads. */
static bool threads_are_kernels(json_t *scenario)
{
	json_t *param;
	size_t i;

	json_array_foreach (json_object_get(scenario, "params"), i, param)
		if (!strcmp(json_string_value(json_object_get(param, "name")), SCENARIO_THREADS))
			return json_is_string(json_object_get(param, "knob"));
	return false;
}

/*
 * CPUs take turns on one clock. Threads of the kernel sleep while they wait for another; those of a
 * program may do it awake, and the clock would be theirs.
 */
static bool threads_can_be_told(json_t *scenario, json_int_t threads, GError **err)
{
	if (threads <= 1 || threads_are_kernels(scenario))
		return true;
	return bl_fail(
		err, BL_ERROR_INPUT,
		"%s with %d threads: on a deterministic testbed CPUs take turns, and threads "
		"that wait awake take the time of others: give -t 1",
		name_of(scenario), (int)threads);
}

/* As many as the largest number of threads; 0 with err. */
static json_int_t cpus_needed(json_t *scenario, json_t *sweep, GError **err)
{
	json_int_t cpus = 1;
	json_t *params;
	size_t i;

	json_array_foreach (sweep, i, params) {
		json_int_t threads = json_integer_value(json_object_get(params, SCENARIO_THREADS));

		if (!threads_can_be_told(scenario, threads, err))
			return 0;
		cpus = MAX(cpus, threads);
	}
	return cpus;
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
	json_int_t cpus = needs_no_root(scenario, err) ? cpus_needed(scenario, sweep, err) : 0;

	if (!cpus)
		return false;
	json_object_set_new(testbed, MEMBER, json_true());
	json_object_set_new(testbed, "cpus", json_integer(cpus));
	json_object_set_new(testbed, "deadline", json_integer(deadline * DEADLINE_FACTOR));
	return true;
}

bool deterministic_is(json_t *scenario)
{
	return json_is_true(json_object_get(json_object_get(scenario, "testbed"), MEMBER));
}
