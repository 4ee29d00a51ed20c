// SPDX-License-Identifier: GPL-2.0-only
/*
 * The plugin that lab/turns.h tells of. All of a testbed's CPUs are run by one thread, so nothing
 * here needs a lock.
 *
 * QEMU gives turns in the order of the CPUs, and one ends where the CPU halts, waits (PAUSE), or
 * when a timer is due. That can be milliseconds: until then no other CPU moves, and one that waits
 * for another without PAUSE, as the first does for the others while it boots, waits for ever (in
 * QEMU before 8.1). So a turn also ends after so many instructions as the argument turn=N says.
 * What a CPU does reaches the others that late, as it takes a while between real ones.
 */
#include "lab/turns.h"
#include "lab/qemu/plugin.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Instructions of the longest of the kernel's loops around a PAUSE. */
#define LOOP_MAX 64

#define LONGEST_INSN 8
#define PAUSES	     2

struct insn {
	size_t size;
	uint8_t bytes[LONGEST_INSN];
};

/* By the emulator's target: the instruction that asks, and those by which a CPU waits awake. */
static const struct target {
	const char *name;
	struct insn ask, pauses[PAUSES];
} targets[] = {
	{"x86_64", {7, {TURNS_ASK_X86_64}}, {{2, {0xf3, 0x90}}}},
	/* or 1,1,1 and or 31,31,31: low priority, lowest priority */
	{"ppc64",
	 {4, {TURNS_ASK_PPC64}},
	 {{4, {0x78, 0x0b, 0x21, 0x7c}}, {4, {0x78, 0xfb, 0xff, 0x7f}}}},
};

static const struct target *target;

static struct cpu {
	uint64_t worked;
	uint64_t turn; /* instructions in this round */
	bool had_turn; /* in this round */
	bool pausing;  /* PAUSE was its last instruction... */
	bool paused;   /* ...also in the round before */
} cpus[TURNS_CPUS_MAX];

static unsigned int n_cpus, current;
static uint64_t turn, clock, waited, longest;

QEMU_PLUGIN_EXPORT int qemu_plugin_version = QEMU_PLUGIN_VERSION;

/* Who came but once around its loop from one PAUSE to the next has not worked. */
static void end_turn_of(struct cpu *cpu)
{
	if (cpu->pausing && cpu->paused && cpu->turn <= LOOP_MAX) {
		cpu->worked -= cpu->turn;
		waited += longest;
	} else if (cpu->pausing) {
		waited += longest - cpu->turn;
	}
	cpu->paused = cpu->pausing;
	cpu->pausing = false;
	cpu->had_turn = false;
	cpu->turn = 0;
}

static void end_round(void)
{
	for (unsigned int i = 0; i < n_cpus; i++)
		end_turn_of(&cpus[i]);
	clock += longest;
	longest = 0;
}

/* A block of so many instructions is going to run. */
static void count(unsigned int index, void *data)
{
	struct cpu *cpu = &cpus[index];

	if (cpu->had_turn && (index != current || cpu->turn >= turn))
		end_round();
	current = index;
	cpu->had_turn = true;
	cpu->pausing = false;
	cpu->worked += (uintptr_t)data;
	cpu->turn += (uintptr_t)data;
	if (cpu->turn > longest)
		longest = cpu->turn;
	if (cpu->turn >= turn && n_cpus > 1)
		cpu_exit(qemu_get_cpu((int)index));
}

static void pausing(unsigned int index, void *data)
{
	(void)data;
	cpus[index].pausing = true;
}

static void answer(unsigned int index, qemu_plugin_meminfo_t info, uint64_t vaddr, void *data)
{
	struct turns turns = {.clock = clock + cpus[index].turn, .waited = waited, .cpus = n_cpus};

	(void)info;
	(void)data;
	for (unsigned int i = 0; i < n_cpus; i++)
		turns.worked[i] = cpus[i].worked;
	if (cpu_memory_rw_debug(qemu_get_cpu((int)index), vaddr, &turns, sizeof(turns), true))
		fprintf(stderr, "turns: no memory to answer at\n");
}

static bool is(struct qemu_plugin_insn *insn, const struct insn *wanted)
{
	return qemu_plugin_insn_size(insn) == wanted->size &&
	       !memcmp(qemu_plugin_insn_data(insn), wanted->bytes, wanted->size);
}

static void translate(struct qemu_plugin_insn *insn)
{
	if (is(insn, &target->ask))
		qemu_plugin_register_vcpu_mem_cb(insn, answer, QEMU_PLUGIN_CB_NO_REGS,
						 QEMU_PLUGIN_MEM_W, NULL);
	for (int i = 0; i < PAUSES && target->pauses[i].size; i++)
		if (is(insn, &target->pauses[i]))
			qemu_plugin_register_vcpu_insn_exec_cb(insn, pausing,
							       QEMU_PLUGIN_CB_NO_REGS, NULL);
}

static void translate_block(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	size_t n = qemu_plugin_tb_n_insns(tb);

	(void)id;
	qemu_plugin_register_vcpu_tb_exec_cb(tb, count, QEMU_PLUGIN_CB_NO_REGS, (void *)n);
	for (size_t i = 0; i < n; i++)
		translate(qemu_plugin_tb_get_insn(tb, i));
}

QEMU_PLUGIN_EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc,
					   char **argv)
{
	for (int i = 0; i < argc; i++)
		if (!strncmp(argv[i], TURNS_ARG, strlen(TURNS_ARG)))
			turn = strtoull(argv[i] + strlen(TURNS_ARG), NULL, 10);
	for (size_t i = 0; i < sizeof(targets) / sizeof(*targets); i++)
		if (!strcmp(targets[i].name, info->target_name))
			target = &targets[i];
	n_cpus = info->system.max_vcpus;
	if (!target || !turn || n_cpus > TURNS_CPUS_MAX) {
		fprintf(stderr, "turns: not for %u CPUs of %s with " TURNS_ARG "%" PRIu64 "\n",
			n_cpus, info->target_name, turn);
		return -1;
	}
	qemu_plugin_register_vcpu_tb_trans_cb(id, translate_block);
	return 0;
}
