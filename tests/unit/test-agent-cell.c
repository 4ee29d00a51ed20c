// SPDX-License-Identifier: GPL-2.0-only
/* The order that the agent gets, and what it refuses of it. */
#include "collectors/cell.h"
#include "collectors/knob.h"
#include "lab/protocol.h"
#include "tests/unit/cmocka.h"

#include <stdlib.h>

/* A sound cell, with one member changed; value NULL: without it. */
static char *cell_text(const char *member, json_t *value)
{
	json_t *cell =
		json_pack("{s:i, s:s, s:s, s:{s:i}, s:{s:s}, s:[], s:i}", "v", PROTOCOL_VERSION,
			  "scenario", "vfio-pin", "workload", "vfio-pin", "params", "threads", 2,
			  "knobs", "pin_threads", "2", "collectors", "deadline_s", 60);
	char *text;

	if (value)
		json_object_set_new(cell, member, value);
	else
		json_object_del(cell, member);
	text = json_dumps(cell, JSON_COMPACT);
	json_decref(cell);
	return text;
}

static int parse(struct cell *cell, const char *member, json_t *value)
{
	char *text = cell_text(member, value);
	int rc = cell_parse(cell, text);

	free(text);
	return rc;
}

static void a_cell_names_its_knobs(void **state)
{
	struct cell cell;

	(void)state;
	assert_int_equal(parse(&cell, "deadline_s", json_integer(30)), 0);
	assert_int_equal(cell.deadline_s, 30);
	assert_string_equal(json_string_value(json_object_get(cell.knobs, "pin_threads")), "2");
	json_decref(cell.json);
}

static void a_cell_that_is_not_sound_is_refused(void **state)
{
	static const struct {
		const char *member, *value; /* as JSON; NULL: the member is missing */
	} faults[] = {
		{"v", "1"},
		{"v", "\"2\""},
		{"knobs", NULL},
		{"knobs", "[]"},
		{"params", "3"},
		{"colour", "1"},
		{"deadline_s", "0"},
		{"drive", "{\"vendor\": 6966}"},
		{"drive", "{\"vendor\": 6966, \"device\": 16, \"bar\": 1}"},
		{"node", "{}"},
		{"node", "{\"id\": 0, \"bytes\": 4096, \"aliased\": true}"},
		{"node", "{\"id\": 1, \"bytes\": 0, \"aliased\": true}"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++) {
		json_t *value =
			faults[i].value ? json_loads(faults[i].value, JSON_DECODE_ANY, NULL) : NULL;
		struct cell cell;

		assert_true(parse(&cell, faults[i].member, value) < 0);
		json_decref(cell.json);
	}
}

static void a_cell_may_have_a_node(void **state)
{
	json_t *node = json_pack("{s:i, s:I, s:b}", "id", 1, "bytes", (json_int_t)1 << 40,
				 "aliased", true);
	struct cell cell;

	(void)state;
	assert_int_equal(parse(&cell, "node", node), 0);
	assert_int_equal(cell.node, 1);
	assert_int_equal(cell.node_bytes, 1ULL << 40);
	assert_true(cell.node_aliased);
	json_decref(cell.json);
	assert_int_equal(parse(&cell, "deadline_s", json_integer(30)), 0);
	assert_int_equal(cell.node_bytes, 0);
	json_decref(cell.json);
}

static void a_cell_may_have_a_drive(void **state)
{
	json_t *drive = json_pack("{s:i, s:i}", "vendor", 6966, "device", 16);
	struct cell cell;

	(void)state;
	assert_int_equal(parse(&cell, "drive", drive), 0);
	assert_true(cell.has_drive);
	assert_int_equal(cell.drive_vendor, 6966);
	assert_int_equal(cell.drive_device, 16);
	assert_false(cell.has_device);
	json_decref(cell.json);
}

static void an_unknown_knob_is_refused(void **state)
{
	json_t *knobs = json_pack("{s:s}", "no_such_knob", "1");

	(void)state;
	assert_true(knobs_set(knobs) < 0);
	json_decref(knobs);
}

static void no_knobs_are_no_fault(void **state)
{
	json_t *knobs = json_object();

	(void)state;
	assert_int_equal(knobs_set(knobs), 0);
	json_decref(knobs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_cell_names_its_knobs),
		cmocka_unit_test(a_cell_that_is_not_sound_is_refused),
		cmocka_unit_test(a_cell_may_have_a_node),
		cmocka_unit_test(a_cell_may_have_a_drive),
		cmocka_unit_test(an_unknown_knob_is_refused),
		cmocka_unit_test(no_knobs_are_no_fault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
