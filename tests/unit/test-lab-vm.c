// SPDX-License-Identifier: GPL-2.0-only
#include "lab/vm.h"
#include "tests/unit/cmocka.h"

#include <string.h>

static const struct testbed_config config = {
	.accel = "tcg",
	.kernel = "/k<1>/image",
	.initrd = "/initrd",
	.ram = "/pool/a,b.ram",
	.memory = 1 << 30,
	.bar = 16ULL << 30,
	.cpus = 2,
};

static void the_domain_says_what_was_asked(void **state)
{
	g_autofree char *xml = vm_domain_xml(&config, "name", "/console", "/socket");

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
	g_autofree char *xml = vm_domain_xml(&more, "name", "/console", "/socket");

	assert_non_null(strstr(xml, " tsc=reliable movablecore=50%</cmdline>"));
}

static void kvm_gets_the_hosts_cpu(void **state)
{
	struct testbed_config kvm = config;

	(void)state;
	kvm.accel = "kvm";
	g_autofree char *xml = vm_domain_xml(&kvm, "name", "/console", "/socket");

	assert_non_null(strstr(xml, "<domain type='kvm'"));
	assert_null(strstr(xml, "erms=off"));
}

static void paths_cannot_break_out_of_their_place(void **state)
{
	g_autofree char *xml = vm_domain_xml(&config, "name", "/it's", "/socket");

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
	g_autofree char *xml = vm_domain_xml(&bare, "name", "/console", "/socket");

	assert_null(strstr(xml, "pci-testdev"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_domain_says_what_was_asked),
		cmocka_unit_test(a_scenarios_words_follow_the_labs_own),
		cmocka_unit_test(kvm_gets_the_hosts_cpu),
		cmocka_unit_test(paths_cannot_break_out_of_their_place),
		cmocka_unit_test(without_a_bar_there_is_no_device),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
