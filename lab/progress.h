/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The phase of long work that is in hand: what, how far, how long still. A phase may begin within
 * another, which goes on when it ends. On a terminal it is a
 * line that rewrites itself; elsewhere a plain line at the phase's start, at its end, and at
 * each tenth of the way.
 */
#ifndef LAB_PROGRESS_H
#define LAB_PROGRESS_H

#include <glib.h>

/* unit: what is counted, in the plural ("objects"). total 0: not known, no time left shown. */
void progress_begin(const char *phase, const char *unit, guint total);

/* The same of work of which so much was done before: what is left goes as what is done from now. */
void progress_begin_from(const char *phase, const char *unit, guint done, guint total);

/* done: how many so far. detail: what is in hand (NULL: nothing to say). */
void progress_update(guint done, const char *detail);

/* Nothing new: on a terminal, shows how time goes. To be called while waiting. */
void progress_tick(void);

/* A better estimate of the total; done so far is kept. */
void progress_total(guint total);

/* outcome: a word or a short sentence for the last line ("built", "failed"). */
void progress_end(const char *outcome);

/* Wipes the line from the terminal, so that other text can be printed. */
void progress_clear(void);

#endif
