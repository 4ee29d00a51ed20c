// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/arch.h"
#include "lab/vm.h"
#include "tests/unit/cmocka.h"

#include <string.h>

static const struct testbed_config config = {
	.arch = "x86_64",
	.accel = "tcg",
	.kernel = "/k<1>/image",
	.initrd = "/initrd",
	.ram = "/pool/a,b.ram",
	.memory = 1 << 30,
	.bar = 16ULL << 30,
	.cpus = 2,
};

static const struct vm_files files = {"/it's", "/socket", "/it's/a,drive"};

static void the_domain_says_what_was_asked(void **state)
{
	g_autofree char *xml = vm_domain_xml(&config, "name", &files);

	(void)state;
	assert_non_null(strstr(xml, "<domain type='qemu'"));
	assert_non_null(strstr(xml, "<memory unit='b'>1073741824</memory>"));
	assert_non_null(strstr(xml, "pci-testdev,membar=17179869184"));
	assert_non_null(strstr(xml, "erms=off"));
}

static void a_scenarios_words_follow_the_labs_own(void **state)
{
	struct testbed_config more = config;

	(void)state;
	more.cmdline = "movablecore=50%";
	g_autofree char *xml = vm_domain_xml(&more, "name", &files);

	assert_non_null(strstr(xml, " tsc=reliable movablecore=50%</cmdline>"));
}

static void kvm_gets_the_hosts_cpu(void **state)
{
	struct testbed_config kvm = config;

	(void)state;
	kvm.accel = "kvm";
	g_autofree char *xml = vm_domain_xml(&kvm, "name", &files);

	assert_non_null(strstr(xml, "<domain type='kvm'"));
	assert_null(strstr(xml, "erms=off"));
}

static void paths_cannot_break_out_of_their_place(void **state)
{
	g_autofree char *xml = vm_domain_xml(&config, "name", &files);

	(void)state;
	assert_non_null(strstr(xml, "<kernel>/k&lt;1&gt;/image</kernel>"));
	assert_non_null(strstr(xml, "path='/it&apos;s'"));
	assert_non_null(strstr(xml, "mem-path=/pool/a,,b.ram"));
}

static void without_a_bar_there_is_no_device(void **state)
{
	struct testbed_config bare = config;

	(void)state;
	bare.bar = 0;
	g_autofree char *xml = vm_domain_xml(&bare, "name", &files);

	assert_null(strstr(xml, "pci-testdev"));
	assert_null(strstr(xml, "nvme"));
	assert_null(strstr(xml, "iommu"));
}

static void a_drive_has_an_iommu_too(void **state)
{
	struct testbed_config driven = config;

	(void)state;
	driven.bar = 0;
	driven.drive = 1 << 28;
	g_autofree char *xml = vm_domain_xml(&driven, "name", &files);

	assert_non_null(strstr(xml, "file=/it&apos;s/a,,drive"));
	assert_non_null(strstr(xml, "'nvme,id=nvme0"));
	assert_non_null(strstr(xml, "<iommu model='intel'>"));
	assert_non_null(strstr(xml, "intel_iommu=on"));
	assert_null(strstr(xml, "pci-testdev"));
}

static void with_a_device_there_is_an_iommu(void **state)
{
	g_autofree char *xml = vm_domain_xml(&config, "name", &files);

	(void)state;
	assert_non_null(strstr(xml, "<iommu model='intel'>"));
	assert_non_null(strstr(xml, "intel_iommu=on"));
}

static void ppc64le_is_a_machine_of_its_own(void **state)
{
	struct testbed_config ppc = config;

	(void)state;
	ppc.arch = "ppc64le";
	ppc.bar = 0;
	g_autofree char *xml = vm_domain_xml(&ppc, "name", &files);

	assert_non_null(strstr(xml, "<type arch='ppc64le' machine='pseries'>"));
	assert_non_null(strstr(xml, "<emulator>/usr/bin/qemu-system-ppc64</emulator>"));
	assert_non_null(strstr(xml, "<cmdline>console=hvc0 "));
	assert_non_null(strstr(xml, "<cfpc value='broken'/>"));
	assert_non_null(strstr(xml, "value='power9'"));
	assert_null(strstr(xml, "<filesystem"));
	assert_null(strstr(xml, "tsc="));
	assert_false(vm_takes_device("ppc64le"));
	assert_true(vm_takes_device("x86_64"));
}

static void only_the_machines_own_architecture_takes_kvm(void **state)
{
	const char *other = strcmp(arch_native(), "x86_64") ? "x86_64" : "ppc64le";
	g_autoptr(GError) err = NULL;

	(void)state;
	assert_true(vm_check_accel("x86_64", "tcg", NULL));
	assert_true(vm_check_accel("ppc64le", "tcg", NULL));
	assert_false(vm_check_accel(other, "kvm", &err));
	assert_non_null(strstr(err->message, other));
	assert_non_null(strstr(err->message, "kvm"));
	assert_false(vm_takes_accel("vax", "tcg"));
	assert_null(vm_emulator("vax"));
}

static void every_kernels_architecture_has_a_machine(void **state)
{
	g_autofree char *names = arch_names();
	g_auto(GStrv) archs = g_strsplit(names, ", ", -1);

	(void)state;
	for (int i = 0; archs[i]; i++)
		assert_non_null(vm_emulator(archs[i]));
}

/* What this machine does, and when, must not show in a guest whose instructions are counted. */
static void where_instructions_are_counted_nothing_else_is_felt(void **state)
{
	static const char *const wanted[] = {
		"<domain type='qemu'",
		"<qemu:arg value='-icount'/><qemu:arg value='shift=0,sleep=off,align=off'/>",
		"<qemu:arg value='-seed'/>",
		"<qemu:arg value='-uuid'/>",
		"<clock offset='absolute' start='",
		"<timer name='rtc' track='guest'/>",
		"rdrand=off,rdseed=off",
		" nokaslr norandmaps",
		"<qemu:arg value='-plugin'/><qemu:arg value='/a,,b/turns.so,turn=301'/>",
		"virtio-serial-pci.ioeventfd=off",
		"<source mode='connect' path='/socket'/>",
	};
	struct testbed_config counted = config;

	(void)state;
	counted.accel = "icount";
	counted.cpus = 1;
	counted.turns = "/a,b/turns.so";
	counted.turn = 301;
	g_autofree char *xml = vm_domain_xml(&counted, "name", &files);

	for (size_t i = 0; i < G_N_ELEMENTS(wanted); i++)
		if (!strstr(xml, wanted[i]))
			fail_msg("no %s in %s", wanted[i], xml);
	assert_null(strstr(xml, "<filesystem"));
	assert_true(vm_takes_accel("ppc64le", "icount"));
}

static void nobody_else_counts(void **state)
{
	g_autofree char *xml = vm_domain_xml(&config, "name", &files);

	(void)state;
	assert_null(strstr(xml, "icount"));
	assert_null(strstr(xml, "<clock"));
	assert_null(strstr(xml, "-plugin"));
	assert_non_null(strstr(xml, "<filesystem"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_domain_says_what_was_asked),
		cmocka_unit_test(a_scenarios_words_follow_the_labs_own),
		cmocka_unit_test(kvm_gets_the_hosts_cpu),
		cmocka_unit_test(paths_cannot_break_out_of_their_place),
		cmocka_unit_test(without_a_bar_there_is_no_device),
		cmocka_unit_test(a_drive_has_an_iommu_too),
		cmocka_unit_test(with_a_device_there_is_an_iommu),
		cmocka_unit_test(ppc64le_is_a_machine_of_its_own),
		cmocka_unit_test(only_the_machines_own_architecture_takes_kvm),
		cmocka_unit_test(every_kernels_architecture_has_a_machine),
		cmocka_unit_test(where_instructions_are_counted_nothing_else_is_felt),
		cmocka_unit_test(nobody_else_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
