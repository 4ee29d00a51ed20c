/* SPDX-License-Identifier: GPL-2.0-only */
/* The libvirt domain of a testbed, as XML. */
#ifndef LAB_VM_H
#define LAB_VM_H

#include "lab/testbed.h"

#define VM_EMULATOR "/usr/bin/qemu-system-x86_64"

/* g_free it. console and socket: paths that QEMU makes. */
char *vm_domain_xml(const struct testbed_config *config, const char *name, const char *console,
		    const char *socket);

#endif
