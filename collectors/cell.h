/* SPDX-License-Identifier: GPL-2.0-only */
/* The cell: the order that bootlab sends, see lab/protocol.h. */
#ifndef COLLECTORS_CELL_H
#define COLLECTORS_CELL_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/* Strings are borrowed from json. */
struct cell {
	json_t *json;
	const char *scenario, *workload;
	json_t *params;
	json_t *knobs; /* an object of strings */
	json_t *collectors;
	bool has_device;
	unsigned int vendor, device;
	uint64_t bar; /* bytes of the device's largest BAR; 0: not asked for */
	bool has_drive;
	unsigned int drive_vendor, drive_device;
	unsigned int node;   /* the NUMA node for a guest's RAM... */
	uint64_t node_bytes; /* ...and its memory; 0: there is none */
	bool node_aliased;   /* that memory is less than it seems, see lab/node.h */
	const char *guest_kernel, *guest_initrd; /* NULL: no guest */
	int64_t deadline_s;
};

/* -errno, and fail()s with what is wrong in the line. */
int cell_parse(struct cell *cell, const char *line);

/* An integer parameter. -errno with fail() if it is missing, no integer, or negative. */
int cell_param(const struct cell *cell, const char *name, uint64_t *value);

#endif
