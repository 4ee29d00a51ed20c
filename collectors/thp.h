/* SPDX-License-Identifier: GPL-2.0-only */
/* Transparent huge pages: set up, reported, and checked. */
#ifndef COLLECTORS_THP_H
#define COLLECTORS_THP_H

#include <stdint.h>
#include <sys/types.h>

/* Of one huge page, in bytes: what a page table's middle level maps on this machine. */
uint64_t thp_size(void);

/* THP for who asks by madvise(), at once and not later by khugepaged; says so as env events. */
int thp_setup(void);

/* Emits the gate thp_covered: one of the process's mappings has that much in huge pages. */
void thp_covered(pid_t pid, uint64_t bytes);

/* The same of its `mappings` largest ones together. */
void thp_covered_by(pid_t pid, uint64_t bytes, unsigned int mappings);

/* The largest value, in bytes, that a field ("AnonHugePages") has in the text of an smaps. */
uint64_t smaps_largest(const char *smaps, const char *field);

/* The sum of its n largest values, n at most THP_MAPPINGS_MAX. */
#define THP_MAPPINGS_MAX 4
uint64_t smaps_largest_sum(const char *smaps, const char *field, unsigned int n);

#endif
