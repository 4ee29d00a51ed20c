// SPDX-License-Identifier: GPL-2.0-only
/*
 * lock-stat: who waited for which lock, by the kernel's own /proc/lock_stat. It counts only
 * while the workload's process lives, and of all processes: on a testbed that is as good as
 * its own. Locks are several times dearer on a kernel that counts them.
 */
#include "collectors/lock-stat.h"

#include "collectors/child.h"
#include "collectors/collector.h"
#include "collectors/emit.h"
#include "collectors/fail.h"
#include "collectors/sys.h"
#include "lab/protocol.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILE_STAT   "/proc/lock_stat"
#define FILE_SWITCH "/proc/sys/kernel/lock_stat"
#define VERSION	    "lock_stat version 0.4"

/* The table takes the classes that were waited for longest; the artifact has them all. */
#define METRICS_MAX 8

static char *text;

/* ---- the text ---- */

/* "&mm->mmap_lock-W" becomes "mm_mmap_lock.write". */
static void copy_name(char *to, const char *class, size_t len)
{
	const char *side = len > 2 && !strncmp(class + len - 2, "-W", 2)   ? ".write"
			   : len > 2 && !strncmp(class + len - 2, "-R", 2) ? ".read"
									   : "";
	size_t room = LOCK_NAME_MAX - sizeof(".write"), n = 0;

	len -= *side ? 2 : 0;
	for (size_t i = 0; i < len && n < room; i++) {
		if (isalnum((unsigned char)class[i]))
			to[n++] = tolower((unsigned char)class[i]);
		else if (n && to[n - 1] != '_')
			to[n++] = '_';
	}
	while (n && to[n - 1] == '_')
		n--;
	strcpy(to + n, side);
}

/* The numbers after a class's colon: bounces, contentions, min, max, total, average, and so on. */
static int parse_numbers(const char *numbers, struct lock_wait *wait)
{
	double longest, total;
	int used = 0;

	if (sscanf(numbers, "%*u %" SCNu64 " %*f %lf %lf %*f %*u %" SCNu64 " %*f %*f %*f %*f%n",
		   &wait->contentions, &longest, &total, &wait->acquisitions, &used) != 4 ||
	    !used || numbers[used + strspn(numbers + used, " ")] != '\n')
		return -EINVAL;
	wait->longest_s = longest / 1e6;
	wait->total_s = total / 1e6;
	return 0;
}

/* Rulers, the heading, and the call sites, "<class> <count> [<address>] <symbol>". */
static bool is_other(const char *line, size_t len)
{
	size_t blank = strspn(line, " ");

	return blank >= len || strspn(line + blank, "-.") >= len - blank ||
	       memmem(line, len, "class name", strlen("class name")) ||
	       memmem(line, len, " [<", strlen(" [<"));
}

/* 1: a class, 0: something else, -EINVAL. */
static int parse_line(const char *line, size_t len, struct lock_wait *wait)
{
	const char *colon = memrchr(line, ':', len), *class = line + strspn(line, " ");

	if (is_other(line, len))
		return 0;
	if (!colon || colon == class || parse_numbers(colon + 1, wait))
		return -EINVAL;
	copy_name(wait->name, class, colon - class);
	return 1;
}

static int add(struct lock_wait **waits, size_t *count, const struct lock_wait *wait)
{
	struct lock_wait *more;

	for (struct lock_wait *known = *waits; known < *waits + *count; known++) {
		if (strcmp(known->name, wait->name))
			continue;
		known->contentions += wait->contentions;
		known->acquisitions += wait->acquisitions;
		known->total_s += wait->total_s;
		if (wait->longest_s > known->longest_s)
			known->longest_s = wait->longest_s;
		return 0;
	}
	more = realloc(*waits, (*count + 1) * sizeof(*more));
	if (!more)
		return fail(ENOMEM, FILE_STAT);
	more[(*count)++] = *wait;
	*waits = more;
	return 0;
}

static int by_total(const void *a, const void *b)
{
	const struct lock_wait *x = a, *y = b;

	if (x->total_s != y->total_s)
		return x->total_s < y->total_s ? 1 : -1;
	return strcmp(x->name, y->name);
}

static int parse_lines(const char *lines, struct lock_wait **waits, size_t *count)
{
	unsigned int number = 2;

	for (const char *line = lines; *line; number++) {
		size_t len = strcspn(line, "\n");
		struct lock_wait wait = {0};
		int rc = line[len] ? parse_line(line, len, &wait) : -EINVAL;

		if (rc < 0)
			return fail(0, FILE_STAT ": line %u is not understood: %.*s", number,
				    len < 200 ? (int)len : 200, line);
		rc = rc && wait.contentions ? add(waits, count, &wait) : 0;
		if (rc)
			return rc;
		line += len + 1;
	}
	return 0;
}

int lock_stat_parse(const char *stat, struct lock_wait **waits, size_t *count)
{
	int rc;

	*waits = NULL;
	*count = 0;
	if (strncmp(stat, VERSION "\n", strlen(VERSION "\n")))
		return fail(0, FILE_STAT ": does not begin with \"" VERSION "\" but with: %.*s",
			    (int)strcspn(stat, "\n"), stat);
	rc = parse_lines(stat + strlen(VERSION "\n"), waits, count);
	if (rc) {
		free(*waits);
		*waits = NULL;
		return rc;
	}
	if (*count)
		qsort(*waits, *count, sizeof(**waits), by_total);
	return 0;
}

/* ---- the collector ---- */

static int start(void)
{
	if (access(FILE_STAT, R_OK) == 0)
		return 0;
	return fail(0, "this kernel has no " FILE_STAT ": lock-stat needs one with LOCK_STAT, such "
		       "as BASE:debug-locks");
}

static int attach(pid_t pid)
{
	int rc = sys_write(FILE_STAT, "0");

	(void)pid;
	return rc ? rc : sys_write(FILE_SWITCH, "1");
}

static int ended(const struct child *child)
{
	int rc = sys_write(FILE_SWITCH, "0");

	(void)child;
	if (rc)
		return rc;
	text = sys_read(FILE_STAT);
	return text ? 0 : fail(errno, FILE_STAT);
}

static void emit_class(const struct lock_wait *wait)
{
	char name[PROTOCOL_NAME_MAX + 1];

	snprintf(name, sizeof(name), "lock-stat.wait.%s", wait->name);
	emit_metric(name, wait->total_s, "s", PROTOCOL_BETTER_LOWER);
	snprintf(name, sizeof(name), "lock-stat.contentions.%s", wait->name);
	emit_metric(name, (double)wait->contentions, "count", PROTOCOL_BETTER_NEITHER);
}

static void emit_all(const struct lock_wait *waits, size_t count)
{
	char *table = NULL;
	size_t size;
	double total_s = 0;
	FILE *out = open_memstream(&table, &size);

	if (!out)
		return;
	fprintf(out, "class\tcontentions\tacquisitions\twait_s\tlongest_s\n");
	for (const struct lock_wait *w = waits; w < waits + count; w++) {
		total_s += w->total_s;
		fprintf(out, "%s\t%" PRIu64 "\t%" PRIu64 "\t%.9f\t%.9f\n", w->name, w->contentions,
			w->acquisitions, w->total_s, w->longest_s);
	}
	fclose(out);
	emit_metric("lock-stat.wait", total_s, "s", PROTOCOL_BETTER_LOWER);
	emit_artifact("lock-stat.tsv", table);
	free(table);
}

static int stop(void)
{
	struct lock_wait *waits;
	size_t count;
	int rc = text ? lock_stat_parse(text, &waits, &count) : 0;

	if (rc || !text)
		return rc;
	emit_all(waits, count);
	for (size_t i = 0; i < count && i < METRICS_MAX; i++)
		emit_class(&waits[i]);
	free(waits);
	free(text);
	return 0;
}

const struct collector lock_stat_collector = {
	.start = start,
	.attach = attach,
	.ended = ended,
	.stop = stop,
};
