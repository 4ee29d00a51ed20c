// SPDX-License-Identifier: GPL-2.0-only
#include "lab/node.h"
#include "lab/vm.h"
#include "tests/unit/cmocka.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define GIB (1ULL << 30)

static struct pool_lease lease = {.path = (char *)"/pool/a,b.ram", .fd = -1};

static const struct node_memory aliased = {&lease, 2 * GIB, 8 * GIB};
static const struct node_memory real = {&lease, 8 * GIB, 8 * GIB};
static const struct node_memory none;

static guint count(char *const *options, const char *text)
{
	guint found = 0;

	for (; *options; options++)
		found += strstr(*options, text) != NULL;
	return found;
}

static void dimms_that_alias_are_one_file(void **state)
{
	g_auto(GStrv) options = node_options(&aliased, 3 * GIB, 2);

	(void)state;
	assert_int_equal(count(options, "pc-dimm,"), 4);
	assert_int_equal(count(options, ",size=2147483648,mem-path=/pool/a,,b.ram"), 4);
	assert_int_equal(count(options, "memdev=node1.3,node=1"), 1);
	assert_int_equal(count(options, "slots=4,maxmem=11264M"), 1);
	assert_int_equal(count(options, "node,nodeid=0,cpus=0-1,mem=3072M"), 1);
	assert_int_equal(g_strv_length(options) % 2, 0);
}

static void memory_that_is_there_is_one_dimm(void **state)
{
	g_auto(GStrv) options = node_options(&real, 3 * GIB, 1);

	(void)state;
	assert_int_equal(count(options, "pc-dimm,"), 1);
	assert_int_equal(count(options, ",size=8589934592,"), 1);
}

static char *fact(const struct node_memory *node, const char *key)
{
	json_auto_t *facts = node_facts(node);

	return g_strdup(json_string_value(json_object_get(facts, key)));
}

static void the_environment_says_what_aliases(void **state)
{
	g_autofree char *one = fact(&aliased, "node1_contents");
	g_autofree char *two = fact(&real, "node1_contents");

	(void)state;
	assert_string_equal(one, "aliased, the same 2 GiB 4 times");
	assert_string_equal(two, "real");
	assert_null(node_facts(&none));
	assert_null(node_cell(&none));
}

static void the_agent_is_told(void **state)
{
	json_auto_t *cell = node_cell(&aliased);
	json_int_t bytes;
	int id, alias;

	(void)state;
	assert_int_equal(
		json_unpack(cell, "{s:i, s:I, s:b}", "id", &id, "bytes", &bytes, "aliased", &alias),
		0);
	assert_int_equal(id, 1);
	assert_int_equal(bytes, 8 * GIB);
	assert_true(alias);
}

static void the_domain_has_the_node_and_leaves_it_offline(void **state)
{
	struct testbed_config config = {
		.arch = "x86_64",
		.accel = "tcg",
		.kernel = "/k",
		.initrd = "/i",
		.ram = "/r",
		.memory = GIB,
		.cpus = 2,
		.cmdline = "quiet",
		.node = aliased,
	};
	const struct vm_files files = {"/console", "/socket", "/drive"};
	g_autofree char *with = vm_domain_xml(&config, "name", &files);

	(void)state;
	config.node = none;
	g_autofree char *without = vm_domain_xml(&config, "name", &files);

	assert_non_null(strstr(with, " memhp_default_state=offline quiet</cmdline>"));
	assert_non_null(strstr(with, "pc-dimm,id=dimm3,"));
	assert_non_null(strstr(with, "memory-backend=pool"));
	assert_non_null(strstr(with, "machine='pc-q35-5.0'"));
	assert_non_null(strstr(without, "machine='q35'"));
	assert_null(strstr(without, "memhp"));
	assert_null(strstr(without, "pc-dimm"));
	assert_non_null(strstr(without, "memory-backend=pool"));
}

/* A pool of our own, and sizes that are taken at once. */
static void the_user_or_this_machines_memory_decides(void **state)
{
	static const struct {
		guint64 total;
		enum node_alias when;
		bool aliases;
	} cases[] = {
		{512 * NODE_BLOCK * 1024, ALIAS_AUTO, true}, /* 64 TiB */
		{2 * NODE_BLOCK, ALIAS_AUTO, false},
		{2 * NODE_BLOCK, ALIAS_ALWAYS, true},
		{2 * NODE_BLOCK, ALIAS_NEVER, false},
	};

	(void)state;
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		json_auto_t *alias = json_pack("{s:I, s:I}", "size", (json_int_t)NODE_BLOCK,
					       "total", (json_int_t)cases[i].total);
		struct node_memory node;

		assert_true(node_take(&node, alias, GIB, cases[i].when, NULL));
		assert_int_equal(node_aliases(&node), cases[i].aliases);
		assert_int_equal(node.total, cases[i].total);
		node_release(&node);
	}
}

static void most_testbeds_have_no_such_node(void **state)
{
	struct node_memory node = aliased;

	(void)state;
	assert_true(node_take(&node, NULL, GIB, ALIAS_AUTO, NULL));
	assert_null(node.ram);
}

static int make_pool(void **state)
{
	*state = g_dir_make_tmp("bootlab-XXXXXX", NULL);
	g_setenv("BOOTLAB_POOL", *state, TRUE);
	return !*state;
}

static int remove_pool(void **state)
{
	g_autofree char *pool = *state;
	g_autofree char *dir = g_strdup_printf("%s/bootlab-%u", pool, getuid());

	return pool_free(NULL) < 0 || g_rmdir(dir) || g_rmdir(pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dimms_that_alias_are_one_file),
		cmocka_unit_test(memory_that_is_there_is_one_dimm),
		cmocka_unit_test(the_environment_says_what_aliases),
		cmocka_unit_test(the_agent_is_told),
		cmocka_unit_test(the_domain_has_the_node_and_leaves_it_offline),
		cmocka_unit_test(the_user_or_this_machines_memory_decides),
		cmocka_unit_test(most_testbeds_have_no_such_node),
	};

	return cmocka_run_group_tests(tests, make_pool, remove_pool);
}
