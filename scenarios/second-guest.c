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
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define TURNS_MAX 4096

/* A turn: times, and how many interrupts the drive had sent when its pin began and was whole. */
struct turn {
	int64_t start, pinned, unpin_ns;
	uint64_t before, after;
};

#define TURN	  "turn %" PRId64 " %" PRId64 " %" PRId64 " %" PRIu64 " %" PRIu64
#define TURN_SCAN "turn %" SCNd64 " %" SCNd64 " %" SCNd64 " %" SCNu64 " %" SCNu64

/* ---- the program ---- */

/*
 * A line of the agent's, or its end: either is the word to stop. Should applet_sync() have taken
 * that line for its answer, the answer is here.
 */
static bool told_to_stop(void)
{
	struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};
	char newline;

	return poll(&in, 1, 0) > 0 && read(STDIN_FILENO, &newline, 1) >= 0;
}

/* Of each CPU a column: " 31:  120  7  IR-PCI-MSI 278528-edge  vfio-msix[0](0000:00:11.0)". */
uint64_t vfio_interrupts(const char *text, const char *bdf)
{
	char tail[32];
	uint64_t sum = 0;
	size_t len;

	snprintf(tail, sizeof(tail), "](%s)", bdf);
	for (const char *line = text; *line; line += len + (line[len] == '\n')) {
		char *at, *end;

		len = strcspn(line, "\n");
		at = memchr(line, ':', len);
		if (!at || !memmem(line, len, "vfio-", strlen("vfio-")) ||
		    !memmem(line, len, tail, strlen(tail)))
			continue;
		for (;;) {
			uint64_t count = strtoull(++at, &end, 10);

			if (end == at || *end != ' ')
				break;
			sum += count;
			at = end;
		}
	}
	return sum;
}

static int read_interrupts(const char *bdf, uint64_t *count)
{
	char *text = sys_read("/proc/interrupts");

	if (!text)
		return fail(errno, "/proc/interrupts");
	*count = vfio_interrupts(text, bdf);
	free(text);
	return 0;
}

struct pinner {
	struct vfio vfio;
	uint64_t memory, iova;
	char drive[16];
};

static int pin(const struct pinner *pinner, void *ram, struct turn *turn)
{
	int rc = read_interrupts(pinner->drive, &turn->before);

	turn->start = now_ns();
	if (!rc)
		rc = vfio_map(&pinner->vfio, ram, pinner->iova, pinner->memory);
	turn->pinned = now_ns();
	return rc ? rc : read_interrupts(pinner->drive, &turn->after);
}

static int unpin(const struct pinner *pinner, struct turn *turn)
{
	int64_t start = now_ns();
	int rc = vfio_unmap(&pinner->vfio, pinner->iova, pinner->memory);

	turn->unpin_ns = now_ns() - start;
	return rc;
}

static int one_turn(const struct pinner *pinner)
{
	void *ram = memory_map(pinner->memory, true);
	int rc = ram ? 0 : -ENOMEM;
	struct turn turn;

	if (!rc)
		rc = pin(pinner, ram, &turn);
	if (!rc)
		rc = unpin(pinner, &turn);
	if (!rc)
		rc = applet_sync();
	if (rc)
		return rc;
	munmap(ram, pinner->memory);
	dprintf(STDOUT_FILENO, TURN "\n", turn.start, turn.pinned, turn.unpin_ns, turn.before,
		turn.after);
	return 0;
}

static int read_args(struct pinner *pinner, const char *args, uint64_t *group, char *bdf,
		     size_t size)
{
	int rc = applet_arg(args, "memory", &pinner->memory);

	if (!rc)
		rc = applet_arg(args, "group", group);
	if (!rc && (!word_value(args, "bdf", bdf, size) ||
		    !word_value(args, "drive", pinner->drive, sizeof(pinner->drive))))
		rc = fail(0, "no device to pin for, or no drive to watch");
	if (!rc && (!pinner->memory || pinner->memory % thp_size()))
		rc = fail(0, "the second guest's memory must be a multiple of %" PRIu64,
			  thp_size());
	return rc;
}

int second_guest(const char *args)
{
	struct pinner pinner;
	uint64_t group;
	char bdf[16];
	int rc = read_args(&pinner, args, &group, bdf, sizeof(bdf));

	if (!rc)
		rc = vfio_open(&pinner.vfio, group, bdf);
	if (!rc)
		rc = vfio_iova(&pinner.vfio, pinner.memory, &pinner.iova);
	while (!rc && !told_to_stop())
		rc = one_turn(&pinner);
	return rc;
}

/* ---- the agent's side ---- */

static struct child child;
static struct turn turns[TURNS_MAX];
static unsigned int n_turns;
static bool started;

static int on_line(char *line, void *data)
{
	struct turn turn;

	if (sscanf(line, TURN_SCAN, &turn.start, &turn.pinned, &turn.unpin_ns, &turn.before,
		   &turn.after) != 5)
		return applet_line(line, data);
	if (n_turns == TURNS_MAX)
		return fail(0, "second-guest: more than %d turns: give it more memory", TURNS_MAX);
	turns[n_turns++] = turn;
	return 0;
}

int second_guest_start(const struct sample *sample, uint64_t memory)
{
	static char size[32], bdf[32], group[32], drive[32];
	static const char *const argv[] = {"agent", "second-guest", size, bdf, group, drive, NULL};
	static const struct child_spec spec = {.name = "second-guest",
					       .path = "/proc/self/exe",
					       .argv = argv,
					       .line = on_line,
					       .data = &child};

	snprintf(size, sizeof(size), "memory=%" PRIu64, memory);
	snprintf(bdf, sizeof(bdf), "bdf=%s", sample->device.bdf);
	snprintf(group, sizeof(group), "group=%d", sample->device.group);
	snprintf(drive, sizeof(drive), "drive=%s", sample->drive.bdf);
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

struct second_pins second_guest_pins(void)
{
	struct second_pins pins = {0};

	for (unsigned int i = 1; i + 1 < n_turns; i++) {
		const struct turn *turn = &turns[i];

		if (turn->before == turns[0].before || turn->after == turn->before ||
		    turn->after == turns[n_turns - 1].after)
			continue;
		if (!pins.count++) {
			pins.first_start = turn->start;
			pins.first_end = turn->pinned;
		}
		pins.interrupts += turn->after - turn->before;
		pins.pin_ns += (double)(turn->pinned - turn->start);
		pins.unpin_ns += (double)turn->unpin_ns;
	}
	if (pins.count) {
		pins.pin_ns /= pins.count;
		pins.unpin_ns /= pins.count;
	}
	return pins;
}
