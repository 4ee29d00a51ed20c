// SPDX-License-Identifier: GPL-2.0-only
/* Options that did not take. */
#include "kernels/config.h"
#include "tests/unit/test-kernel-fixture.h"

/* Checks the .config `final` against up to two fragments; the error's message or NULL. */
static char *check(const char *first, const char *second, const char *final)
{
	g_autofree char *one = data_path("configs/one.config");
	g_autofree char *two = data_path("configs/two.config");
	g_autofree char *config = data_path("final");
	const char *fragments[] = {one, two, NULL};
	g_autoptr(GError) err = NULL;

	put("configs/one.config", first);
	put("configs/two.config", second);
	put("final", final);
	if (config_check(fragments, config, &err)) {
		assert_null(err);
		return NULL;
	}
	return g_strdup(err->message);
}

static void a_config_that_has_all_is_right(void **state)
{
	(void)state;
	assert_null(
		check("# Machine\nCONFIG_SMP=y\nCONFIG_NR_CPUS=64\n\n# CONFIG_IPV6 is not set\n",
		      "CONFIG_NAME=\"a b\"\nCONFIG_SWAP=n\n",
		      "CONFIG_SMP=y\nCONFIG_NR_CPUS=64\nCONFIG_NAME=\"a b\"\n"
		      "# CONFIG_IPV6 is not set\nCONFIG_OTHER=y\n"));
}

static void an_option_that_did_not_take_is_named(void **state)
{
	static const struct {
		const char *fragment, *final, *why;
	} wrong[] = {
		{"\nCONFIG_SMP=y\n", "", "one.config:2: CONFIG_SMP: wanted y, got not set"},
		{"CONFIG_SMP=y", "# CONFIG_SMP is not set\n",
		 ":1: CONFIG_SMP: wanted y, got not set"},
		{"CONFIG_SMP=y", "CONFIG_SMP=m\n", ":1: CONFIG_SMP: wanted y, got m"},
		{"CONFIG_NR_CPUS=64", "CONFIG_NR_CPUS=8\n", "CONFIG_NR_CPUS: wanted 64, got 8"},
		{"# CONFIG_IPV6 is not set", "CONFIG_IPV6=y\n",
		 "CONFIG_IPV6: wanted not set, got y"},
		{"CONFIG_IPV6=n", "CONFIG_IPV6=y\n", "CONFIG_IPV6: wanted not set, got y"},
		{"CONFIG_SMP=y", "CONFIG_SMP_ON_UP=y\n", "CONFIG_SMP: wanted y, got not set"},
	};

	(void)state;
	for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_autofree char *message = check(wrong[i].fragment, "", wrong[i].final);

		assert_non_null(message);
		assert_has(message, wrong[i].why);
	}
}

static void every_option_that_did_not_take_is_named(void **state)
{
	(void)state;
	g_autofree char *message =
		check("CONFIG_A=y\nCONFIG_B=y\n", "CONFIG_C=y\n", "CONFIG_B=y\n");

	assert_has(message, "one.config:1: CONFIG_A");
	assert_has(message, "two.config:1: CONFIG_C");
	assert_null(strstr(message, "CONFIG_B"));
}

static void a_later_fragment_has_the_last_word(void **state)
{
	(void)state;
	assert_null(check("CONFIG_A=y\n", "# CONFIG_A is not set\n", ""));
	g_autofree char *message = check("# CONFIG_A is not set\n", "CONFIG_A=y\n", "");

	assert_has(message, "two.config:1: CONFIG_A: wanted y");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_config_that_has_all_is_right, fill),
		cmocka_unit_test_setup(an_option_that_did_not_take_is_named, fill),
		cmocka_unit_test_setup(every_option_that_did_not_take_is_named, fill),
		cmocka_unit_test_setup(a_later_fragment_has_the_last_word, fill),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
