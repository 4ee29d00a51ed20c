/* SPDX-License-Identifier: GPL-2.0-only */
/* How small a difference so many samples can show, and how many samples show one. */
#ifndef REPORTS_POWER_H
#define REPORTS_POWER_H

#include <stddef.h>

/* A difference counts as one that can be shown where four in five campaigns would show it. */
#define POWER_DEFAULT 0.8

/*
 * The smallest difference of two means, in units of their standard deviation, that Student's
 * test of two series of n values shows at alpha with this probability. NaN for n below 2.
 */
double power_detectable(size_t n, double alpha, double power);

/* How many values each series needs to show that difference; 0: it is none. */
size_t power_values_needed(double difference, double alpha, double power);

#endif
