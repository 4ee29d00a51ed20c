/* SPDX-License-Identifier: GPL-2.0-only */
/* Where an imported series comes from, and how its mails are read from there. */
#ifndef KERNELS_IMPORT_SOURCE_H
#define KERNELS_IMPORT_SOURCE_H

#include "kernels/import.h"
#include "kernels/thread.h"

/* An import under way. */
struct import {
	const struct import_order *order;
	char *mbox;	  /* the file that holds the mails; NULL: read() makes it */
	bool fetched;	  /* it is the cache's */
	char *asked;	  /* the message-id of the mail that is meant; NULL: any */
	char *range;	  /* "A..B" as full ids */
	char *origin;	  /* what series.yaml says of where it came from */
	char *work;	  /* the folder in which all is made */
	GPtrArray *mails; /* Mail * */
	struct thread thread;
};

/* A kind of source: whether it is that, what is found out of it first, and how it is read. */
struct import_kind {
	bool (*is)(const char *source);
	bool (*locate)(struct import *import, GError **err);
	bool (*read)(struct import *import, GError **err);
};

/* The kind that a source is of. NULL with err, which says what there is. */
const struct import_kind *import_find_kind(const char *source, GError **err);

/* A path in the folder in which all is made. g_free it. */
char *import_in_work(const struct import *import, const char *name);

#endif
