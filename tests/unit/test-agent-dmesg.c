// SPDX-License-Identifier: GPL-2.0-only
/* Which of the kernel's lines fail a sample, and which must not. */
#include "collectors/dmesg.h"
#include "tests/unit/cmocka.h"

#include <errno.h>
#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

static bool trouble(int level, const char *text)
{
	const struct dmesg_record record = {.level = level, .text = text};

	return dmesg_is_trouble(&record);
}

static void records_are_taken_apart(void **state)
{
	char record[] = "12,339,5140900,-;hello; world\n SUBSYSTEM=pci\n";
	char continued[] = "4,1,2,c;text";
	char bad[] = "no record";
	struct dmesg_record parsed;

	(void)state;
	assert_int_equal(dmesg_parse(record, &parsed), 0);
	assert_int_equal(parsed.level, 4); /* 12: a user's warning */
	assert_int_equal(parsed.seq, 339);
	assert_string_equal(parsed.text, "hello; world");
	assert_int_equal(dmesg_parse(continued, &parsed), 0);
	assert_string_equal(parsed.text, "text");
	assert_int_equal(dmesg_parse(bad, &parsed), -EINVAL);
}

static void trouble_is_seen(void **state)
{
	static const char *const lines[] = {
		"WARNING: CPU: 1 PID: 52 at mm/gup.c:72 try_get_folio+0x1f/0x40",
		"WARNING: possible circular locking dependency detected",
		"WARNING: suspicious RCU usage",
		"BUG: Bad page state in process qemu-system-x86  pfn:12345",
		"BUG: Bad page map in process agent  pte:8000000000000225 pmd:0",
		"BUG: kernel NULL pointer dereference, address: 0000000000000008",
		"BUG: sleeping function called from invalid context at mm/slab.h:494",
		"watchdog: BUG: soft lockup - CPU#0 stuck for 26s! [qemu-system-x86:52]",
		"kernel BUG at mm/memory.c:2390!",
		"Oops: 0002 [#1] SMP",
		"general protection fault, probably for non-canonical address 0xdead000000000100: 0000",
		"Call Trace:",
		"INFO: task agent:41 blocked for more than 122 seconds.",
		"rcu: INFO: rcu_sched self-detected stall on CPU",
		"rcu: INFO: rcu_sched detected stalls on CPUs/tasks:",
		"Kernel panic - not syncing: Fatal exception",
		"list_add corruption. next->prev should be prev",
		"refcount_t: underflow; use-after-free.",
		"agent: page allocation failure: order:9, mode:0xdc0(GFP_KERNEL|__GFP_ZERO)",
		"DMAR: [DMA Write NO_PASID] Request device [00:03.0] fault addr 0x100000000",
		"DEBUG_LOCKS_WARN_ON(1)",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(lines); i++)
		if (!trouble(6, lines[i]))
			fail_msg("not seen: %s", lines[i]);
	assert_true(trouble(2, "any words at all"));
}

static void what_a_sound_boot_says_is_not(void **state)
{
	static const char *const lines[] = {
		"Linux version 6.1.192 (gcc (Debian 12.2.0-14+deb12u1) 12.2.0)",
		"Warning: unable to open an initial console.",
		"Warning: Processor Platform Limit event detected, but not handled.",
		"Spectre V2 : WARNING: Unprivileged eBPF is enabled with eIBRS on",
		"kvm: no hardware support for 'kvm_intel'",
		"rcu: Hierarchical RCU implementation.",
		"debug: ignoring loglevel setting.",
		"DMAR: IOMMU enabled",
		"DMAR: Intel(R) Virtualization Technology for Directed I/O",
		"x86/fpu: Supporting XSAVE feature 0x001: 'x87 floating point registers'",
		"pci 0000:00:01.0: BAR 2: assigned [mem 0x800000000-0xbffffffff 64bit pref]",
		"NX (Execute Disable) protection: active",
		"tsc: Marking TSC unstable due to clocksource watchdog",
		"9pnet: Limiting 'msize' to 512000 as this is the maximum supported by virtio",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(lines); i++)
		if (trouble(4, lines[i]))
			fail_msg("taken for trouble: %s", lines[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_are_taken_apart),
		cmocka_unit_test(trouble_is_seen),
		cmocka_unit_test(what_a_sound_boot_says_is_not),
	};

	return cmocka_run_group_tests_name("agent: dmesg", tests, NULL, NULL);
}
