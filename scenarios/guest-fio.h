/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fio in a guest: the host's, from its root, on the guest's NVMe drive. Each block is written
 * once, in random order, and then all are read and verified. On the guest kernel's command line:
 *   bootlab.fio_size=BYTES bootlab.fio_block=BYTES bootlab.fio_depth=N
 * What fio says as JSON goes to the guest's port; what it complains of, to the console.
 */
#ifndef SCENARIOS_GUEST_FIO_H
#define SCENARIOS_GUEST_FIO_H

#define GUEST_FIO_APPEND \
	" bootlab.fio_size=%" PRIu64 " bootlab.fio_block=%" PRIu64 " bootlab.fio_depth=%" PRIu64

extern const char guest_fio_path[];

/* On the console: before fio starts, and when it has ended, or why it could not be run. */
#define GUEST_FIO	"bootlab: guest_fio "
#define GUEST_FIO_START GUEST_FIO "starts"
#define GUEST_FIO_END	GUEST_FIO "ended with status "
#define GUEST_FIO_FAIL	GUEST_FIO "FAIL "

/* In the guest: runs it, where the command line asks for it. */
void guest_fio(const char *cmdline);

#endif
