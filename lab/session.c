// SPDX-License-Identifier: GPL-2.0-only
#include "lab/session.h"

#include "lab/events.h"
#include "lab/progress.h"
#include "lab/protocol.h"
#include "lab/run.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* How long a testbed may take to go off after its agent's last word, in s. */
#define POWER_OFF_S 10

/* How much of the console goes into a reason. */
#define TAIL_LINES 12

struct session {
	struct testbed *testbed;
	gint64 deadline;  /* µs, monotonic */
	GString *pending; /* bytes of a line that is not whole yet */
	json_t *events;
	json_t *end;	     /* the end event; borrowed from events */
	const char *stop_at; /* the kind of event that is enough */
	char *failure;	     /* why the testbed failed, if it did */
	char *registers;     /* where its CPUs stood when it had hung; NULL: it had not */
	guint64 cpu_ns;	     /* what the testbed used, as last seen */
	char *doing;	     /* what its agent last told the progress of, or NULL */
};

static void fail_sample(struct session *session, const char *fmt, ...) G_GNUC_PRINTF(2, 3);

static void fail_sample(struct session *session, const char *fmt, ...)
{
	va_list ap;

	if (session->failure)
		return;
	va_start(ap, fmt);
	session->failure = g_strdup_vprintf(fmt, ap);
	va_end(ap);
}

static bool send_cell(struct session *session, json_t *cell, GError **err)
{
	g_autofree char *text = json_dumps(cell, JSON_COMPACT);
	g_autofree char *line = g_strconcat(text, "\n", NULL);
	size_t len = strlen(line), sent = 0;

	if (len > PROTOCOL_LINE_MAX)
		return bl_fail(err, BL_ERROR_INPUT, "the cell is too long for one line");
	while (sent < len) {
		ssize_t n = send(testbed_channel(session->testbed), line + sent, len - sent,
				 MSG_NOSIGNAL);

		if (n < 0 && errno != EINTR) {
			fail_sample(session, "testbed went off before it took its cell");
			return true;
		}
		sent += MAX(n, 0);
	}
	return true;
}

/* A mark, metric or gate that has been reported before: the agent says each once. */
static bool said_before(struct session *session, json_t *event)
{
	const char *name = json_string_value(json_object_get(event, "name"));
	json_t *earlier;
	size_t i;

	if (!name || !strcmp(event_kind(event), "span") || !strcmp(event_kind(event), "artifact"))
		return false;
	json_array_foreach (session->events, i, earlier)
		if (!strcmp(event_kind(earlier), event_kind(event)) &&
		    !g_strcmp0(json_string_value(json_object_get(earlier, "name")), name))
			return true;
	return false;
}

static void end_progress(struct session *session, const char *outcome)
{
	if (session->doing)
		progress_end(outcome);
	g_clear_pointer(&session->doing, g_free);
}

/* What the agent tells of what takes it long: shown, and not kept. */
static void show_progress(struct session *session, json_t *event)
{
	guint64 done = json_integer_value(json_object_get(event, "done"));
	guint64 total = json_integer_value(json_object_get(event, "total"));
	const char *what = json_string_value(json_object_get(event, "what"));

	if (g_strcmp0(session->doing, what)) {
		end_progress(session, "done");
		session->doing = g_strdup(what);
		progress_begin(what, "MiB", total >> 20);
	}
	progress_update(done >> 20, NULL);
}

static void take_line(struct session *session, const char *line)
{
	g_autoptr(GError) why = NULL;
	json_t *event = event_parse(line, &why);

	if (!event) {
		fail_sample(session, "%s", why->message);
		return;
	}
	if (!strcmp(event_kind(event), "progress")) {
		show_progress(session, event);
		json_decref(event);
		return;
	}
	if (said_before(session, event)) {
		fail_sample(session, "agent reported twice: %.80s", line);
		json_decref(event);
		return;
	}
	json_array_append_new(session->events, event);
	if (!g_strcmp0(event_kind(event), session->stop_at))
		session->end = event;
}

static void take_bytes(struct session *session, const char *bytes, size_t len)
{
	char *newline;

	g_string_append_len(session->pending, bytes, len);
	while (!session->end && !session->failure &&
	       (newline = memchr(session->pending->str, '\n', session->pending->len))) {
		*newline = '\0';
		take_line(session, session->pending->str);
		g_string_erase(session->pending, 0, newline + 1 - session->pending->str);
	}
	if (session->pending->len > PROTOCOL_LINE_MAX)
		fail_sample(session, "agent's line is longer than %d bytes", PROTOCOL_LINE_MAX);
}

/* The next bytes of the channel: their number, 0 at its end, -1 past the deadline or interrupted.
 */
static ssize_t wait_bytes(struct session *session, char *bytes, size_t size)
{
	struct pollfd pfd = {.fd = testbed_channel(session->testbed), .events = POLLIN};

	for (;;) {
		gint64 left = session->deadline - g_get_monotonic_time();

		if (left <= 0 || run_interrupted())
			return -1;
		progress_tick();
		/* Half a second at most: a signal that came just before poll() waits no longer. */
		if (poll(&pfd, 1, MIN(left / 1000 + 1, 500)) <= 0)
			continue;
		ssize_t n = read(pfd.fd, bytes, size);

		if (n >= 0 || errno != EINTR)
			return MAX(n, 0);
	}
}

static void take_hang(struct session *session, int deadline_s)
{
	fail_sample(session, "testbed hung: no end within %d s", deadline_s);
	session->registers = testbed_registers(session->testbed);
}

static void listen_to_agent(struct session *session, int deadline_s)
{
	char bytes[8192];

	while (!session->end && !session->failure) {
		ssize_t n = wait_bytes(session, bytes, sizeof(bytes));

		/* Asked each time: once the testbed is off, there is no one to ask. */
		session->cpu_ns = MAX(session->cpu_ns, testbed_cpu_time(session->testbed));
		if (n > 0)
			take_bytes(session, bytes, n);
		else if (!n)
			fail_sample(session, "testbed went off before its agent had ended");
		else
			take_hang(session, deadline_s);
	}
}

/* The agent has said its last word: lets the kernel write its last lines. */
static void wait_power_off(struct session *session)
{
	char bytes[4096];

	session->deadline = g_get_monotonic_time() + POWER_OFF_S * G_USEC_PER_SEC;
	while (wait_bytes(session, bytes, sizeof(bytes)) > 0)
		;
}

/*
 * What to show of a console: where the kernel panicked, the lines from there on, since a trace
 * follows; else the last ones. g_free it.
 */
static char *telling_lines(const char *console)
{
	const char *at = g_strrstr(console, "Kernel panic"), *end;
	int lines = TAIL_LINES;

	if (!at)
		for (at = console + strlen(console); at > console && lines >= 0; at--)
			lines -= at[-1] == '\n';
	while (at > console && at[-1] != '\n')
		at--;
	for (end = at, lines = TAIL_LINES; *end && lines; end++)
		lines -= *end == '\n';
	return g_strstrip(g_strndup(at, end - at));
}

static const char *end_member(struct session *session, const char *name)
{
	return json_string_value(json_object_get(session->end, name));
}

/* What the agent ended with, or what ended the testbed; with the console where it tells more. */
static json_t *outcome(struct session *session)
{
	g_autofree char *console = testbed_console(session->testbed);
	g_autofree char *tail = telling_lines(console);
	g_autofree char *reason = NULL;
	bool done = !session->failure && !g_strcmp0(end_member(session, "status"), "done");

	if (session->failure)
		reason = g_strdup_printf("%s; its console:\n%s", session->failure, tail);
	else if (!done)
		reason = g_strdup(end_member(session, "reason"));
	return json_pack("{s:s, s:s?, s:O, s:s, s:s, s:I}", "status", done ? "done" : "failed",
			 "reason", reason, "events", session->events, "console", console,
			 "registers", session->registers ? session->registers : "", "cpu_ns",
			 (json_int_t)session->cpu_ns);
}

static void session_clear(struct session *session)
{
	testbed_stop(session->testbed);
	g_string_free(session->pending, TRUE);
	json_decref(session->events);
	g_free(session->failure);
	g_free(session->registers);
}

/* Powers on, sends the cell, listens until stop_at, the deadline or the end. */
static bool session_open(struct session *session, const struct testbed_config *config, json_t *cell,
			 int deadline_s, GError **err)
{
	session->deadline = g_get_monotonic_time() + (gint64)deadline_s * G_USEC_PER_SEC;
	session->pending = g_string_new(NULL);
	session->events = json_array();
	session->testbed = testbed_start(config, err);
	if (!session->testbed || (cell && !send_cell(session, cell, err)))
		return false;
	listen_to_agent(session, deadline_s);
	end_progress(session, session->end ? "done" : "stopped");
	return run_check_interrupted(err);
}

json_t *session_run(const struct testbed_config *config, json_t *cell, int deadline_s, GError **err)
{
	struct session session = {.stop_at = "end"};
	json_t *result = NULL;

	if (session_open(&session, config, cell, deadline_s, err)) {
		if (session.end)
			wait_power_off(&session);
		result = outcome(&session);
	}
	session_clear(&session);
	return result;
}

bool session_boots(const struct testbed_config *config, int deadline_s, GError **err)
{
	struct session session = {.stop_at = "hello"};
	json_t *cell = json_pack("{s:i}", "v", PROTOCOL_VERSION);
	bool ok = session_open(&session, config, cell, deadline_s, err) && session.end;

	json_decref(cell);
	session_clear(&session);
	return ok;
}
