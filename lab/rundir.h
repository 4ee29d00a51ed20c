/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The run folder: all that one bootlab process has going lies in it, so that it can be reaped
 * by what is recorded there and by nothing else.
 *
 *   NAME.lock   locked (flock) for as long as bootlab lives; holds its pid; goes last
 *   NAME/vm/    the root of libvirt's embedded driver, with a pid file for each QEMU
 *   NAME/...    sockets and console logs of testbeds
 *
 * A warden process, forked with the folder, waits for bootlab's death, of whatever cause, and
 * reaps the folder then. Should the warden be killed too, the next bootlab does it.
 */
#ifndef LAB_RUNDIR_H
#define LAB_RUNDIR_H

#include "lab/error.h"

/* Makes this process's run folder (once), after reaping those of dead ones. NULL with err. */
const char *rundir_open(GError **err);

/*
 * Kills what still runs of it and removes it. Without a run folder: nothing. After it no testbed
 * can be started: libvirt's embedded driver has its files in the folder, and does not move.
 */
void rundir_close(void);

/* Reaps the run folders whose owner is dead. Returns how many; -1 with err. */
int rundir_reap_stale(GError **err);

#endif
