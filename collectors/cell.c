// SPDX-License-Identifier: GPL-2.0-only
#include "collectors/cell.h"

#include "collectors/fail.h"
#include "lab/protocol.h"

#include <errno.h>

static int bad(const json_error_t *error)
{
	return fail(0, "the cell is not as lab/protocol.h says: %s", error->text);
}

static int parse_device(struct cell *cell, json_t *device)
{
	json_error_t error;
	json_int_t bar = 0;
	int vendor, id;

	if (json_unpack_ex(device, &error, JSON_STRICT, "{s:i, s:i, s?I}", "vendor", &vendor,
			   "device", &id, "bar", &bar) < 0)
		return bad(&error);
	cell->has_device = true;
	cell->vendor = vendor;
	cell->device = id;
	cell->bar = bar;
	return 0;
}

static int parse_drive(struct cell *cell, json_t *drive)
{
	json_error_t error;
	int vendor, id;

	if (json_unpack_ex(drive, &error, JSON_STRICT, "{s:i, s:i}", "vendor", &vendor, "device",
			   &id) < 0)
		return bad(&error);
	cell->has_drive = true;
	cell->drive_vendor = vendor;
	cell->drive_device = id;
	return 0;
}

static int parse_guest(struct cell *cell, json_t *guest)
{
	json_error_t error;

	if (json_unpack_ex(guest, &error, JSON_STRICT, "{s:s, s:s}", "kernel", &cell->guest_kernel,
			   "initrd", &cell->guest_initrd) < 0)
		return bad(&error);
	return 0;
}

static int parse_node(struct cell *cell, json_t *node)
{
	json_error_t error;
	json_int_t bytes;
	int id, aliased;

	if (json_unpack_ex(node, &error, JSON_STRICT, "{s:i, s:I, s:b}", "id", &id, "bytes", &bytes,
			   "aliased", &aliased) < 0)
		return bad(&error);
	if (id <= 0 || bytes <= 0)
		return fail(0, "the cell's node is none");
	cell->node = id;
	cell->node_bytes = bytes;
	cell->node_aliased = aliased;
	return 0;
}

static int parse_members(struct cell *cell)
{
	json_t *device = NULL, *drive = NULL, *node = NULL, *guest = NULL;
	json_int_t deadline;
	json_error_t error;
	int version, rc = 0;

	if (json_unpack_ex(cell->json, &error, 0, "{s:i}", "v", &version) < 0)
		return bad(&error);
	if (version != PROTOCOL_VERSION)
		return fail(0, "the cell is of protocol version %d, this agent speaks %d", version,
			    PROTOCOL_VERSION);
	if (json_unpack_ex(cell->json, &error, JSON_STRICT,
			   "{s:i, s:s, s:s, s:o, s:o, s?o, s?o, s?o, s?o, s:o, s:I}", "v", &version,
			   "scenario", &cell->scenario, "workload", &cell->workload, "params",
			   &cell->params, "knobs", &cell->knobs, "device", &device, "drive", &drive,
			   "node", &node, "guest", &guest, "collectors", &cell->collectors,
			   "deadline_s", &deadline) < 0)
		return bad(&error);
	cell->deadline_s = deadline;
	if (!json_is_object(cell->params) || !json_is_object(cell->knobs) ||
	    !json_is_array(cell->collectors) || deadline <= 0)
		return fail(0, "the cell's params, knobs, collectors or deadline_s is of the wrong "
			       "kind");
	if (device)
		rc = parse_device(cell, device);
	if (!rc && drive)
		rc = parse_drive(cell, drive);
	if (!rc && node)
		rc = parse_node(cell, node);
	if (!rc && guest)
		rc = parse_guest(cell, guest);
	return rc;
}

int cell_parse(struct cell *cell, const char *line)
{
	json_error_t error;

	*cell = (struct cell){.json = json_loads(line, 0, &error)};
	if (!cell->json)
		return fail(0, "the cell is no JSON: %s", error.text);
	return parse_members(cell);
}

int cell_param(const struct cell *cell, const char *name, uint64_t *value)
{
	json_t *param = json_object_get(cell->params, name);

	if (!json_is_integer(param) || json_integer_value(param) < 0)
		return fail(0, "workload %s needs the integer parameter %s", cell->workload, name);
	*value = json_integer_value(param);
	return 0;
}
