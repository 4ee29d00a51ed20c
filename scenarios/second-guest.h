/* SPDX-License-Identifier: GPL-2.0-only */
/* The program second-guest, which a workload runs beside what it measures: the agent's side. */
#ifndef SCENARIOS_SECOND_GUEST_H
#define SCENARIOS_SECOND_GUEST_H

#include "collectors/sample.h"

/* Starts it: it pins that many bytes over and over, for the sample's device. -errno, fail(). */
int second_guest_start(const struct sample *sample, uint64_t memory);

/* Tells it to end with its turn; then waits for that. Nothing where it was not started. */
void second_guest_stop(void);
int second_guest_wait(int64_t deadline);

/* Its whole pins that lie in a stretch of time: how many, and their mean times in ns. */
struct second_pins {
	unsigned int count;
	int64_t first_start, first_end;
	double pin_ns, unpin_ns;
};

struct second_pins second_guest_pins(int64_t from, int64_t to);

#endif
