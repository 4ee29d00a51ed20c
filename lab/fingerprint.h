/* SPDX-License-Identifier: GPL-2.0-only */
/* The environment of a sample: what must be alike for two samples to be compared. */
#ifndef LAB_FINGERPRINT_H
#define LAB_FINGERPRINT_H

#include "lab/testbed.h"

#include <jansson.h>

/*
 * The facts of this machine and of a testbed on it, strings and integers, as an object; the
 * agent adds its own (its "env" events). json_decref it. NULL with err.
 */
json_t *fingerprint(const struct testbed_config *config, GError **err);

/* "model name" of /proc/cpuinfo, or "unknown". g_free it. */
char *host_cpu_model(void);

/* CPU time that all of this machine's CPUs have spent busy since its boot, in ns. */
guint64 host_busy_ns(void);

#endif
