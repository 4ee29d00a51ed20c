// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/memory.h"

#include "collectors/fail.h"
#include "collectors/thp.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/mempolicy.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <unistd.h>

/* mmap() aligns to small pages: take more, and give back what is over at either end. */
static char *map_aligned(uint64_t size)
{
	uint64_t thp = thp_size();
	char *all = mmap(NULL, size + thp, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	size_t head = -(uintptr_t)all % thp;

	if (all == MAP_FAILED) {
		fail(errno, "mmap of %" PRIu64 " bytes", size);
		return NULL;
	}
	if (head)
		munmap(all, head);
	munmap(all + head + size, thp - head);
	return all + head;
}

void *memory_map(uint64_t size, bool huge)
{
	char *memory = map_aligned(size);

	if (!memory || !madvise(memory, size, huge ? MADV_HUGEPAGE : MADV_NOHUGEPAGE))
		return memory;
	fail(errno, "madvise(%s)", huge ? "MADV_HUGEPAGE" : "MADV_NOHUGEPAGE");
	return NULL;
}

int memory_bind(void *memory, uint64_t size, unsigned int node)
{
	unsigned long nodes = 1UL << node;

	if (syscall(SYS_mbind, memory, size, MPOL_BIND, &nodes, sizeof(nodes) * 8, 0) < 0)
		return fail(errno, "mbind to node %u", node);
	return 0;
}

void memory_touch(void *memory, uint64_t size)
{
	long page = sysconf(_SC_PAGESIZE);

	for (uint64_t i = 0; i < size; i += page)
		((volatile char *)memory)[i] = 1;
}

static uint64_t free_bytes(void)
{
	struct sysinfo info;

	return sysinfo(&info) ? 0 : (uint64_t)info.freeram * info.mem_unit;
}

int memory_fragment(uint64_t spare)
{
	long page = sysconf(_SC_PAGESIZE);
	uint64_t step = thp_size(), size = free_bytes() / step * step, taken = 0;
	char *memory = memory_map(size, false);

	if (!memory)
		return -ENOMEM;
	for (; taken < size && free_bytes() > spare + step; taken += step)
		memory_touch(memory + taken, step);
	for (uint64_t i = 0; i < taken; i += 2 * page)
		if (madvise(memory + i, page, MADV_DONTNEED) < 0)
			return fail(errno, "madvise(MADV_DONTNEED)");
	return 0;
}
