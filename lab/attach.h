/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Collectors as bootlab knows them, by lab/collector-table.h, and how they are attached to a
 * scenario. Those that disturb what they watch run in samples of their own, one collector
 * each: such a sample is of a variant of the scenario, called SCENARIO:COLLECTOR, that is
 * marked "probe", and the db lets no time of it into a value.
 */
#ifndef LAB_ATTACH_H
#define LAB_ATTACH_H

#include "lab/error.h"

#include <jansson.h>

struct collector_info {
	const char *name, *overhead;
	bool disturbs;
	const char *workload; /* the only one that it is for; NULL: any */
	const char *summary;
};

/* All of them, sorted by name; ended by one without a name. */
const struct collector_info *attach_collectors(void);

/* false with err, which lists those there are. */
bool attach_known(const char *name, GError **err);

/* false with err, which names the workload that the collector is for, if it is not this one. */
bool attach_fits(const char *name, const char *workload, GError **err);

/*
 * Takes options as given ("perf-stat,lock-stat") apart: *names becomes the names, each once.
 * false with err: there is no such collector.
 */
bool attach_parse(char ***names, GError **err);

/*
 * What is run of a scenario with those of these collectors that fit it beside its own (names
 * NULL: none): an array of definitions, the first of which makes the table. json_decref it.
 */
json_t *attach_variants(json_t *scenario, char *const *names);

#endif
