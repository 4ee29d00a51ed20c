/* SPDX-License-Identifier: GPL-2.0-only */
/* The machines that testbeds are: what each architecture has, and the libvirt domain as XML. */
#ifndef LAB_VM_H
#define LAB_VM_H

#include "lab/testbed.h"

/* Paths of a testbed's own. */
struct vm_files {
	const char *console; /* QEMU makes it */
	const char *socket;  /* listened at */
	const char *drive;   /* what backs the NVMe drive, where there is one */
};

/* g_free it. */
char *vm_domain_xml(const struct testbed_config *config, const char *name,
		    const struct vm_files *files);

/* QEMU's option syntax doubles a comma that belongs to a value. g_free it. */
char *vm_escape_commas(const char *path);

/* QEMU's program for testbeds of that architecture, there or not. */
const char *vm_emulator(const char *arch);

/* false with err, which names the package, if that is not there. */
bool vm_check_emulator(const char *arch, GError **err);

/* true if such testbeds can have a device to pass through. */
bool vm_takes_device(const char *arch);

/* true if such testbeds can have a node for a guest's memory. */
bool vm_takes_node(const char *arch);

/* true if such testbeds can have that accelerator on this machine, as far as can be told. */
bool vm_takes_accel(const char *arch, const char *accel);

/* The same, with err, which names those that there are. */
bool vm_check_accel(const char *arch, const char *accel, GError **err);

#endif
