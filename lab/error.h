/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Errors. A function that can fail takes a GError ** last and returns false, NULL or -1
 * with it set. A message names what was touched, where (file:line where there is one), and
 * the remedy; main() prints it once and ends with exit status 2.
 */
#ifndef LAB_ERROR_H
#define LAB_ERROR_H

#include <glib.h>
#include <stdbool.h>

#define BL_ERROR (bl_error_quark())

enum bl_error {
	BL_ERROR_INPUT,	  /* the user's input: YAML, patch, database, argument */
	BL_ERROR_SYSTEM,  /* this machine: disk, permission, missing program */
	BL_ERROR_DAMAGED, /* a database that holds what it cannot: no input, and no fault of ours */
	BL_ERROR_CANCELLED, /* Ctrl-C or SIGTERM: no message needed */
};

GQuark bl_error_quark(void);

/* Sets *err and returns false, so that a caller can say: return bl_fail(err, ...). */
bool bl_fail(GError **err, enum bl_error code, const char *fmt, ...) G_GNUC_PRINTF(3, 4);

/* The same for a failed system call: appends ": " and strerror(errno). */
bool bl_fail_errno(GError **err, const char *fmt, ...) G_GNUC_PRINTF(2, 3);

#endif
