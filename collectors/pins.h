/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTORS_PINS_H
#define COLLECTORS_PINS_H

#include <stdint.h>

/* The field, in bytes, in the text of a /proc/PID/status ("VmLck:     64 kB"); 0 without one. */
uint64_t status_bytes(const char *status, const char *field);

#endif
