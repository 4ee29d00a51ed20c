/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where instructions are counted, QEMU has one thread, which runs the testbed's CPUs in turn. A
 * plugin in it (lab/qemu/turns.c) keeps each turn short, so that CPUs advance as if side by side,
 * and counts what each does. Here is how a program on the testbed asks it.
 *
 * The program executes one instruction, a store of zero that no compiler writes in this way.
 * The plugin knows it by its bytes, and overwrites what was stored at with the counts so far. Where
 * there is no plugin, zero is what remains there.
 */
#ifndef LAB_TURNS_H
#define LAB_TURNS_H

#include <stdint.h>

#define TURNS_CPUS_MAX 128

/* The plugin's argument: instructions after which a turn ends. */
#define TURNS_ARG "turn="

struct turns {
	/*
	 * The time, had the CPUs run side by side, at one instruction a nanosecond: of each round,
	 * in which every CPU that has anything to do has a turn, the longest turn. It stands still
	 * while all of them sleep.
	 */
	uint64_t clock;
	uint64_t waited;		 /* by that clock, awake: by all CPUs together */
	uint64_t cpus;			 /* that there are, TURNS_CPUS_MAX at most */
	uint64_t worked[TURNS_CPUS_MAX]; /* instructions of each, without those of waiting */
};

/* The instruction's bytes, as they lie in memory. */

/* ds ds ds ds movb $0, (%rdi) */
#define TURNS_ASK_X86_64 0x3e, 0x3e, 0x3e, 0x3e, 0xc6, 0x07, 0x00

/* stb r10, TURNS_ASK_PPC64_OFFSET(r9) */
#define TURNS_ASK_PPC64	       0x6c, 0x62, 0x49, 0x99
#define TURNS_ASK_PPC64_OFFSET 0x626c

#endif
