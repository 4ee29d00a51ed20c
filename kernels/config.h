/* SPDX-License-Identifier: GPL-2.0-only */
/* A kernel's .config: the smallest one there is plus the fragments asked for. */
#ifndef KERNELS_CONFIG_H
#define KERNELS_CONFIG_H

#include "kernels/work.h"

/* Makes the .config in the object folder and checks that it has all that was asked. */
bool config_make(const struct work *work, GError **err);

/*
 * true if the .config at `final` has every option as the last of the fragments that names
 * it says. The error has a line for each that it has not: where, the option, wanted, got.
 */
bool config_check(const char *const fragments[], const char *final, GError **err);

#endif
