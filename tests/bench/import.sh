#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# How long `bootlab import` of a CSV of a million samples takes, and how many times as long as the
# sqlite3 shell takes to .import the same file into a table without anything to check. In turn,
# three times each.
. "$(dirname "$0")/begin.bash"

awk 'BEGIN { print "kernel,scenario,params,iteration,metric,value,unit"
	for (i = 1; i <= 50000; i++) for (t = 1; t <= 16; t *= 2) for (k = 1; k <= 4; k++)
		printf "patch-%d,pinning,memory=1G threads=%d,%d,pin_time,%.3f,ms\n",
			k, t, i, (1000 + i % 97) / t / k }' >samples.csv

TIMEFORMAT=%R
took() { { time "$@" >out 2>&1; } 2>&1; }
rm_db() { rm -f "$1" "$1-wal" "$1-shm"; }

printf '%-10s %14s %14s %8s\n' "a million" "bootlab, s" "sqlite3, s" "ratio"
for round in 1 2 3; do
	rm_db ours.db && rm_db theirs.db
	theirs=$(took sqlite3 theirs.db '.import --csv samples.csv samples')
	ours=$(took "$bootlab" import samples.csv --db ours.db)
	awk -v n=$round -v o="$ours" -v t="$theirs" \
		'BEGIN { printf "round %-4d %14.2f %14.2f %8.2f\n", n, o, t, o / t }'
done
[ "$(sqlite3 ours.db 'SELECT count(*) FROM sample')" = 1000000 ]
[ "$(sqlite3 theirs.db 'SELECT count(*) FROM samples')" = 1000000 ]
