// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/gup-test.h"

#include "collectors/fail.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define FILE_NAME "/sys/kernel/debug/gup_test"

/* As the kernel's mm/gup_test.h has it: that is no header for userspace. */
struct gup_test {
	uint64_t get_us, put_us;
	uint64_t addr, size;
	uint32_t pages_per_call;
	uint32_t gup_flags;
	uint32_t test_flags;
	uint32_t which_pages[8];
};

#define PIN_LONGTERM_BENCHMARK _IOWR('g', 3, struct gup_test)
#define GUP_FLAGS_WRITE	       1

int gup_test_longterm(void *memory, uint64_t size, uint32_t batch, uint64_t *pin_us,
		      uint64_t *unpin_us)
{
	struct gup_test test = {
		.addr = (uintptr_t)memory,
		.size = size,
		.pages_per_call = batch,
		.gup_flags = GUP_FLAGS_WRITE,
	};
	int fd = open(FILE_NAME, O_RDWR | O_CLOEXEC);
	int rc = fd < 0 ? fail(errno, FILE_NAME) : 0;

	if (!rc && ioctl(fd, PIN_LONGTERM_BENCHMARK, &test) < 0)
		rc = fail(errno, FILE_NAME ": PIN_LONGTERM_BENCHMARK");
	if (!rc && test.size != size)
		rc = fail(ENOMEM, FILE_NAME ": pinned %" PRIu64 " of %" PRIu64 " bytes", test.size,
			  size);
	if (fd >= 0)
		close(fd);
	*pin_us = test.get_us;
	*unpin_us = test.put_us;
	return rc;
}
