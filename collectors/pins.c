// SPDX-License-Identifier: GPL-2.0-only
/* The gates on what pinning leaves behind: page pins and locked memory. */
#include "collectors/pins.h"

#include "collectors/emit.h"
#include "collectors/fail.h"
#include "collectors/gate.h"
#include "collectors/sys.h"
#include "collectors/vmstat.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct pins {
	uint64_t acquired, released;
};

static struct pins before;

uint64_t status_bytes(const char *status, const char *field)
{
	size_t len = strlen(field);

	for (const char *line = status; *line; line += strcspn(line, "\n"), line += *line == '\n')
		if (!strncmp(line, field, len) && line[len] == ':')
			return strtoull(line + len + 1, NULL, 10) * 1024;
	return 0;
}

static int read_pins(struct pins *pins)
{
	char *vmstat = vmstat_read();
	int rc;

	if (!vmstat)
		return -EIO;
	rc = vmstat_value(vmstat, "nr_foll_pin_acquired", &pins->acquired);
	if (!rc)
		rc = vmstat_value(vmstat, "nr_foll_pin_released", &pins->released);
	free(vmstat);
	return rc ? fail(-rc, "/proc/vmstat: the pin counters") : 0;
}

int pins_before(void)
{
	return read_pins(&before);
}

void pins_balanced(const char *name, const struct sample *sample)
{
	struct pins now;

	if (read_pins(&now) < 0) {
		emit_gate(name, false, "%s", fail_reason());
		return;
	}
	now.acquired -= before.acquired;
	now.released -= before.released;
	/* A device cannot have been passed through without a pin: then this saw nothing. */
	if (!now.acquired && sample->cell.has_device)
		emit_gate(name, false, "no page was pinned at all");
	else
		emit_gate(name, now.acquired == now.released,
			  "%" PRIu64 " pages pinned, %" PRIu64 " released", now.acquired,
			  now.released);
}

void locked_memory_zero(const char *name, const struct sample *sample)
{
	DIR *dir = opendir("/proc");
	struct dirent *entry;
	unsigned int processes = 0;
	uint64_t locked = 0;

	(void)sample;
	while (dir && (entry = readdir(dir))) {
		char *status = isdigit((unsigned char)*entry->d_name)
				       ? sys_read("/proc/%s/status", entry->d_name)
				       : NULL;

		if (!status)
			continue;
		processes++;
		locked += status_bytes(status, "VmLck");
		free(status);
	}
	if (dir)
		closedir(dir);
	emit_gate(name, processes && !locked, "%" PRIu64 " bytes locked in %u processes", locked,
		  processes);
}
