/* SPDX-License-Identifier: GPL-2.0-only */
/* What fio tells in its JSON (fio 3, --output-format=json), for the collector fio and for gates. */
#ifndef COLLECTORS_FIO_H
#define COLLECTORS_FIO_H

#include <stdint.h>

enum fio_side { FIO_READ, FIO_WRITE, FIO_SIDES };

/* p50, p95, p99 and p99.9 of the completion latency. */
#define FIO_PERCENTILES 4

struct fio_direction {
	uint64_t ios; /* 0: none was done, and the rest is 0 */
	uint64_t bytes;
	double bandwidth, iops; /* bytes and I/Os by second */
	double clat_ns[FIO_PERCENTILES];
};

struct fio_result {
	int error; /* errno of the job, 0: none */
	struct fio_direction sides[FIO_SIDES];
};

/*
 * Reads the first job of fio's output. What stands before the JSON is passed over: fio's notes.
 * -errno with fail(), which names what is missing or where the JSON ends.
 */
int fio_parse(const char *output, struct fio_result *result);

/* A workload's word to the collector: fio's output, and what it was read as. */
void fio_report(const char *output, const struct fio_result *result);

#endif
