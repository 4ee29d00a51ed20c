/* SPDX-License-Identifier: GPL-2.0-only */
/* One sample: a planned cell's iteration, run on a testbed and judged by its gates. */
#ifndef LAB_SAMPLE_H
#define LAB_SAMPLE_H

#include "db/db.h"
#include "lab/node.h"

struct sample_opts {
	const char *connect; /* libvirt URI; NULL: the embedded driver */
	const char *accel;   /* "kvm", "tcg"; NULL: what was found to work */
	enum node_alias alias;
};

/*
 * Runs it and returns what db_sample_store() takes. A testbed or a gate that fails is a result
 * too. NULL with err: the sample could not be run at all, or bootlab was interrupted.
 */
json_t *sample_run(const struct db_planned *planned, const struct sample_opts *opts, GError **err);

/*
 * Why a finished session is no good sample, in words, or NULL if it is good: every gate in
 * `required` (names) must be among its gate events, and every gate event be ok. g_free it.
 */
char *sample_fault(json_t *session, json_t *required);

#endif
