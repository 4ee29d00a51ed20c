/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Gates: what must hold for a sample to count. Here are those that are judged after every
 * workload, when nothing of it is left; a workload or collector emits others of its own.
 */
#ifndef COLLECTORS_GATE_H
#define COLLECTORS_GATE_H

#include "collectors/sample.h"

struct gate {
	const char *name;
	const char *summary;
	int (*before)(void); /* before the workload, where there is something to compare with */
	void (*check)(const char *name, const struct sample *sample); /* emits the gate */
};

/* -errno with fail(). */
int gates_before(void);
void gates_check(const struct sample *sample);

void dmesg_clean(const char *name, const struct sample *sample);
int pins_before(void);
void pins_balanced(const char *name, const struct sample *sample);
int node_before(void);
void node_untouched(const char *name, const struct sample *sample);
void node_only_guest(const char *name, const struct sample *sample);
void node_released(const char *name, const struct sample *sample);
void groups_released(const char *name, const struct sample *sample);
void locked_memory_zero(const char *name, const struct sample *sample);
int memory_before(void);
void memory_back(const char *name, const struct sample *sample);

#endif
