// SPDX-License-Identifier: GPL-2.0-only
#include "collectors/trace.h"

#include "collectors/fail.h"
#include "collectors/sys.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TRACEFS "/sys/kernel/tracing"

int trace_write(const struct trace *trace, const char *file, const char *text)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", trace->dir, file);
	return sys_write(path, text);
}

/* Said once, a size stays. */
int trace_prepare(void)
{
	return sys_write(TRACEFS "/buffer_size_kb", "1");
}

int trace_open(struct trace *trace, const char *name)
{
	char path[PATH_MAX];
	int rc;

	snprintf(trace->dir, sizeof(trace->dir), TRACEFS "/instances/%s", name);
	if (mkdir(trace->dir, 0700) < 0)
		return fail(errno, "cannot make the trace instance %s", trace->dir);
	rc = trace_write(trace, "trace_clock", "mono");
	/* poll() shall wake on the first record, not on a buffer half full. */
	if (!rc)
		rc = trace_write(trace, "buffer_percent", "0");
	if (rc)
		return rc;
	snprintf(path, sizeof(path), "%s/trace_pipe", trace->dir);
	trace->pipe = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	return trace->pipe < 0 ? fail(errno, "%s", path) : 0;
}

int trace_probe(const char *definition)
{
	return sys_write(TRACEFS "/kprobe_events", definition);
}

/* Each CPU's stats has, among others, these lines of "name: count". */
static uint64_t lost_of_cpu(const char *stats)
{
	static const char *const names[] = {
		"\noverrun: ", "\ncommit overrun: ", "\ndropped events: "};
	uint64_t lost = 0;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const char *line = strstr(stats, names[i]);

		if (line)
			lost += strtoull(line + strlen(names[i]), NULL, 10);
	}
	return lost;
}

int trace_lost(const struct trace *trace, uint64_t *lost)
{
	long cpus = sysconf(_SC_NPROCESSORS_CONF);

	*lost = 0;
	for (long cpu = 0; cpu < cpus; cpu++) {
		char *stats = sys_read("%s/per_cpu/cpu%ld/stats", trace->dir, cpu);

		if (!stats)
			return fail(errno, "%s: the statistics of CPU %ld", trace->dir, cpu);
		*lost += lost_of_cpu(stats);
		free(stats);
	}
	return 0;
}

void trace_close(struct trace *trace)
{
	close(trace->pipe);
	rmdir(trace->dir);
}

/*
 * "            comm-123     [001] d..1.    12.345678: event: fields". The comm is the program's
 * to choose, blanks, brackets and all: what counts is the first "-PID [CPU] ".
 */
static char *find_pid(char *line, char **rest)
{
	for (char *p = strchr(line, '['); p; p = strchr(p + 1, '[')) {
		char *pid = p, *cpu_end = p + 1 + strspn(p + 1, "0123456789");

		if (cpu_end == p + 1 || cpu_end[0] != ']' || cpu_end[1] != ' ')
			continue;
		while (pid > line && pid[-1] == ' ')
			pid--;
		while (pid > line && isdigit((unsigned char)pid[-1]))
			pid--;
		if (!isdigit((unsigned char)*pid) || pid == line || pid[-1] != '-')
			continue;
		*rest = cpu_end + 1;
		return pid;
	}
	return NULL;
}

int trace_parse(char *line, struct trace_line *parsed)
{
	unsigned long long s, us;
	char *rest, *event, *end;
	char *pid = find_pid(line, &rest);
	int used = 0;

	/* The flags are one word; then "seconds.microseconds: ". */
	if (!pid || sscanf(rest, " %*s %llu.%6llu: %n", &s, &us, &used) != 2 || !used)
		return -EINVAL;
	event = rest + used;
	end = strchr(event, ':');
	if (!end && strcmp(event, TRACE_STACK))
		return -EINVAL;
	if (end)
		*end = '\0';
	*parsed = (struct trace_line){
		.pid = atoi(pid),
		.t = (int64_t)s * NSEC_PER_SEC + (int64_t)us * 1000,
		.event = event,
		.fields = end ? end + 1 : "",
	};
	return 0;
}

int trace_field(const struct trace_line *line, const char *name, uint64_t *value)
{
	char text[32], *end;

	if (!word_value(line->fields, name, text, sizeof(text)))
		return -ENOENT;
	*value = strtoull(text, &end, 0);
	return end == text || *end ? -EINVAL : 0;
}
