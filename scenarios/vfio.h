/* SPDX-License-Identifier: GPL-2.0-only */
/* A VFIO device of a program: container, type1 v2 IOMMU, group, device. */
#ifndef SCENARIOS_VFIO_H
#define SCENARIOS_VFIO_H

#include <stddef.h>
#include <stdint.h>

#define IOVA_RANGES_MAX 16

struct iova_range {
	uint64_t start, end; /* both within */
};

struct vfio {
	int container, group, device;
	struct iova_range ranges[IOVA_RANGES_MAX]; /* what may be mapped; none: unknown */
	size_t n_ranges;
};

/* -errno with fail(), all of these. */
int vfio_open(struct vfio *vfio, int group, const char *bdf);
int vfio_map(const struct vfio *vfio, void *vaddr, uint64_t iova, uint64_t size);
int vfio_unmap(const struct vfio *vfio, uint64_t iova, uint64_t size);

/* An IOVA for size bytes that the IOMMU can map by its largest pages. */
int vfio_iova(const struct vfio *vfio, uint64_t size, uint64_t *iova);

/* Maps bytes of the device's largest region into this process; NULL with fail(). */
void *vfio_mmap_bar(const struct vfio *vfio, uint64_t bytes);

/*
 * An IOVA for size bytes, aligned, at or above `from`, within one of the ranges: those leave
 * out what the IOMMU reserves (for MSIs). -ENOSPC if there is none.
 */
int iova_fit(const struct iova_range *ranges, size_t n, uint64_t from, uint64_t align,
	     uint64_t size, uint64_t *iova);

#endif
