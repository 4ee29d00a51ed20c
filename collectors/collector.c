// SPDX-License-Identifier: GPL-2.0-only
#include "collectors/collector.h"

#include "collectors/fail.h"
#include "collectors/sys.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

/* What a collector may take after the workload's deadline; bootlab's own is later still. */
#define GRACE_S 10

#define TABLE_ROW(identifier, name, overhead, workload, summary) {name, &identifier##_collector},

static const struct {
	const char *name;
	const struct collector *collector;
} table[] = {COLLECTOR_TABLE(TABLE_ROW)};

#define COUNT (sizeof(table) / sizeof(*table))

static bool started[COUNT];
static int64_t give_up;

static int start_one(const char *name)
{
	for (size_t i = 0; i < COUNT; i++) {
		if (strcmp(table[i].name, name))
			continue;
		started[i] = true;
		return table[i].collector->start ? table[i].collector->start() : 0;
	}
	return fail(0, "this agent has no collector %s", name);
}

int collectors_start(json_t *names, int64_t deadline)
{
	json_t *name;
	size_t i;
	int rc;

	give_up = deadline + GRACE_S * NSEC_PER_SEC;
	json_array_foreach (names, i, name) {
		rc = start_one(json_is_string(name) ? json_string_value(name) : "(not a string)");
		if (rc)
			return rc;
	}
	return 0;
}

int collectors_attach(pid_t pid)
{
	int rc = 0;

	for (size_t i = 0; i < COUNT && !rc; i++)
		if (started[i] && table[i].collector->attach)
			rc = table[i].collector->attach(pid);
	return rc;
}

int collectors_drain(void)
{
	int rc = 0;

	for (size_t i = 0; i < COUNT && !rc; i++)
		if (started[i] && table[i].collector->drain)
			rc = table[i].collector->drain();
	return rc;
}

int collectors_ended(const struct child *child)
{
	int rc = 0, one;

	for (size_t i = 0; i < COUNT; i++) {
		if (!started[i] || !table[i].collector->ended)
			continue;
		one = table[i].collector->ended(child);
		if (!rc)
			rc = one;
	}
	return rc;
}

int collectors_stop(void)
{
	int rc = 0, one;

	for (size_t i = 0; i < COUNT; i++) {
		if (!started[i] || !table[i].collector->stop)
			continue;
		one = table[i].collector->stop();
		if (!rc)
			rc = one;
	}
	return rc;
}

int64_t collectors_deadline(void)
{
	return give_up;
}
