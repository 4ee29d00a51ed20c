/* SPDX-License-Identifier: GPL-2.0-only */
/* The schema's history. Not for others than db/ and its tests. */
#ifndef DB_MIGRATIONS_H
#define DB_MIGRATIONS_H

/* PRAGMA application_id of a bootlab database: "BtLb". */
#define DB_APPLICATION_ID 0x42744c62

/*
 * migrations[i] brings a file from PRAGMA user_version i to i + 1. One that was released is
 * never changed: what is wrong with it is put right by the next.
 */
extern const char *const migrations[];
extern const int migrations_count;

#endif
