/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How long something would take, were the testbed's CPUs side by side. On a deterministic testbed
 * they take turns on one clock, which tells what they do together; lab/turns.h tells the rest. A
 * projection is of one thing that one thread waits for, whatever other threads do it.
 */
#ifndef SCENARIOS_PROJECTION_H
#define SCENARIOS_PROJECTION_H

#include "lab/turns.h"

struct projection {
	struct turns begin;
};

void projection_begin(struct projection *projection);

/*
 * Emits, all in s at one instruction a nanosecond:
 *   projected.NAME            since the beginning, CPUs side by side
 * and, where so many threads share the work (0: it is not shared), each with a CPU:
 *   projected.NAME.path       what the busiest CPU worked: the least that it could take with the
 *                             work so divided, did nobody wait
 *   projected.NAME.cpu        what all CPUs worked
 *   projected.NAME.lock_wait  for how long they waited awake, for locks or for each other's answers
 *   projected.NAME.sleep      the rest of the threads' time: they slept, for a lock, for work, or
 *                             until the last was done
 * the latter three of all threads together, so that their sum is the time by so many threads.
 * Returns the first of all; 0, and emits nothing, where nobody counts or there is only one CPU,
 * whose clock tells it already.
 */
double projection_end(const struct projection *projection, const char *name, uint64_t threads);

#endif
