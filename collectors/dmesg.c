// SPDX-License-Identifier: GPL-2.0-only
/* The gate dmesg_clean: the kernel's log since boot, and the taint flags as a second witness. */
#include "collectors/dmesg.h"

#include "collectors/emit.h"
#include "collectors/gate.h"
#include "collectors/sys.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * Matched as the kernel prints it, case and all. "WARNING:" counts only where a message
 * starts: so begin WARN()s and lockdep's splats, while a mitigation's advice on boot has the
 * word further on ("Spectre V2 : WARNING: ...").
 */
static const struct {
	const char *text;
	bool starts;
} troubles[] = {
	{.text = "WARNING: ", .starts = true},
	{.text = "BUG: "}, /* bad page state and map, soft lockup, unable to handle, sleeping */
	{.text = "kernel BUG at "},
	{.text = "Oops"},
	{.text = "general protection fault"},
	{.text = "Bad page "},
	{.text = "Kernel panic"},
	{.text = "Call Trace:"},
	{.text = "Call trace:"},	     /* other architectures */
	{.text = " blocked for more than "}, /* hung task */
	{.text = "self-detected stall"},
	{.text = "detected stalls on CPUs"},
	{.text = "INFO: possible "}, /* lockdep, older spelling */
	{.text = "INFO: trying to register non-static key"},
	{.text = "DEBUG_LOCKS_WARN_ON"},
	{.text = "corruption"}, /* list_add, slab redzones */
	{.text = "refcount_t: "},
	{.text = "UBSAN: "},
	{.text = "page allocation failure"},
	{.text = "Out of memory: "},
	{.text = "invoked oom-killer"},
	{.text = "DMAR: [DMA"}, /* a device touched what was not mapped for it */
	{.text = "Machine check"},
};

/* Of /proc/sys/kernel/tainted: machine check, bad page, die, warning, soft lockup. */
#define TAINT_TROUBLE (1 << 4 | 1 << 5 | 1 << 7 | 1 << 9 | 1 << 14)

/* Critical and worse needs no known words. */
#define LEVEL_CRITICAL 2

int dmesg_parse(char *record, struct dmesg_record *parsed)
{
	char *text = strchr(record, ';');
	int priority;

	if (!text || sscanf(record, "%d,%" SCNu64 ",", &priority, &parsed->seq) != 2)
		return -EINVAL;
	parsed->level = priority & 7;
	parsed->text = ++text;
	text[strcspn(text, "\n")] = '\0';
	return 0;
}

bool dmesg_is_trouble(const struct dmesg_record *record)
{
	if (record->level <= LEVEL_CRITICAL)
		return true;
	for (size_t i = 0; i < sizeof(troubles) / sizeof(*troubles); i++) {
		const char *at = strstr(record->text, troubles[i].text);

		if (at && (at == record->text || !troubles[i].starts))
			return true;
	}
	return false;
}

/*
 * Our own last line. A message without a newline is not shown to readers until another one
 * follows; and a scan that does not come to this line has not seen the end.
 */
#define LAST_LINE "bootlab: the workload has ended"

struct scan {
	uint64_t records, lost;
	unsigned int troubles;
	bool complete;
	char first[512];
};

static void take(struct scan *scan, char *text)
{
	struct dmesg_record record;

	if (dmesg_parse(text, &record) < 0)
		return;
	/* What was overwritten before it was read cannot be vouched for. */
	if (!scan->records)
		scan->lost = record.seq;
	scan->records++;
	if (!strcmp(record.text, LAST_LINE))
		scan->complete = true;
	if (!dmesg_is_trouble(&record))
		return;
	if (!scan->troubles++)
		snprintf(scan->first, sizeof(scan->first), "%s", record.text);
}

/* One read() is one record; EPIPE: some were overwritten just now. */
static int scan_log(struct scan *scan)
{
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC), rc;
	char text[8192];
	ssize_t n;

	if (fd < 0)
		return -errno;
	do {
		n = read(fd, text, sizeof(text) - 1);
		rc = n < 0 ? -errno : 0;
		scan->lost += rc == -EPIPE;
		text[n > 0 ? n : 0] = '\0';
		take(scan, text);
	} while (n > 0 || rc == -EPIPE || rc == -EINTR);
	close(fd);
	return rc == -EAGAIN ? 0 : rc;
}

void dmesg_clean(const char *name, const struct sample *sample)
{
	struct scan scan = {0};
	uint64_t taint = 0;
	int rc = sys_write("/dev/kmsg", "<6>" LAST_LINE "\n");

	(void)sample;
	if (!rc)
		rc = scan_log(&scan);
	if (!rc)
		rc = sys_read_u64(&taint, "/proc/sys/kernel/tainted");
	if (rc < 0)
		emit_gate(name, false, "cannot read the kernel's log: %s", strerror(-rc));
	else if (scan.troubles)
		emit_gate(name, false, "%s (the first of %u such lines)", scan.first,
			  scan.troubles);
	else if (!scan.complete)
		emit_gate(name, false, "the log's last line was not found in it");
	else if (scan.lost)
		emit_gate(name, false, "%" PRIu64 " lines of the log were overwritten unread",
			  scan.lost);
	else
		emit_gate(name, !(taint & TAINT_TROUBLE), "%" PRIu64 " lines, tainted %" PRIu64,
			  scan.records, taint);
}
