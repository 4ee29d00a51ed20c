/* SPDX-License-Identifier: GPL-2.0-only */
/* The agent as PID 1 of a testbed: takes one cell, runs it, reports, and powers off. */
#ifndef COLLECTORS_TESTBED_H
#define COLLECTORS_TESTBED_H

void testbed_main(void) __attribute__((noreturn));

/* Syncs and turns the machine off. */
void power_off(void) __attribute__((noreturn));

#endif
