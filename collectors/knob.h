/* SPDX-License-Identifier: GPL-2.0-only */
/* Knobs: module parameters of the kernel under test, set before the workload. */
#ifndef COLLECTORS_KNOB_H
#define COLLECTORS_KNOB_H

#include <jansson.h>

/*
 * Sets each of an object's knobs ({"pin_threads": "2"}) and reads it back. A kernel that lacks
 * one can only be told what it does anyway. -errno with fail().
 */
int knobs_set(json_t *knobs);

#endif
