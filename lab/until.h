/* SPDX-License-Identifier: GPL-2.0-only */
/* Campaigns that go on until their means are known well enough. */
#ifndef LAB_UNTIL_H
#define LAB_UNTIL_H

#include "db/db.h"

/*
 * Plans one more iteration of each parameter set whose mean is not known as well as the
 * campaign's goal asks, unless what it may cost is spent. All that this looks at is in the
 * db, so that a campaign cut off at any instant goes on as it would have. 1 with samples
 * planned, 0 where nothing is left to do or the campaign has no goal, -1 with err.
 */
int until_extend(struct db *db, gint64 campaign, GError **err);

#endif
