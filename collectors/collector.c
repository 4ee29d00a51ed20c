// SPDX-License-Identifier: GPL-2.0-only
#include "collectors/collector.h"

#include "collectors/fail.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

static const struct collector *const collectors[] = {
	&dma_map_collector,
	&vmstat_collector,
};

#define COUNT (sizeof(collectors) / sizeof(*collectors))

static bool started[COUNT];

static int start_one(const char *name)
{
	for (size_t i = 0; i < COUNT; i++) {
		if (strcmp(collectors[i]->name, name))
			continue;
		started[i] = true;
		return collectors[i]->start();
	}
	return fail(0, "this agent has no collector %s", name);
}

int collectors_start(json_t *names)
{
	json_t *name;
	size_t i;
	int rc;

	json_array_foreach (names, i, name) {
		rc = start_one(json_is_string(name) ? json_string_value(name) : "(not a string)");
		if (rc)
			return rc;
	}
	return 0;
}

int collectors_drain(void)
{
	int rc = 0;

	for (size_t i = 0; i < COUNT && !rc; i++)
		if (started[i])
			rc = collectors[i]->drain();
	return rc;
}

int collectors_stop(void)
{
	int rc = 0, one;

	for (size_t i = 0; i < COUNT; i++) {
		if (!started[i])
			continue;
		one = collectors[i]->stop();
		if (!rc)
			rc = one;
	}
	return rc;
}
