/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Workloads: what a scenario runs. One C file, one line in the table. Most are a program of
 * their own (applet), so that time, memory and locked memory are that process's alone;
 * one that only starts and watches other programs does so from the agent (run).
 */
#ifndef SCENARIOS_WORKLOAD_H
#define SCENARIOS_WORKLOAD_H

#include "collectors/sample.h"

struct workload {
	const char *name;
	const char *summary;
	int (*run)(struct sample *sample); /* in the agent; -errno with fail() */
	int (*applet)(const char *args);   /* in a child; see scenarios/applet.h */
};

/* NULL if there is none of that name. */
const struct workload *workload_find(const char *name);

/* Runs the one that the cell names, to its end or the deadline. -errno with fail(). */
int workload_run(struct sample *sample);

int guest_boot(struct sample *sample);
int guest_io(struct sample *sample);
int pft_threads(const char *args);
int vfio_pin(const char *args);
int second_guest(const char *args);
int pin_movable(const char *args);
int munmap_thp(const char *args);

#endif
