/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Knobs: module parameters of the kernel that a scenario's parameter sets, such as
 *   - {name: threads, kind: count, default: [1], knob: pin_threads, help: ...}
 * A series says which ones its patches add (kernels/series.h), the agent knows where they are
 * (collectors/knob.c). The first default is what a kernel does that has no such knob.
 */
#ifndef LAB_KNOB_H
#define LAB_KNOB_H

#include "kernels/kernel.h"

#include <jansson.h>

/* The knobs that a parameter set turns, as the agent is told: {"pin_threads": "2"}. */
json_t *knob_values(json_t *scenario, json_t *params);

/* The knob that this kernel would need for a parameter set and does not have, or NULL. */
const char *knob_missing(json_t *scenario, json_t *params, const struct kernel *kernel);

#endif
