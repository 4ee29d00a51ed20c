// SPDX-License-Identifier: GPL-2.0-only
/* A line that a testbed sent: an event with all that its kind has, or an error. */
#include "lab/events.h"

#include <glib.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *line = g_strndup((const char *)data, size);
	g_autoptr(GError) err = NULL;
	json_auto_t *event = event_parse(line, &err);

	g_assert(!event == !!err);
	g_assert(!event || event_kind(event));
	return 0;
}
