// SPDX-License-Identifier: GPL-2.0-only
/*
 * How QEMU's plugin counts turns: here this program is QEMU, and runs the CPUs' blocks in an order
 * of its own.
 */
#include "lab/qemu/turns.c"
#include "tests/unit/cmocka.h"

#define LENGTH 100

/* ---- QEMU ---- */

struct qemu_plugin_insn {
	struct insn insn;
	bool pauses, asks;
};

struct qemu_plugin_tb {
	struct qemu_plugin_insn insn;
	size_t n;
};

static struct CPUState {
	bool exits;
} states[TURNS_CPUS_MAX];

static struct turns answered;

void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id, qemu_plugin_vcpu_tb_trans_cb_t cb)
{
	(void)id;
	(void)cb;
}

void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *tb, qemu_plugin_vcpu_udata_cb_t cb,
					  enum qemu_plugin_cb_flags flags, void *data)
{
	(void)cb;
	(void)flags;
	tb->n = (size_t)data;
}

void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn,
					    qemu_plugin_vcpu_udata_cb_t cb,
					    enum qemu_plugin_cb_flags flags, void *data)
{
	(void)cb;
	(void)flags;
	(void)data;
	insn->pauses = true;
}

void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn *insn, qemu_plugin_vcpu_mem_cb_t cb,
				      enum qemu_plugin_cb_flags flags, enum qemu_plugin_mem_rw rw,
				      void *data)
{
	(void)cb;
	(void)flags;
	(void)rw;
	(void)data;
	insn->asks = true;
}

size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb)
{
	(void)tb;
	return 1;
}

struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t i)
{
	(void)i;
	return (struct qemu_plugin_insn *)&tb->insn;
}

const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *insn)
{
	return insn->insn.bytes;
}

size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn)
{
	return insn->insn.size;
}

struct CPUState *qemu_get_cpu(int cpu)
{
	return &states[cpu];
}

void cpu_exit(struct CPUState *cpu)
{
	cpu->exits = true;
}

int cpu_memory_rw_debug(struct CPUState *cpu, uint64_t vaddr, void *bytes, size_t size,
			bool is_write)
{
	(void)cpu;
	assert_true(is_write);
	assert_int_equal(vaddr, 0x1000);
	assert_int_equal(size, sizeof(answered));
	memcpy(&answered, bytes, size);
	return 0;
}

/* ---- a testbed ---- */

static int install(const qemu_info_t *info, char **argv)
{
	target = NULL;
	return qemu_plugin_install(1, info, 1, argv);
}

static void start(int n, const char *name)
{
	const qemu_info_t info = {.target_name = name, .system = {n, n}};
	char arg[] = TURNS_ARG "100";
	char *argv[] = {arg};

	memset(cpus, 0, sizeof(cpus));
	memset(states, 0, sizeof(states));
	clock = waited = longest = 0;
	assert_int_equal(install(&info, argv), 0);
}

static void run(unsigned int cpu, uintptr_t instructions)
{
	states[cpu].exits = false;
	count(cpu, (void *)instructions);
}

/* A CPU that waits: a look at the lock, and PAUSE. */
static void run_pausing(unsigned int cpu)
{
	run(cpu, 5);
	pausing(cpu, NULL);
}

static const struct turns *ask(unsigned int cpu)
{
	answer(cpu, 0, 0x1000, NULL);
	return &answered;
}

static void two_that_work_take_the_time_of_one(void **state)
{
	(void)state;
	start(2, "x86_64");
	for (int i = 0; i < 10; i++) {
		run(0, LENGTH);
		run(1, LENGTH);
	}
	assert_int_equal(ask(1)->clock, 10 * LENGTH);
	assert_int_equal(answered.worked[0], 10 * LENGTH);
	assert_int_equal(answered.worked[1], 10 * LENGTH);
	assert_int_equal(answered.waited, 0);
	assert_int_equal(answered.cpus, 2);
}

static void one_that_works_alone_takes_its_own(void **state)
{
	(void)state;
	start(2, "x86_64");
	for (int i = 0; i < 25; i++)
		run(1, 10);
	assert_int_equal(ask(1)->clock, 250);
	assert_int_equal(answered.worked[0], 0);
}

/* The clock is where the CPU is that asks, in the middle of its turn. */
static void a_round_is_as_long_as_its_longest_turn(void **state)
{
	(void)state;
	start(3, "x86_64");
	run(0, 30);
	run(1, 90);
	run(2, 10);
	run(0, 20);
	assert_int_equal(ask(0)->clock, 90 + 20);
}

static void a_turn_ends_after_so_many_instructions(void **state)
{
	(void)state;
	start(2, "x86_64");
	run(0, LENGTH - 1);
	assert_false(states[0].exits);
	run(0, 1);
	assert_true(states[0].exits);
	start(1, "x86_64");
	run(0, LENGTH);
	assert_false(states[0].exits);
}

static void who_waits_awake_does_not_work(void **state)
{
	(void)state;
	start(2, "x86_64");
	run(0, LENGTH);
	run(1, 40); /* comes to the lock... */
	run_pausing(1);
	for (int i = 0; i < 3; i++) { /* ...and looks at it in vain */
		run(0, LENGTH);
		run_pausing(1);
	}
	run(0, LENGTH);
	run(1, LENGTH);
	assert_int_equal(ask(0)->clock, 4 * LENGTH + LENGTH);
	assert_int_equal(answered.worked[1], 40 + 5 + LENGTH);
	assert_int_equal(answered.waited, (LENGTH - 45) + 3 * LENGTH);
}

static void who_works_between_two_locks_works(void **state)
{
	(void)state;
	start(2, "x86_64");
	run(0, LENGTH);
	run_pausing(1);
	run(0, LENGTH);
	run(1, LENGTH - 10); /* has got the lock, and waits for another */
	run_pausing(1);
	run(0, LENGTH);
	assert_int_equal(ask(0)->worked[1], 5 + LENGTH - 10 + 5);
	assert_int_equal(answered.waited, (LENGTH - 5) + 5);
}

/* ---- what it looks for ---- */

static struct qemu_plugin_tb translated(size_t size, const uint8_t *bytes)
{
	struct qemu_plugin_tb tb = {.insn.insn.size = size};

	memcpy(tb.insn.insn.bytes, bytes, size);
	translate_block(1, &tb);
	assert_int_equal(tb.n, 1);
	return tb;
}

static void instructions_are_known_by_their_bytes(void **state)
{
	const uint8_t asks[] = {TURNS_ASK_X86_64}, pause[] = {0xf3, 0x90}, nop[] = {0x90};
	const uint8_t asks_power[] = {TURNS_ASK_PPC64}, low[] = {0x78, 0x0b, 0x21, 0x7c};

	(void)state;
	start(1, "x86_64");
	assert_true(translated(sizeof(asks), asks).insn.asks);
	assert_true(translated(sizeof(pause), pause).insn.pauses);
	assert_false(translated(sizeof(nop), nop).insn.pauses);
	assert_false(translated(sizeof(asks) - 1, asks).insn.asks);
	start(1, "ppc64");
	assert_true(translated(sizeof(asks_power), asks_power).insn.asks);
	assert_true(translated(sizeof(low), low).insn.pauses);
}

static void other_machines_are_refused(void **state)
{
	const qemu_info_t many = {.target_name = "x86_64", .system = {200, 200}};
	const qemu_info_t other = {.target_name = "sparc64", .system = {1, 1}};
	const qemu_info_t good = {.target_name = "x86_64", .system = {1, 1}};
	char arg[] = TURNS_ARG "100", none[] = TURNS_ARG "0";
	char *argv[] = {arg}, *without[] = {none};

	(void)state;
	assert_int_equal(install(&good, argv), 0);
	assert_int_equal(install(&many, argv), -1);
	assert_int_equal(install(&other, argv), -1);
	assert_int_equal(install(&good, without), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_that_work_take_the_time_of_one),
		cmocka_unit_test(one_that_works_alone_takes_its_own),
		cmocka_unit_test(a_round_is_as_long_as_its_longest_turn),
		cmocka_unit_test(a_turn_ends_after_so_many_instructions),
		cmocka_unit_test(who_waits_awake_does_not_work),
		cmocka_unit_test(who_works_between_two_locks_works),
		cmocka_unit_test(instructions_are_known_by_their_bytes),
		cmocka_unit_test(other_machines_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
