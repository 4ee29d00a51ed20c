/* SPDX-License-Identifier: GPL-2.0-only */
/* Whether less or more of something is better, as far as its unit tells. */
#ifndef LAB_DIRECTION_H
#define LAB_DIRECTION_H

#include <stdbool.h>

struct direction {
	const char *unit;   /* as reports spell it (see reports/scale.h), or as it was */
	const char *better; /* PROTOCOL_BETTER_* */
	bool known;	    /* false: `better` is neither because nothing tells */
};

/* Times: less is better. What is per second, and IOPS: more is. Counts: neither. */
struct direction direction_of(const char *unit);

/* Whether the text is one of PROTOCOL_BETTER_*. */
bool direction_is(const char *text);

#endif
