/* SPDX-License-Identifier: GPL-2.0-only */
/* The agent's lines as they come in: nothing of a testbed is believed unchecked. */
#ifndef LAB_EVENTS_H
#define LAB_EVENTS_H

#include "lab/error.h"

#include <jansson.h>

/*
 * One line of the agent as an object with all the members that lab/protocol.h gives its kind
 * of event, of the right types and in their bounds. json_decref it. NULL with err: what is
 * wrong with it, with the line's beginning.
 */
json_t *event_parse(const char *line, GError **err);

/* The event's "ev". */
const char *event_kind(json_t *event);

#endif
