/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Scenarios: what is run on a testbed, read from scenarios/NAME.yaml.
 *
 * Inside bootlab a scenario is a JSON object, its definition, which goes into the db with the
 * campaign, so that a report or a resumed campaign needs no YAML:
 *   {"name", "summary", "description", "workload", "archs": [names],
 *    "testbed": {"memory": bytes, "cpus": n, "deadline": s, "cmdline": words, where there are,
 *                "alias": {"size": bytes, "total": bytes}, see lab/node.h, where there is,
 *                "deterministic": true, where it is, see lab/deterministic.h},
 *    "guest_kernel": name or null, "headline": metric, where there is,
 *    "projected": metric, where there is,
 *    "params": [{"name", "kind": "size" | "count" | "flag", "default": [values],
 *                "knob": see lab/knob.h, "help"}],
 *    "intervals": [{"name", "from", "to", "better"}], "phases": [marks],
 *    "collectors": [names], "gates": [names], "probe": name}
 * headline: the metric that the scenario is about, which what shows but one metric shows;
 * projected: that of its deterministic campaigns with several CPUs, see scenarios/projection.h.
 * probe only in what lab/attach.h makes of it.
 */
#ifndef LAB_SCENARIO_H
#define LAB_SCENARIO_H

#include "lab/error.h"

#include <jansson.h>

/* The parameter that says how many threads the kernel is to use. */
#define SCENARIO_THREADS "threads"

/* The definition. json_decref it. NULL with err; an unknown scenario's lists those there are. */
json_t *scenario_load(const char *name, GError **err);

/* The names of all scenarios, sorted; g_strfreev it. NULL with err. */
char **scenario_names(GError **err);

/* true if it can run on testbeds of that architecture. */
bool scenario_runs_on(json_t *scenario, const char *arch);

/* true if a "key=..." setting names a parameter of this scenario. */
bool scenario_takes(json_t *scenario, const char *setting);

/* Returns false with err: the setting is none of the scenario's, which has these. */
bool scenario_unknown_param(json_t *scenario, const char *setting, GError **err);

/*
 * The parameter sets that a scenario sweeps: a JSON array of objects, one for each
 * combination. settings (NULL-terminated "key=value[,value]", or NULL) replace the defaults.
 * NULL with err: a parameter that the scenario does not have, or a value that it cannot take.
 */
json_t *scenario_sweep(json_t *scenario, char *const *settings, GError **err);

/*
 * Gives the testbed a CPU for each thread of the sweep's largest number of them. All cells get as
 * many: what differs between them is the number of threads.
 */
void scenario_give_cpus(json_t *scenario, json_t *sweep);

#endif
