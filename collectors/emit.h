/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Events out: each call writes one line of lab/protocol.h. In the agent they go to the
 * channel, in a workload's own process to its stdout, which the agent forwards.
 */
#ifndef COLLECTORS_EMIT_H
#define COLLECTORS_EMIT_H

#include <stdbool.h>
#include <stdint.h>

/* Where events go; lost(err) is called, and must not return, if that cannot be written. */
void emit_to(int fd, void (*lost)(int err) __attribute__((noreturn)));

/*
 * Between the two, events are kept in memory: a write to the channel waits for the testbed's
 * emulator, which would take its time from what is being timed.
 */
void emit_hold(void);
void emit_release(void);

void emit_hello(void);
void emit_mark(const char *name, int64_t t);
void emit_metric(const char *name, double value, const char *unit, const char *better);
void emit_span(const char *name, const char *kind, int64_t start, int64_t end, uint64_t bytes);
void emit_gate(const char *name, bool ok, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void emit_log(const char *source, const char *text);

/*
 * A file that the sample leaves, or another part of it: parts of one name are put together in
 * the order that they come in. What is neither printable ASCII nor white space becomes '?'.
 */
void emit_artifact(const char *name, const char *text);
void emit_env(const char *name, const char *value);

/* Not held back: it is for who waits. */
void emit_progress(const char *what, uint64_t done, uint64_t total);

/* The last event. reason NULL: done; else failed. */
void emit_end(const char *reason);

/* Passes on a line that a workload wrote. -EINVAL if it is no event. */
int emit_forward(const char *line);

/* "gate NAME: evidence" of the first gate that was not ok, or NULL. */
const char *emit_gate_failed(void);

#endif
