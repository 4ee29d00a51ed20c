// SPDX-License-Identifier: GPL-2.0-only
#include "lab/events.h"
#include "lab/sample.h"
#include "tests/unit/cmocka.h"

#include <string.h>

static void every_kind_of_event_is_taken(void **state)
{
	static const char *const lines[] = {
		"{\"v\":2,\"t\":1,\"ev\":\"hello\",\"agent\":\"a\",\"kernel\":\"6.1\",\"cmdline\":\"\","
		"\"cpus\":2,\"memory\":1}",
		"{\"v\":2,\"t\":1,\"ev\":\"mark\",\"name\":\"qemu_exec\"}",
		"{\"v\":2,\"t\":1,\"ev\":\"metric\",\"name\":\"map_bar\",\"value\":1.5,\"unit\":\"s\","
		"\"better\":\"lower\"}",
		"{\"v\":2,\"t\":1,\"ev\":\"span\",\"name\":\"dma_map\",\"kind\":\"bar\",\"start\":1,"
		"\"end\":2,\"bytes\":3}",
		"{\"v\":2,\"t\":1,\"ev\":\"gate\",\"name\":\"dmesg_clean\",\"ok\":true,"
		"\"evidence\":\"\"}",
		"{\"v\":2,\"t\":1,\"ev\":\"log\",\"source\":\"qemu\",\"text\":\"\"}",
		"{\"v\":2,\"t\":1,\"ev\":\"artifact\",\"name\":\"a.tsv\",\"text\":\"x\\ty\\n\"}",
		"{\"v\":2,\"t\":1,\"ev\":\"env\",\"name\":\"thp\",\"value\":\"madvise\"}",
		"{\"v\":2,\"t\":1,\"ev\":\"progress\",\"what\":\"memory of the guest\",\"done\":1,"
		"\"total\":2}",
		"{\"v\":2,\"t\":1,\"ev\":\"end\",\"status\":\"done\",\"reason\":\"\"}",
	};

	(void)state;
	for (guint i = 0; i < G_N_ELEMENTS(lines); i++) {
		g_autoptr(GError) err = NULL;
		json_auto_t *event = event_parse(lines[i], &err);

		if (!event)
			fail_msg("%s", err->message);
	}
}

static void what_is_no_event_is_refused(void **state)
{
	static const char *const lines[] = {
		"",
		"hello",
		"[]",
		"{}",
		"{\"v\":1,\"t\":1,\"ev\":\"mark\",\"name\":\"a\"}",
		"{\"v\":2,\"ev\":\"mark\",\"name\":\"a\"}",
		"{\"v\":2,\"t\":-1,\"ev\":\"mark\",\"name\":\"a\"}",
		"{\"v\":2,\"t\":1,\"ev\":\"mark\"}",
		"{\"v\":2,\"t\":1,\"ev\":\"mark\",\"name\":\"\"}",
		"{\"v\":2,\"t\":1,\"ev\":\"mark\",\"name\":\"a b\"}",
		"{\"v\":2,\"t\":1,\"ev\":\"mark\",\"name\":\"a\",\"name\":\"b\"}",
		"{\"v\":2,\"t\":1,\"ev\":\"leap\",\"name\":\"a\"}",
		"{\"v\":2,\"t\":1,\"ev\":\"metric\",\"name\":\"a\",\"value\":\"1\",\"unit\":\"s\","
		"\"better\":\"lower\"}",
		"{\"v\":2,\"t\":1,\"ev\":\"metric\",\"name\":\"a\",\"value\":1,\"unit\":\"s\","
		"\"better\":\"best\"}",
		"{\"v\":2,\"t\":1,\"ev\":\"span\",\"name\":\"a\",\"kind\":\"b\",\"start\":2,\"end\":1,"
		"\"bytes\":3}",
		"{\"v\":2,\"t\":1,\"ev\":\"gate\",\"name\":\"a\",\"ok\":1,\"evidence\":\"\"}",
		"{\"v\":2,\"t\":1,\"ev\":\"progress\",\"what\":\"a\",\"done\":-1,\"total\":2}",
		"{\"v\":2,\"t\":1,\"ev\":\"end\",\"status\":\"fine\",\"reason\":\"\"}",
		"{\"v\":2,\"t\":1,\"ev\":\"mark\",\"name\":\"a\"} {}",
	};

	(void)state;
	for (guint i = 0; i < G_N_ELEMENTS(lines); i++) {
		g_autoptr(GError) err = NULL;
		json_auto_t *event = event_parse(lines[i], &err);

		if (event)
			fail_msg("taken: %s", lines[i]);
		assert_true(g_error_matches(err, BL_ERROR, BL_ERROR_INPUT));
	}
}

/* A finished session with one gate, and what the judge says of it. */
static char *judged(const char *status, const char *gate, int ok, const char *required)
{
	json_auto_t *session = json_pack("{s:s, s:s, s:[{s:s, s:s, s:b, s:s}]}", "status", status,
					 "reason", "the reason", "events", "ev", "gate", "name",
					 gate, "ok", ok, "evidence", "the evidence");
	json_auto_t *names = json_pack("[s]", required);

	return sample_fault(session, names);
}

static void a_sample_counts_only_if_every_gate_holds(void **state)
{
	(void)state;
	g_autofree char *good = judged("done", "dmesg_clean", 1, "dmesg_clean");
	g_autofree char *failed = judged("done", "dmesg_clean", 0, "dmesg_clean");
	g_autofree char *extra = judged("done", "thp_covered", 0, "thp_covered");
	g_autofree char *missing = judged("done", "thp_covered", 1, "dmesg_clean");
	g_autofree char *hung = judged("failed", "dmesg_clean", 1, "dmesg_clean");
	g_autofree char *both = judged("failed", "dmesg_clean", 0, "dmesg_clean");

	assert_null(good);
	assert_string_equal(failed, "gate dmesg_clean: the evidence");
	assert_string_equal(extra, "gate thp_covered: the evidence");
	assert_string_equal(missing, "gate dmesg_clean was not checked");
	assert_string_equal(hung, "the reason");
	assert_string_equal(both, "the reason");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_of_event_is_taken),
		cmocka_unit_test(what_is_no_event_is_refused),
		cmocka_unit_test(a_sample_counts_only_if_every_gate_holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
