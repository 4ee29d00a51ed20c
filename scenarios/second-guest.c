// SPDX-License-Identifier: GPL-2.0-only
/*
 * second-guest: what the start and the end of another guest with a device of its own ask of the
 * kernel, over and over, while something else is watched: fresh memory of huge pages is mapped
 * for the device's DMA, unmapped, and given back. It tells the agent of each turn in a line.
 */
#include "scenarios/second-guest.h"

#include "collectors/child.h"
#include "collectors/fail.h"
#include "collectors/sys.h"
#include "collectors/thp.h"
#include "scenarios/applet.h"
#include "scenarios/memory.h"
#include "scenarios/vfio.h"
#include "scenarios/workload.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

/* When its pin began, when it was whole, when all was unpinned. */
#define TURN	  "turn %" PRId64 " %" PRId64 " %" PRId64
#define TURN_SCAN "turn %" SCNd64 " %" SCNd64 " %" SCNd64

#define TURNS_MAX 4096

/* ---- the program ---- */

/* A line of the agent's, or its end: either is the word to stop. */
static bool told_to_stop(void)
{
	struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};
	char newline;

	return poll(&in, 1, 0) > 0 && read(STDIN_FILENO, &newline, 1) >= 0;
}

static int one_turn(const struct vfio *vfio, uint64_t iova, uint64_t size)
{
	void *ram = memory_map(size, true);
	int64_t start = now_ns(), pinned, unpinned;
	int rc = ram ? vfio_map(vfio, ram, iova, size) : -ENOMEM;

	if (rc)
		return rc;
	pinned = now_ns();
	rc = vfio_unmap(vfio, iova, size);
	if (rc)
		return rc;
	unpinned = now_ns();
	munmap(ram, size);
	dprintf(STDOUT_FILENO, TURN "\n", start, pinned, unpinned);
	return 0;
}

int second_guest(const char *args)
{
	uint64_t memory, group, iova;
	struct vfio vfio;
	char bdf[16];
	int rc = applet_arg(args, "memory", &memory);

	if (!rc)
		rc = applet_arg(args, "group", &group);
	if (!rc && !word_value(args, "bdf", bdf, sizeof(bdf)))
		rc = fail(0, "no device to pin for");
	if (!rc && (!memory || memory % thp_size()))
		rc = fail(0, "the second guest's memory must be a multiple of %" PRIu64,
			  thp_size());
	if (!rc)
		rc = vfio_open(&vfio, group, bdf);
	if (!rc)
		rc = vfio_iova(&vfio, memory, &iova);
	while (!rc && !told_to_stop())
		rc = one_turn(&vfio, iova, memory);
	return rc;
}

/* ---- the agent's side ---- */

struct turn {
	int64_t start, pinned, unpinned;
};

static struct child child;
static struct turn turns[TURNS_MAX];
static unsigned int n_turns;
static bool started;

static int on_line(char *line, void *data)
{
	struct turn turn;

	if (sscanf(line, TURN_SCAN, &turn.start, &turn.pinned, &turn.unpinned) != 3)
		return applet_line(line, data);
	if (n_turns == TURNS_MAX)
		return fail(0, "second-guest: more than %d turns: give it more memory", TURNS_MAX);
	turns[n_turns++] = turn;
	return 0;
}

int second_guest_start(const struct sample *sample, uint64_t memory)
{
	static char size[32], bdf[32], group[32];
	static const char *const argv[] = {"agent", "second-guest", size, bdf, group, NULL};
	static const struct child_spec spec = {.name = "second-guest",
					       .path = "/proc/self/exe",
					       .argv = argv,
					       .line = on_line,
					       .data = &child};

	snprintf(size, sizeof(size), "memory=%" PRIu64, memory);
	snprintf(bdf, sizeof(bdf), "bdf=%s", sample->device.bdf);
	snprintf(group, sizeof(group), "group=%d", sample->device.group);
	started = true;
	return child_start(&child, &spec);
}

void second_guest_stop(void)
{
	/* Where it has failed, the pipe is broken, and its end will tell why. */
	if (started)
		sys_write_all(child.in, "\n", 1);
}

int second_guest_wait(int64_t deadline)
{
	return started ? child_wait(&child, deadline) : 0;
}

struct second_pins second_guest_pins(int64_t from, int64_t to)
{
	struct second_pins pins = {0};

	for (const struct turn *turn = turns; turn < turns + n_turns; turn++) {
		if (turn->start < from || turn->pinned > to)
			continue;
		if (!pins.count++) {
			pins.first_start = turn->start;
			pins.first_end = turn->pinned;
		}
		pins.pin_ns += (double)(turn->pinned - turn->start);
		pins.unpin_ns += (double)(turn->unpinned - turn->pinned);
	}
	if (pins.count) {
		pins.pin_ns /= pins.count;
		pins.unpin_ns /= pins.count;
	}
	return pins;
}
