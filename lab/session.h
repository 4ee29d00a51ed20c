/* SPDX-License-Identifier: GPL-2.0-only */
/* One cell run on one testbed, from power-on to power-off. */
#ifndef LAB_SESSION_H
#define LAB_SESSION_H

#include "lab/testbed.h"

#include <jansson.h>

/*
 * Powers a testbed on, has its agent run the cell (see lab/protocol.h; NULL: that is in its
 * initramfs), and powers it off. The
 * outcome, whatever the testbed did, as an object:
 *   {"status": "done" | "failed", "reason": text or null, "events": [...], "console": text,
 *    "registers": of the vCPUs of a testbed that hung, else "",
 *    "cpu_ns": CPU time that the testbed used on this machine}
 * A testbed that panics, hangs past deadline_s or says what is no protocol has failed, with the
 * lines of its console that tell most in the reason. NULL with err: it could not be started at
 * all, or bootlab was interrupted.
 */
json_t *session_run(const struct testbed_config *config, json_t *cell, int deadline_s,
		    GError **err);

/* true if a testbed of this kind boots as far as the agent's hello within the deadline. */
bool session_boots(const struct testbed_config *config, int deadline_s, GError **err);

#endif
