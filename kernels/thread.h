/* SPDX-License-Identifier: GPL-2.0-only */
/* A thread of mails, and the one series that is taken from it. */
#ifndef KERNELS_THREAD_H
#define KERNELS_THREAD_H

#include "kernels/mail.h"

struct thread {
	GPtrArray *patches;	  /* Mail *, in order; they are the mails' owner's */
	const struct mail *cover; /* [PATCH 0/n]; NULL: there is none */
};

void thread_clear(struct thread *thread);

/*
 * Chooses the patches of one version of one series among mails that came in any order, with
 * replies and other versions: of the mail with the Message-ID `asked`, or where that is NULL,
 * the highest version that is complete. source: what messages call the thread. What lacks is
 * an error that names it.
 */
bool thread_choose(GPtrArray *mails, const char *asked, const char *source, struct thread *thread,
		   GError **err);

/* All patches in the order of the mails; the first mail that is a [PATCH 0/n] is the cover. */
bool thread_take_all(GPtrArray *mails, const char *source, struct thread *thread, GError **err);

#endif
