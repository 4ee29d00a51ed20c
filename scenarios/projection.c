// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/projection.h"

#include "collectors/emit.h"
#include "collectors/sys.h"
#include "lab/protocol.h"

#include <stdio.h>
#include <string.h>

#define TEXT_OF(...) #__VA_ARGS__
#define TEXT(...)    TEXT_OF(__VA_ARGS__)

/* Memory that is there, for QEMU cannot wait for a page fault. */
static void ask(struct turns *turns)
{
	memset(turns, 0, sizeof(*turns));
#if defined(__x86_64__)
	__asm__ volatile(".byte " TEXT(TURNS_ASK_X86_64) : : "D"(turns) : "memory");
#elif defined(__powerpc64__)
	register uintptr_t at __asm__("r9") = (uintptr_t)turns - TURNS_ASK_PPC64_OFFSET;
	register long zero __asm__("r10") = 0;

	__asm__ volatile("stb 10, " TEXT(TURNS_ASK_PPC64_OFFSET) "(9)"
			 :
			 : "r"(at), "r"(zero)
			 : "memory");
#endif
}

static double emit(const char *name, const char *what, uint64_t instructions, const char *better)
{
	double seconds = (double)instructions / NSEC_PER_SEC;
	char metric[PROTOCOL_NAME_MAX + 1];

	snprintf(metric, sizeof(metric), PROTOCOL_PROJECTED "%s%s", name, what);
	emit_metric(metric, seconds, "s", better);
	return seconds;
}

void projection_begin(struct projection *projection)
{
	ask(&projection->begin);
}

/* A CPU that none of the threads is on may work, too: for a timer, say. */
static void emit_shared(const char *name, const struct turns *begin, const struct turns *end,
			uint64_t threads)
{
	uint64_t waited = end->waited - begin->waited;
	uint64_t whole = threads * (end->clock - begin->clock);
	uint64_t busiest = 0, all = 0;

	for (uint64_t i = 0; i < end->cpus; i++) {
		uint64_t worked = end->worked[i] - begin->worked[i];

		all += worked;
		busiest = worked > busiest ? worked : busiest;
	}
	emit(name, ".path", busiest, PROTOCOL_BETTER_LOWER);
	emit(name, ".cpu", all, PROTOCOL_BETTER_LOWER);
	/* These say why something takes long, and are no good or ill of their own. */
	emit(name, ".lock_wait", waited, PROTOCOL_BETTER_NEITHER);
	emit(name, ".sleep", whole > all + waited ? whole - all - waited : 0,
	     PROTOCOL_BETTER_NEITHER);
}

double projection_end(const struct projection *projection, const char *name, uint64_t threads)
{
	const struct turns *begin = &projection->begin;
	struct turns end;

	ask(&end);
	if (end.cpus < 2)
		return 0;
	if (threads)
		emit_shared(name, begin, &end, threads);
	return emit(name, "", end.clock - begin->clock, PROTOCOL_BETTER_LOWER);
}
