/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory of a testbed on a NUMA node of its own, plugged as DIMMs: the RAM of a guest that may be
 * far larger than this machine.
 *
 * Where this machine has not that much, all DIMMs are one and the same pool file: their contents
 * alias. Pages of them can be allocated, cleared, mapped and pinned as any others, as long as
 * nobody depends on what is in them. So nothing but a guest's RAM may ever lie there; the agent
 * asserts that (collectors/node.h).
 */
#ifndef LAB_NODE_H
#define LAB_NODE_H

#include "lab/error.h"
#include "lab/pool.h"

#include <jansson.h>

/* The number of that node; node 0 is the testbed's own memory, and has all CPUs. */
#define NODE_GUEST 1

/* A PC has that many slots for DIMMs. */
#define NODE_DIMMS_MAX 256

/* What DIMMs are in multiples of: the kernel brings memory online in blocks of it. */
#define NODE_BLOCK (128ULL << 20)

/* When to alias: where this machine has less memory than the testbed, or said by the user. */
enum node_alias { ALIAS_AUTO, ALIAS_ALWAYS, ALIAS_NEVER };

struct node_memory {
	struct pool_lease *ram; /* NULL: the testbed has no such node */
	guint64 dimm, total;	/* bytes; every DIMM is the file's first `dimm` bytes */
};

/*
 * Takes memory from the pool for what a scenario's testbed says in "alias" (NULL: nothing), beside
 * the testbed's own memory. false with err.
 */
bool node_take(struct node_memory *node, json_t *alias, guint64 own, enum node_alias when,
	       GError **err);
void node_release(struct node_memory *node);

bool node_aliases(const struct node_memory *node);

/* QEMU's options, a name and a value each, beside a testbed's own memory and CPUs. */
char **node_options(const struct node_memory *node, guint64 memory, int cpus);

/* For the agent, see lab/protocol.h; and for the sample's environment. NULL: no such node. */
json_t *node_cell(const struct node_memory *node);
json_t *node_facts(const struct node_memory *node);

#endif
