// SPDX-License-Identifier: GPL-2.0-only
/* The tools of each architecture: this machine's own, or those that Debian has for it. */
#include "kernels/arch.h"
#include "tests/unit/cmocka.h"

#include <glib.h>
#include <string.h>

/* One that is not this machine's. */
static const struct arch *foreign(void)
{
	const struct arch *arch = arch_find("ppc64le");

	return strcmp(arch->name, arch_native()) ? arch : arch_find("x86_64");
}

static void another_architectures_tools_have_its_triplet(void **state)
{
	const struct arch *arch = foreign();
	g_autofree char *cross = arch_cross(arch);
	g_autofree char *package = arch_package(arch, "binutils");

	(void)state;
	assert_true(g_str_has_prefix(cross, arch->triplet));
	assert_true(g_str_has_suffix(cross, "-gnu-"));
	assert_true(g_str_has_prefix(package, "binutils-"));
	/* What Debian calls a package is not always what the tool is called. */
	assert_null(strchr(package, '_'));
}

static void this_machines_tools_have_plain_names(void **state)
{
	const struct arch *arch = arch_find(arch_native());

	(void)state;
	if (!arch)
		skip();
	g_autofree char *cross = arch_cross(arch);
	g_autofree char *package = arch_package(arch, "binutils");

	assert_string_equal(cross, "");
	assert_string_equal(package, "binutils");
}

static void unknown_architectures_are_not_found(void **state)
{
	g_autofree char *names = arch_names();

	(void)state;
	assert_null(arch_find("vax"));
	assert_null(arch_find(""));
	assert_non_null(strstr(names, "x86_64, "));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(another_architectures_tools_have_its_triplet),
		cmocka_unit_test(this_machines_tools_have_plain_names),
		cmocka_unit_test(unknown_architectures_are_not_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
