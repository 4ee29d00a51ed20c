/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Why it did not work. Functions of the agent return -errno; the one that knows what it was
 * doing also says so here. The first words said are kept: what fails after that is a consequence.
 */
#ifndef COLLECTORS_FAIL_H
#define COLLECTORS_FAIL_H

/* Keeps "what: strerror(err)" and returns -err. err 0: the words say it all; -EINVAL. */
int fail(int err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* What was kept, or NULL. */
const char *fail_reason(void);

#endif
