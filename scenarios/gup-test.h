/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel's own test of get_user_pages(), CONFIG_GUP_TEST. */
#ifndef SCENARIOS_GUP_TEST_H
#define SCENARIOS_GUP_TEST_H

#include <stdint.h>

/*
 * Pins memory of this process long-term, for writing, `batch` pages a call, and unpins it all:
 * the times that the kernel took, in µs. -errno with fail(), also where less was pinned.
 */
int gup_test_longterm(void *memory, uint64_t size, uint32_t batch, uint64_t *pin_us,
		      uint64_t *unpin_us);

#endif
