// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/applet.h"

#include "collectors/child.h"
#include "collectors/collector.h"
#include "collectors/emit.h"
#include "collectors/fail.h"
#include "collectors/progress.h"
#include "collectors/sys.h"
#include "lab/protocol.h"
#include "scenarios/workload.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SYNC	 "sync" /* the line that is no event: see applet_sync() */
#define ARGS_MAX 4096
#define ARGC_MAX 32

static struct child child;

int applet_line(char *line, void *data)
{
	const struct child *from = data;
	int rc;

	if (strcmp(line, SYNC)) {
		rc = emit_forward(line);
		return rc ? fail(-rc, "not an event: %.200s", line) : 0;
	}
	rc = collectors_drain();
	if (!rc)
		rc = sys_write_all(from->in, "\n", 1);
	return rc;
}

/* Makes the words of the command line in buf, and argv of them. */
static int make_argv(const struct sample *sample, const char **argv, char *buf, size_t size)
{
	size_t len = 0, argc = 0;
	const char *key;
	json_t *value;

	argv[argc++] = "agent";
	argv[argc++] = sample->cell.workload;
	json_object_foreach (sample->cell.params, key, value) {
		if (argc + 3 >= ARGC_MAX || len >= size)
			return fail(E2BIG, "the parameters of %s", sample->cell.workload);
		argv[argc++] = buf + len;
		if (json_is_string(value))
			len += snprintf(buf + len, size - len, "%s=%s", key,
					json_string_value(value));
		else
			len += snprintf(buf + len, size - len, "%s=%" JSON_INTEGER_FORMAT, key,
					json_integer_value(value));
		len++;
	}
	if (sample->cell.has_device && len < size) {
		argv[argc++] = buf + len;
		len += 1 + snprintf(buf + len, size - len, "bdf=%s", sample->device.bdf);
	}
	if (sample->cell.has_device && len < size) {
		argv[argc++] = buf + len;
		len += 1 + snprintf(buf + len, size - len, "group=%d", sample->device.group);
	}
	argv[argc] = NULL;
	return len <= size ? 0 : fail(E2BIG, "the parameters of %s", sample->cell.workload);
}

/* What it is going to take, where its parameters say so; else 0. */
static uint64_t memory_of(const struct cell *cell)
{
	return json_integer_value(json_object_get(cell->params, "memory"));
}

int applet_run(struct sample *sample)
{
	const char *argv[ARGC_MAX];
	char words[ARGS_MAX];
	struct child_spec spec = {.name = sample->cell.workload,
				  .path = "/proc/self/exe",
				  .argv = argv,
				  .watched = true,
				  .line = applet_line,
				  .data = &child};
	int rc = make_argv(sample, argv, words, sizeof(words));

	if (!rc)
		rc = child_start(&child, &spec);
	if (!rc)
		rc = progress_start("memory of the workload", child.pid, memory_of(&sample->cell));
	if (rc)
		return rc;
	rc = child_wait(&child, sample->deadline);
	progress_stop();
	return rc;
}

int applet_sync(void)
{
	char answer;
	int rc = sys_write_all(STDOUT_FILENO, SYNC "\n", strlen(SYNC "\n"));

	if (rc || read(STDIN_FILENO, &answer, 1) != 1)
		return fail(EPIPE, "the agent did not answer");
	return 0;
}

bool applet_has(const char *args, const char *name)
{
	char text[32];

	return word_value(args, name, text, sizeof(text));
}

int applet_arg(const char *args, const char *name, uint64_t *value)
{
	char text[32], *end;

	if (!word_value(args, name, text, sizeof(text)))
		return fail(0, "no parameter %s", name);
	*value = strtoull(text, &end, 10);
	return end == text || *end ? fail(0, "%s=%s is no number", name, text) : 0;
}

void applet_duration(const char *name, int64_t start)
{
	emit_metric(name, (double)(now_ns() - start) / NSEC_PER_SEC, "s", PROTOCOL_BETTER_LOWER);
}

static void __attribute__((noreturn)) agent_lost(int err)
{
	fprintf(stderr, "cannot report to the agent: %s\n", strerror(err));
	exit(EXIT_FAILURE);
}

int applet_main(int argc, char **argv)
{
	const struct workload *workload = argc > 1 ? workload_find(argv[1]) : NULL;
	char args[ARGS_MAX] = "";
	size_t len = 0;
	int rc;

	if (!workload || !workload->applet) {
		fprintf(stderr, "usage: agent WORKLOAD param=value ...\n");
		return EXIT_FAILURE;
	}
	for (int i = 2; i < argc && len < sizeof(args); i++)
		len += snprintf(args + len, sizeof(args) - len, "%s ", argv[i]);
	emit_to(STDOUT_FILENO, agent_lost);
	rc = workload->applet(args);
	if (!rc)
		rc = applet_sync();
	if (rc)
		fprintf(stderr, "%s\n", fail_reason() ? fail_reason() : strerror(-rc));
	return rc ? EXIT_FAILURE : EXIT_SUCCESS;
}
