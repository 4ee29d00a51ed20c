// SPDX-License-Identifier: GPL-2.0-only
/*
 * dma-map: each VFIO_IOMMU_MAP_DMA and UNMAP_DMA call as a span, from the entry of
 * vfio_iommu_type1_ioctl() to its return, by kprobes. The argument structures are read where
 * the call finds them: on the stack of the caller, who has just written them.
 */
#include "collectors/dma-map.h"
#include "collectors/collector.h"
#include "collectors/emit.h"
#include "collectors/fail.h"
#include "collectors/lines.h"
#include "collectors/loop.h"
#include "collectors/sys.h"
#include "collectors/trace.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/vfio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FUNCTION   "vfio_iommu_type1_ioctl"
#define CALLS_MAX  64	/* threads that can be in a call at once */
#define RANGES_MAX 4096 /* IOVA ranges mapped at once */

/* The offsets are those of struct vfio_iommu_type1_dma_map and _unmap. */
static const struct probe {
	const char *name, *definition;
	unsigned int cmd; /* the ioctl that it is for; 0: all */
} probes[] = {
	{.name = "dma_map",
	 .definition =
		 "p:bootlab/dma_map " FUNCTION
		 " container=$arg1:u64 cmd=$arg2:u32 vaddr=+u8($arg3):u64 iova=+u16($arg3):u64 size=+u24($arg3):u64",
	 .cmd = VFIO_IOMMU_MAP_DMA},
	{.name = "dma_unmap",
	 .definition =
		 "p:bootlab/dma_unmap " FUNCTION
		 " container=$arg1:u64 cmd=$arg2:u32 iova=+u8($arg3):u64 size=+u16($arg3):u64",
	 .cmd = VFIO_IOMMU_UNMAP_DMA},
	{.name = "dma_return", .definition = "r:bootlab/dma_return " FUNCTION " ret=$retval:s64"},
};

#define PROBES (sizeof(probes) / sizeof(*probes))

struct call {
	pid_t pid; /* 0: a free place */
	bool map;
	int64_t start;
	uint64_t container, vaddr, iova, size;
};

/* What was mapped: an unmap call names only the IOVA. Each container has its own. */
struct range {
	uint64_t container, iova, size;
	const char *kind;
};

static struct trace trace;
static struct lines lines;
static struct call calls[CALLS_MAX];
static struct range ranges[RANGES_MAX];
static size_t n_ranges;
static unsigned int maps, unmaps, unknown, unread;

const char *dma_kind(const char *maps, uint64_t addr)
{
	for (const char *line = maps; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		uint64_t start, end;
		size_t len = strcspn(line, "\n");

		if (sscanf(line, "%" SCNx64 "-%" SCNx64, &start, &end) != 2 || addr < start ||
		    addr >= end)
			continue;
		/* A device's descriptor: an anonymous inode, or a character device of iommufd's. */
		if (memmem(line, len, "[vfio-device]", strlen("[vfio-device]")) ||
		    memmem(line, len, "/dev/vfio/", strlen("/dev/vfio/")))
			return "bar";
		return "ram";
	}
	return NULL;
}

/* Looked up while the caller lives: workloads let us drain() before they take memory away. */
static const char *kind_in_process(pid_t pid, uint64_t addr)
{
	char *maps = sys_read("/proc/%d/maps", pid);
	const char *kind = maps ? dma_kind(maps, addr) : NULL;

	free(maps);
	return kind;
}

/* Drops the ranges that begin within the call's; the kind of the first, or NULL. */
static const char *forget(const struct call *call)
{
	const char *kind = NULL;

	for (size_t i = 0; i < n_ranges;) {
		if (ranges[i].container != call->container || ranges[i].iova < call->iova ||
		    ranges[i].iova - call->iova >= call->size) {
			i++;
			continue;
		}
		if (!kind)
			kind = ranges[i].kind;
		ranges[i] = ranges[--n_ranges];
	}
	return kind;
}

static void map_done(const struct call *call, int64_t end)
{
	const char *kind = kind_in_process(call->pid, call->vaddr);

	maps++;
	/* What still has this IOVA was of a process that ended without unmapping it. */
	forget(call);
	if (!kind || n_ranges == RANGES_MAX) {
		unknown++;
		return;
	}
	ranges[n_ranges++] = (struct range){call->container, call->iova, call->size, kind};
	emit_span("dma_map", kind, call->start, end, call->size);
}

static void unmap_done(const struct call *call, int64_t end)
{
	const char *kind = forget(call);

	unmaps++;
	if (kind)
		emit_span("dma_unmap", kind, call->start, end, call->size);
	else
		unknown++;
}

static struct call *call_of(pid_t pid)
{
	for (size_t i = 0; i < CALLS_MAX; i++)
		if (calls[i].pid == pid)
			return &calls[i];
	return NULL;
}

static void entered(const struct trace_line *line, bool map)
{
	struct call *call = call_of(0);

	if (!call) {
		unread++;
		return;
	}
	*call = (struct call){.pid = line->pid, .map = map, .start = line->t};
	if (trace_field(line, "container", &call->container) ||
	    trace_field(line, "iova", &call->iova) || trace_field(line, "size", &call->size) ||
	    (map && trace_field(line, "vaddr", &call->vaddr))) {
		unread++;
		call->pid = 0;
	}
}

static void returned(const struct trace_line *line)
{
	struct call *call = call_of(line->pid);
	uint64_t ret = 0;
	char text[128];

	/* The probe sees every ioctl return; only these two were noted. */
	if (!call)
		return;
	if (trace_field(line, "ret", &ret) || ret) {
		snprintf(text, sizeof(text), "%s of 0x%" PRIx64 " bytes at 0x%" PRIx64 ": %s",
			 call->map ? "map" : "unmap", call->size, call->iova, strerror(-(int)ret));
		emit_log("dma-map", text);
	} else if (call->map) {
		map_done(call, line->t);
	} else {
		unmap_done(call, line->t);
	}
	call->pid = 0;
}

static int on_line(char *text, void *data)
{
	struct trace_line line;

	(void)data;
	/* Such as "CPU:1 [LOST 12 EVENTS]". */
	if (trace_parse(text, &line) < 0)
		unread++;
	else if (!strcmp(line.event, "dma_map"))
		entered(&line, true);
	else if (!strcmp(line.event, "dma_unmap"))
		entered(&line, false);
	else if (!strcmp(line.event, "dma_return"))
		returned(&line);
	return 0;
}

static int on_trace(int fd, void *data)
{
	int rc = lines_read(&lines, fd);

	(void)data;
	return rc < 0 ? fail(-rc, "dma-map: trace_pipe") : 0;
}

static int arm(const struct probe *probe)
{
	char file[64], text[32];
	int rc = trace_probe(probe->definition);

	snprintf(file, sizeof(file), "events/bootlab/%s/filter", probe->name);
	snprintf(text, sizeof(text), "cmd == %u", probe->cmd);
	if (!rc && probe->cmd)
		rc = trace_write(&trace, file, text);
	snprintf(file, sizeof(file), "events/bootlab/%s/enable", probe->name);
	return rc ? rc : trace_write(&trace, file, "1");
}

static int start(void)
{
	int rc = trace_open(&trace, "bootlab-dma-map");

	lines.line = on_line;
	for (size_t i = 0; i < PROBES && !rc; i++)
		rc = arm(&probes[i]);
	return rc ? rc : loop_add(trace.pipe, on_trace, NULL);
}

static int drain(void)
{
	int rc;

	do {
		rc = lines_read(&lines, trace.pipe);
	} while (rc > 0);
	return rc < 0 ? fail(-rc, "dma-map: trace_pipe") : 0;
}

/* Hits that a kprobe had to skip, by kprobe_profile: "  name  hits  misses" a line. */
static int probe_misses(uint64_t *misses)
{
	char *profile = sys_read("/sys/kernel/tracing/kprobe_profile"), *rest, name[64];
	uint64_t n;

	if (!profile)
		return fail(errno, "kprobe_profile");
	for (char *line = strtok_r(profile, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
		for (size_t i = 0; i < PROBES; i++)
			if (sscanf(line, "%63s %*u %" SCNu64, name, &n) == 2 &&
			    !strcmp(name, probes[i].name))
				*misses += n;
	free(profile);
	return 0;
}

static void judge(uint64_t lost, uint64_t misses)
{
	unsigned int open = 0;

	for (size_t i = 0; i < CALLS_MAX; i++)
		open += calls[i].pid != 0;
	emit_gate(
		"trace_complete", maps && !lost && !misses && !open && !unread && !unknown,
		"%u maps, %u unmaps; %" PRIu64 " records lost, %" PRIu64
		" probe hits missed, %u calls without a return, %u unreadable, %u of unknown kind",
		maps, unmaps, lost, misses, open, unread, unknown);
}

static void disarm(void)
{
	char text[64];

	for (size_t i = 0; i < PROBES; i++) {
		snprintf(text, sizeof(text), "events/bootlab/%s/enable", probes[i].name);
		trace_write(&trace, text, "0");
		snprintf(text, sizeof(text), "-:bootlab/%s", probes[i].name);
		trace_probe(text);
	}
}

static int stop(void)
{
	uint64_t lost = 0, misses = 0;
	int rc = trace_write(&trace, "tracing_on", "0");

	if (!rc)
		rc = drain();
	if (!rc)
		rc = trace_lost(&trace, &lost);
	if (!rc)
		rc = probe_misses(&misses);
	if (!rc)
		judge(lost, misses);
	loop_del(trace.pipe);
	disarm();
	trace_close(&trace);
	return rc;
}

const struct collector dma_map_collector = {
	.start = start,
	.drain = drain,
	.stop = stop,
};
