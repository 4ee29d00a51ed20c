/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SCENARIOS_KVM_H
#define SCENARIOS_KVM_H

#include <stdbool.h>

/* true if KVM runs code on this machine; else why says what it did instead. */
bool kvm_works(const char **why);

#endif
