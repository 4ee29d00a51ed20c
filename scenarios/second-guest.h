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

/*
 * Its pins that lie wholly within the drive's I/O, by the drive's interrupts on the testbed: some
 * came before the pin, some during it, some after it.
 */
struct second_pins {
	unsigned int count;
	uint64_t interrupts;		/* that came during them */
	int64_t first_start, first_end; /* of the first: now_ns() times */
	double pin_ns, unpin_ns;	/* means */
};

struct second_pins second_guest_pins(void);

/* The interrupts of a device that vfio-pci has, by the text of a /proc/interrupts. */
uint64_t vfio_interrupts(const char *text, const char *bdf);

#endif
