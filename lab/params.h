/* SPDX-License-Identifier: GPL-2.0-only */
/* The parameters of samples that were measured elsewhere, as files spell them. */
#ifndef LAB_PARAMS_H
#define LAB_PARAMS_H

#include <jansson.h>
#include <stdbool.h>

/*
 * "memory=1G threads=2" or the object {"memory": "1G", "threads": 2}: *params is the object of
 * integers and strings that the db keeps, *kinds the list of {"name", "kind"} that a scenario
 * has (see lab/scenario.h), in the file's order. What is typed as a size (see lab/units.h) is
 * one. false: *why says what is wrong; g_free it.
 */
bool params_parse(const char *text, json_t **params, json_t **kinds, char **why);

/* Whether the parameters are those of the list, no more and no fewer. */
bool params_are(json_t *params, json_t *kinds);

/* "memory, threads". g_free it. */
char *params_names(json_t *kinds);

#endif
