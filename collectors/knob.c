// SPDX-License-Identifier: GPL-2.0-only
#include "collectors/knob.h"

#include "collectors/fail.h"
#include "collectors/sys.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct knob {
	const char *name, *path;
	const char *without; /* what a kernel without it does */
} known[] = {
	{.name = "pin_threads",
	 .path = "/sys/module/vfio_iommu_type1/parameters/pin_threads",
	 .without = "1"},
};

static const struct knob *find(const char *name)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (!strcmp(known[i].name, name))
			return &known[i];
	return NULL;
}

/* The kernel may have taken a value for less, or for more, than it was. */
static int read_back(const struct knob *knob, const char *value)
{
	char *text = sys_read("%s", knob->path);
	int rc = 0;

	if (!text)
		return fail(errno, "%s", knob->path);
	text[strcspn(text, "\n")] = '\0';
	if (strcmp(text, value))
		rc = fail(0, "%s is %s and not %s", knob->path, text, value);
	free(text);
	return rc;
}

static int set(const char *name, const char *value)
{
	const struct knob *knob = find(name);
	int rc;

	if (!knob || !value)
		return fail(0, "this agent has no knob %s", name);
	if (access(knob->path, F_OK) < 0 && !strcmp(value, knob->without))
		return 0;
	rc = sys_write(knob->path, value);
	return rc ? rc : read_back(knob, value);
}

int knobs_set(json_t *knobs)
{
	const char *name;
	json_t *value;
	int rc = 0;

	json_object_foreach (knobs, name, value)
		if (!rc)
			rc = set(name, json_string_value(value));
	return rc;
}
