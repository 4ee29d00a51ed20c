// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/vfio.h"

#include "collectors/fail.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/vfio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

/* Above all of the 32-bit world, where interrupt windows and legacy holes are. */
#define IOVA_FROM (4ULL << 30)

/* Large enough for the IOMMU's largest pages. */
#define IOVA_ALIGN (1ULL << 30)

static int open_container(struct vfio *vfio)
{
	vfio->container = open("/dev/vfio/vfio", O_RDWR | O_CLOEXEC);
	if (vfio->container < 0)
		return fail(errno, "/dev/vfio/vfio");
	if (ioctl(vfio->container, VFIO_GET_API_VERSION) != VFIO_API_VERSION)
		return fail(EPROTO, "VFIO's API version");
	if (ioctl(vfio->container, VFIO_CHECK_EXTENSION, VFIO_TYPE1v2_IOMMU) != 1)
		return fail(EOPNOTSUPP, "VFIO's type1 v2 IOMMU");
	return 0;
}

static int open_group(struct vfio *vfio, int number)
{
	struct vfio_group_status status = {.argsz = sizeof(status)};
	char path[32];

	snprintf(path, sizeof(path), "/dev/vfio/%d", number);
	vfio->group = open(path, O_RDWR | O_CLOEXEC);
	if (vfio->group < 0)
		return fail(errno, "%s", path);
	if (ioctl(vfio->group, VFIO_GROUP_GET_STATUS, &status) < 0)
		return fail(errno, "%s: VFIO_GROUP_GET_STATUS", path);
	if (!(status.flags & VFIO_GROUP_FLAGS_VIABLE))
		return fail(EBUSY, "%s: a device of the group has another driver", path);
	if (ioctl(vfio->group, VFIO_GROUP_SET_CONTAINER, &vfio->container) < 0)
		return fail(errno, "%s: VFIO_GROUP_SET_CONTAINER", path);
	if (ioctl(vfio->container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU) < 0)
		return fail(errno, "%s: VFIO_SET_IOMMU", path);
	return 0;
}

/* The IOVA ranges are one of the capabilities that are chained behind the info. */
static void take_ranges(struct vfio *vfio, const void *info, size_t size, uint32_t offset)
{
	const struct vfio_iommu_type1_info_cap_iova_range *ranges;
	const struct vfio_info_cap_header *header;

	for (; offset && offset + sizeof(*header) <= size; offset = header->next) {
		header = info + offset;
		if (header->id != VFIO_IOMMU_TYPE1_INFO_CAP_IOVA_RANGE)
			continue;
		ranges = info + offset;
		for (size_t i = 0; i < ranges->nr_iovas && i < IOVA_RANGES_MAX; i++)
			vfio->ranges[vfio->n_ranges++] = (struct iova_range){
				ranges->iova_ranges[i].start, ranges->iova_ranges[i].end};
		return;
	}
}

/* Asked twice: the first answer says how long the second is. */
static int get_ranges(struct vfio *vfio)
{
	struct vfio_iommu_type1_info size = {.argsz = sizeof(size)}, *info;
	int rc = 0;

	if (ioctl(vfio->container, VFIO_IOMMU_GET_INFO, &size) < 0)
		return fail(errno, "VFIO_IOMMU_GET_INFO");
	info = calloc(1, size.argsz);
	if (!info)
		return fail(ENOMEM, "VFIO_IOMMU_GET_INFO");
	info->argsz = size.argsz;
	if (ioctl(vfio->container, VFIO_IOMMU_GET_INFO, info) < 0)
		rc = fail(errno, "VFIO_IOMMU_GET_INFO");
	else if (info->flags & VFIO_IOMMU_INFO_CAPS)
		take_ranges(vfio, info, size.argsz, info->cap_offset);
	free(info);
	return rc;
}

int vfio_open(struct vfio *vfio, int group, const char *bdf)
{
	int rc;

	*vfio = (struct vfio){0};
	rc = open_container(vfio);
	if (!rc)
		rc = open_group(vfio, group);
	if (!rc)
		rc = get_ranges(vfio);
	if (rc)
		return rc;
	vfio->device = ioctl(vfio->group, VFIO_GROUP_GET_DEVICE_FD, bdf);
	return vfio->device < 0 ? fail(errno, "%s: VFIO_GROUP_GET_DEVICE_FD", bdf) : 0;
}

int vfio_map(const struct vfio *vfio, void *vaddr, uint64_t iova, uint64_t size)
{
	struct vfio_iommu_type1_dma_map map = {
		.argsz = sizeof(map),
		.flags = VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE,
		.vaddr = (uintptr_t)vaddr,
		.iova = iova,
		.size = size,
	};

	if (ioctl(vfio->container, VFIO_IOMMU_MAP_DMA, &map) < 0)
		return fail(errno, "VFIO_IOMMU_MAP_DMA of %" PRIu64 " bytes at 0x%" PRIx64, size,
			    iova);
	return 0;
}

int vfio_unmap(const struct vfio *vfio, uint64_t iova, uint64_t size)
{
	struct vfio_iommu_type1_dma_unmap unmap = {
		.argsz = sizeof(unmap), .iova = iova, .size = size};

	if (ioctl(vfio->container, VFIO_IOMMU_UNMAP_DMA, &unmap) < 0)
		return fail(errno, "VFIO_IOMMU_UNMAP_DMA at 0x%" PRIx64, iova);
	if (unmap.size != size)
		return fail(EIO, "VFIO_IOMMU_UNMAP_DMA unmapped %" PRIu64 " of %" PRIu64 " bytes",
			    (uint64_t)unmap.size, size);
	return 0;
}

void *vfio_mmap_bar(const struct vfio *vfio, uint64_t bytes)
{
	struct vfio_region_info largest = {.size = 0};
	void *bar;

	for (uint32_t i = VFIO_PCI_BAR0_REGION_INDEX; i <= VFIO_PCI_BAR5_REGION_INDEX; i++) {
		struct vfio_region_info region = {.argsz = sizeof(region), .index = i};

		if (ioctl(vfio->device, VFIO_DEVICE_GET_REGION_INFO, &region) < 0) {
			fail(errno, "VFIO_DEVICE_GET_REGION_INFO of BAR%u", i);
			return NULL;
		}
		if (region.size > largest.size)
			largest = region;
	}
	if (largest.size < bytes || !(largest.flags & VFIO_REGION_INFO_FLAG_MMAP)) {
		fail(0,
		     "no BAR of %" PRIu64 " bytes that can be mapped (the largest has %" PRIu64 ")",
		     bytes, (uint64_t)largest.size);
		return NULL;
	}
	bar = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, vfio->device, largest.offset);
	if (bar == MAP_FAILED) {
		fail(errno, "mmap of BAR%u", largest.index);
		return NULL;
	}
	return bar;
}

int iova_fit(const struct iova_range *ranges, size_t n, uint64_t from, uint64_t align,
	     uint64_t size, uint64_t *iova)
{
	for (size_t i = 0; i < n; i++) {
		uint64_t start = ranges[i].start > from ? ranges[i].start : from;

		start = (start + align - 1) / align * align;
		if (start > ranges[i].end || ranges[i].end - start < size - 1)
			continue;
		*iova = start;
		return 0;
	}
	return -ENOSPC;
}

int vfio_iova(const struct vfio *vfio, uint64_t size, uint64_t *iova)
{
	int rc = iova_fit(vfio->ranges, vfio->n_ranges, IOVA_FROM, IOVA_ALIGN, size, iova);

	return rc ? fail(-rc, "no IOVA range for %" PRIu64 " bytes", size) : 0;
}
