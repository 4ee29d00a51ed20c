// SPDX-License-Identifier: GPL-2.0-only
#include "collectors/emit.h"

#include "collectors/fail.h"
#include "collectors/sys.h"
#include "lab/protocol.h"

#include <errno.h>
#include <jansson.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

static int out = -1;
static void (*on_lost)(int err) __attribute__((noreturn));
static FILE *held; /* a memory stream, or NULL */
static char *held_text;
static size_t held_size;
static char gate_failed[PROTOCOL_NAME_MAX + PROTOCOL_TEXT_MAX + sizeof("gate : ")];

void emit_to(int fd, void (*lost)(int err) __attribute__((noreturn)))
{
	out = fd;
	on_lost = lost;
}

/* Programs print what they like; an event holds printable ASCII, cut to size. */
static void clean(char *dst, const char *src, size_t size)
{
	size_t i;

	for (i = 0; i + 1 < size && src[i]; i++)
		dst[i] = (src[i] >= ' ' && src[i] <= '~') ? src[i] : (src[i] == '\t' ? ' ' : '?');
	dst[i] = '\0';
}

/* A virtio-serial port whose other side has gone takes no write and never fails one. */
static int put(const char *text, size_t len)
{
	struct pollfd p = {.fd = out, .events = POLLOUT};

	if (poll(&p, 1, -1) > 0 && p.revents & (POLLHUP | POLLERR))
		return EPIPE;
	return -sys_write_all(out, text, len);
}

void emit_hold(void)
{
	held = open_memstream(&held_text, &held_size);
}

void emit_release(void)
{
	int err = 0;

	if (!held)
		return;
	if (fclose(held) < 0)
		err = errno;
	held = NULL;
	if (!err)
		err = put(held_text, held_size);
	free(held_text);
	if (err)
		on_lost(err);
}

/* One write a line, so that the channel never carries half of one. */
static int write_line(char *text)
{
	size_t len = strlen(text);

	/* The newline takes the terminating NUL's place. */
	text[len] = '\n';
	if (held)
		return fwrite(text, 1, len + 1, held) == len + 1 ? 0 : ENOMEM;
	return put(text, len + 1);
}

static void send(json_t *event)
{
	char *text = event ? json_dumps(event, JSON_COMPACT) : NULL;
	int err = text ? write_line(text) : ENOMEM;

	free(text);
	json_decref(event);
	if (err)
		on_lost(err);
}

/* Takes the event's own members and adds what all events carry. */
static void send_at(const char *ev, int64_t t, json_t *members)
{
	json_t *event =
		json_pack("{s:i, s:s, s:I}", "v", PROTOCOL_VERSION, "ev", ev, "t", (json_int_t)t);

	if (json_object_update_new(event, members) < 0) {
		json_decref(event);
		event = NULL;
	}
	send(event);
}

void emit_hello(void)
{
	char cmdline[PROTOCOL_TEXT_MAX] = "", *text = sys_read("/proc/cmdline");
	json_int_t memory = (json_int_t)sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE);
	struct utsname kernel;

	uname(&kernel);
	if (text)
		clean(cmdline, text, strcspn(text, "\n") + 1);
	free(text);
	send_at("hello", now_ns(),
		json_pack("{s:s, s:s, s:s, s:i, s:I}", "agent", BOOTLAB_VERSION, "kernel",
			  kernel.release, "cmdline", cmdline, "cpus",
			  (int)sysconf(_SC_NPROCESSORS_ONLN), "memory", memory));
}

void emit_mark(const char *name, int64_t t)
{
	send_at("mark", t, json_pack("{s:s}", "name", name));
}

void emit_metric(const char *name, double value, const char *unit, const char *better)
{
	send_at("metric", now_ns(),
		json_pack("{s:s, s:f, s:s, s:s}", "name", name, "value", value, "unit", unit,
			  "better", better));
}

void emit_span(const char *name, const char *kind, int64_t start, int64_t end, uint64_t bytes)
{
	send_at("span", start,
		json_pack("{s:s, s:s, s:I, s:I, s:I}", "name", name, "kind", kind, "start",
			  (json_int_t)start, "end", (json_int_t)end, "bytes", (json_int_t)bytes));
}

static void note_gate(const char *name, const char *evidence)
{
	if (!*gate_failed)
		snprintf(gate_failed, sizeof(gate_failed), "gate %s: %s", name, evidence);
}

void emit_gate(const char *name, bool ok, const char *fmt, ...)
{
	char text[PROTOCOL_TEXT_MAX], evidence[PROTOCOL_TEXT_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	clean(evidence, text, sizeof(evidence));
	if (!ok)
		note_gate(name, evidence);
	send_at("gate", now_ns(),
		json_pack("{s:s, s:b, s:s}", "name", name, "ok", ok, "evidence", evidence));
}

void emit_log(const char *source, const char *text)
{
	char line[PROTOCOL_TEXT_MAX + 1];

	clean(line, text, sizeof(line));
	send_at("log", now_ns(), json_pack("{s:s, s:s}", "source", source, "text", line));
}

static void emit_piece(const char *name, const char *text, size_t len)
{
	char piece[PROTOCOL_PIECE_MAX + 1];

	for (size_t i = 0; i < len; i++)
		piece[i] = (text[i] >= ' ' && text[i] <= '~') || text[i] == '\n' || text[i] == '\t'
				   ? text[i]
				   : '?';
	piece[len] = '\0';
	send_at("artifact", now_ns(), json_pack("{s:s, s:s}", "name", name, "text", piece));
}

void emit_artifact(const char *name, const char *text)
{
	for (size_t left = strlen(text), len; left; left -= len, text += len) {
		len = left < PROTOCOL_PIECE_MAX ? left : PROTOCOL_PIECE_MAX;
		emit_piece(name, text, len);
	}
}

void emit_env(const char *name, const char *value)
{
	char text[PROTOCOL_TEXT_MAX + 1];

	clean(text, value, sizeof(text));
	send_at("env", now_ns(), json_pack("{s:s, s:s}", "name", name, "value", text));
}

void emit_progress(const char *what, uint64_t done, uint64_t total)
{
	FILE *hold = held;

	held = NULL;
	send_at("progress", now_ns(),
		json_pack("{s:s, s:I, s:I}", "what", what, "done", (json_int_t)done, "total",
			  (json_int_t)total));
	held = hold;
}

void emit_end(const char *reason)
{
	char text[PROTOCOL_TEXT_MAX + 1] = "";

	if (reason)
		clean(text, reason, sizeof(text));
	send_at("end", now_ns(),
		json_pack("{s:s, s:s}", "status", reason ? "failed" : "done", "reason", text));
}

int emit_forward(const char *line)
{
	json_t *event = json_loads(line, 0, NULL);
	const char *ev, *name, *evidence;
	int version, ok = 1;

	if (json_unpack(event, "{s:i, s:s}", "v", &version, "ev", &ev) < 0) {
		json_decref(event);
		return -EINVAL;
	}
	if (!strcmp(ev, "gate") && !json_unpack(event, "{s:s, s:b, s:s}", "name", &name, "ok", &ok,
						"evidence", &evidence)) {
		if (!ok)
			note_gate(name, evidence);
	}
	send(event);
	return 0;
}

const char *emit_gate_failed(void)
{
	return *gate_failed ? gate_failed : NULL;
}
