/* SPDX-License-Identifier: GPL-2.0-only */
/* The part of the dma-map collector that only looks at text. */
#ifndef COLLECTORS_DMA_MAP_H
#define COLLECTORS_DMA_MAP_H

#include <stdint.h>

/*
 * What lies at addr by the text of a /proc/PID/maps: "bar" for memory that was mapped from a
 * VFIO device, "ram" for any other, NULL if nothing is there.
 */
const char *dma_kind(const char *maps, uint64_t addr);

#endif
