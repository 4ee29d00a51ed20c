/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How long something would take, were the testbed's CPUs side by side. On a deterministic testbed
 * they take turns on one clock, which tells what they do together; lab/turns.h tells the rest. A
 * projection is of one thing that one thread waits for, whatever other threads do it.
 */
#ifndef SCENARIOS_PROJECTION_H
#define SCENARIOS_PROJECTION_H

#include "lab/turns.h"

#include <stdbool.h>

struct projection {
	struct turns begin;
};

void projection_begin(struct projection *projection);

/*
 * Emits, all in s at one instruction a nanosecond:
 *   projected.NAME            since the beginning, CPUs side by side
 * and, where the work is shared, so that whatever a CPU does is done for it:
 *   projected.NAME.path       what the busiest CPU worked: the least that it could take with the
 *                             work so divided, did nobody wait
 *   projected.NAME.lock_wait  for how long CPUs waited awake, for locks or for each other's
 *                             answers, all CPUs together
 *   projected.NAME.cpu        what all CPUs worked
 * Returns the first of them; 0, and emits nothing, where nobody counts or there is only one CPU,
 * whose clock tells it already.
 */
double projection_end(const struct projection *projection, const char *name, bool shared);

#endif
