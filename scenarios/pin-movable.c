// SPDX-License-Identifier: GPL-2.0-only
/*
 * pin-movable: what it costs to pin memory that may not stay where it is. A long-term pin keeps
 * a page from being migrated ever after, so the kernel first migrates out of ZONE_MOVABLE what
 * it finds there: a guest's RAM on a host with movable memory goes through this once.
 */
#include "collectors/emit.h"
#include "collectors/fail.h"
#include "collectors/sys.h"
#include "collectors/thp.h"
#include "collectors/zone.h"
#include "lab/protocol.h"
#include "scenarios/applet.h"
#include "scenarios/gup-test.h"
#include "scenarios/memory.h"
#include "scenarios/vfio.h"
#include "scenarios/workload.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define NEIGHBOURS_MAX 64

/* What each of them faults in, again and again. */
#define NEIGHBOUR_BYTES (2ULL << 20)

/* Enough that the kernel need not reclaim while memory is being taken. */
#define SPARE_BYTES (64ULL << 20)

struct pin {
	uint64_t memory, thp, vfio, batch, neighbours, fragmented; /* the parameters */
	struct vfio device;
	uint64_t iova;
	struct zone movable;
	char *ram;
	pid_t pids[NEIGHBOURS_MAX];
};

/* As other programs of a busy host: each page that it faults in goes through its CPU's LRU cache.
 */
static void __attribute__((noreturn)) neighbour(void)
{
	char *memory = memory_map(NEIGHBOUR_BYTES, false);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (memory) {
		memory_touch(memory, NEIGHBOUR_BYTES);
		madvise(memory, NEIGHBOUR_BYTES, MADV_DONTNEED);
	}
	_exit(EXIT_FAILURE);
}

/* The memory is not theirs: shared with them, each page would be copied when it is pinned. */
static int start_neighbours(struct pin *pin)
{
	if (madvise(pin->ram, pin->memory, MADV_DONTFORK) < 0)
		return fail(errno, "madvise(MADV_DONTFORK)");
	for (uint64_t i = 0; i < pin->neighbours; i++) {
		pin->pids[i] = fork();
		if (!pin->pids[i])
			neighbour();
		if (pin->pids[i] < 0)
			return fail(errno, "fork");
	}
	return 0;
}

/* One that has ended by itself was none for all of the time. */
static int stop_neighbours(struct pin *pin)
{
	int status, rc = 0;

	for (uint64_t i = 0; i < pin->neighbours && pin->pids[i] > 0; i++) {
		kill(pin->pids[i], SIGKILL);
		waitpid(pin->pids[i], &status, 0);
		if (!WIFSIGNALED(status))
			rc = fail(0, "a neighbour has ended too early");
	}
	return rc;
}

static void huge_metric(const char *name)
{
	char *smaps = sys_read("/proc/self/smaps");

	if (smaps)
		emit_metric(name, (double)smaps_largest(smaps, "AnonHugePages"), "B",
			    PROTOCOL_BETTER_NEITHER);
	free(smaps);
}

/* Nothing is measured unless the memory is where it must not be pinned. */
static int judge_before(const struct pin *pin)
{
	struct zone_count count;
	int rc = zone_count(&pin->movable, pin->ram, pin->memory, &count);

	if (rc)
		return rc;
	if (!pin->movable.n_spans)
		emit_gate("movable_before", false,
			  "this testbed has no memory in zone Movable: its kernel's command line "
			  "needs movablecore=, kernelcore= or movable_node");
	else
		emit_gate("movable_before", !count.outside && !count.absent,
			  "%" PRIu64 " pages in zone Movable, %" PRIu64 " in others, %" PRIu64
			  " not there",
			  count.inside, count.outside, count.absent);
	thp_covered(getpid(), pin->thp ? pin->memory : 0);
	huge_metric("huge_before");
	return 0;
}

static int judge_after(const struct pin *pin)
{
	struct zone_count count;
	int rc = zone_count(&pin->movable, pin->ram, pin->memory, &count);

	if (rc)
		return rc;
	emit_gate("movable_after", count.outside && !count.inside && !count.absent,
		  "%" PRIu64 " pages in zone Movable, %" PRIu64 " in others, %" PRIu64 " not there",
		  count.inside, count.outside, count.absent);
	huge_metric("huge_after");
	return 0;
}

static int by_vfio(const struct pin *pin)
{
	int64_t start = now_ns();
	int rc = vfio_map(&pin->device, pin->ram, pin->iova, pin->memory);

	if (rc)
		return rc;
	applet_duration("pin_ram", start);
	rc = judge_after(pin);
	if (rc)
		return rc;
	start = now_ns();
	rc = vfio_unmap(&pin->device, pin->iova, pin->memory);
	if (!rc)
		applet_duration("unpin_ram", start);
	return rc;
}

/* It has unpinned all before we can look; but what was moved stays where it is. */
static int by_gup_test(const struct pin *pin)
{
	uint64_t pin_us, unpin_us;
	int rc = gup_test_longterm(pin->ram, pin->memory, pin->batch, &pin_us, &unpin_us);

	if (rc)
		return rc;
	emit_metric("pin_ram", (double)pin_us * 1e-6, "s", PROTOCOL_BETTER_LOWER);
	emit_metric("unpin_ram", (double)unpin_us * 1e-6, "s", PROTOCOL_BETTER_LOWER);
	return judge_after(pin);
}

static int pin_with_neighbours(struct pin *pin)
{
	int rc = start_neighbours(pin), stopped;

	if (!rc)
		rc = pin->vfio ? by_vfio(pin) : by_gup_test(pin);
	stopped = stop_neighbours(pin);
	return rc ? rc : stopped;
}

static int touch_and_pin(struct pin *pin)
{
	int64_t start = now_ns();
	int rc;

	memory_touch(pin->ram, pin->memory);
	applet_duration("touch_ram", start);
	rc = judge_before(pin);
	if (!rc && pin->fragmented)
		rc = memory_fragment(SPARE_BYTES);
	if (!rc)
		rc = pin_with_neighbours(pin);
	if (!rc)
		rc = applet_sync();
	if (rc)
		return rc;
	start = now_ns();
	munmap(pin->ram, pin->memory);
	applet_duration("munmap_ram", start);
	return 0;
}

static int open_device(struct pin *pin, const char *args)
{
	uint64_t group = 0;
	char bdf[16];
	int rc;

	if (!word_value(args, "bdf", bdf, sizeof(bdf)))
		return fail(0, "VFIO needs a device to pin for: a BAR of more than 0 bytes");
	rc = applet_arg(args, "group", &group);
	if (!rc)
		rc = vfio_open(&pin->device, group, bdf);
	return rc ? rc : vfio_iova(&pin->device, pin->memory, &pin->iova);
}

static int read_args(struct pin *pin, const char *args)
{
	const struct {
		const char *name;
		uint64_t *value;
	} params[] = {
		{"memory", &pin->memory},
		{"thp", &pin->thp},
		{"vfio", &pin->vfio},
		{"batch", &pin->batch},
		{"neighbours", &pin->neighbours},
		{"fragmented", &pin->fragmented},
	};
	int rc = 0;

	for (size_t i = 0; i < sizeof(params) / sizeof(*params) && !rc; i++)
		rc = applet_arg(args, params[i].name, params[i].value);
	if (!rc && (!pin->memory || pin->memory % thp_size()))
		rc = fail(0, "memory must be a multiple of %" PRIu64, thp_size());
	if (!rc && !pin->batch)
		rc = fail(0, "batch must be a page at least");
	if (!rc && pin->neighbours > NEIGHBOURS_MAX)
		rc = fail(0, "no more than %d neighbours", NEIGHBOURS_MAX);
	return rc;
}

int pin_movable(const char *args)
{
	struct pin pin = {0};
	int rc = read_args(&pin, args);

	if (!rc)
		rc = zone_find(&pin.movable, "Movable");
	if (!rc && pin.vfio)
		rc = open_device(&pin, args);
	if (rc)
		return rc;
	pin.ram = memory_map(pin.memory, pin.thp);
	return pin.ram ? touch_and_pin(&pin) : -ENOMEM;
}
