/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTORS_CPUS_H
#define COLLECTORS_CPUS_H

/* Brings CPUs online that the kernel's command line kept offline (maxcpus=). -errno with fail(). */
int cpus_bring_online(void);

#endif
