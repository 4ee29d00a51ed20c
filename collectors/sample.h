/* SPDX-License-Identifier: GPL-2.0-only */
/* One sample: the cell, and what of the testbed it has to do with. */
#ifndef COLLECTORS_SAMPLE_H
#define COLLECTORS_SAMPLE_H

#include "collectors/cell.h"
#include "collectors/device.h"

struct sample {
	struct cell cell;
	struct device device; /* only where cell.has_device */
	struct device drive;  /* only where cell.has_drive */
	int64_t deadline;     /* now_ns() time */
};

#endif
