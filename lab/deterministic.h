/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Deterministic campaigns: testbeds whose clock counts instructions, one a nanosecond, so that two
 * runs of the same kernel differ by nothing. It is a property of the campaign: each of its
 * scenarios, as it lies in the db, has "deterministic" in its testbed, and all that runs, resumes
 * or reports it goes by that.
 */
#ifndef LAB_DETERMINISTIC_H
#define LAB_DETERMINISTIC_H

#include "lab/error.h"

#include <jansson.h>

/* The accelerator of such testbeds, in lab/vm.c's words. */
#define DETERMINISTIC_ACCEL "icount"

/* What their samples' environment has as its accelerator: no other samples are like them. */
#define DETERMINISTIC_LABEL "deterministic (icount)"

/*
 * Makes the scenario one of a deterministic campaign: with a CPU for each of its threads, one
 * otherwise. false with err: it or one of its collectors needs what such a testbed has not, the
 * host's root.
 */
bool deterministic_make(json_t *scenario, json_t *sweep, GError **err);

bool deterministic_is(json_t *scenario);

/*
 * How long turns are in a sample of that iteration, in instructions. About as long as it takes a
 * cache line to come from one CPU to another, and in each iteration a little longer, so that CPUs
 * meet otherwise: how much the projected times of a kernel differ by that is how little they can
 * tell of another.
 */
int deterministic_turn(int iteration);

/* The CPUs that take turns on a deterministic testbed; 0: it is none. */
json_int_t deterministic_cpus(json_t *scenario);

#endif
