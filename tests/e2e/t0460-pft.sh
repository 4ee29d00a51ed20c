#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Page faults by threads: one campaign over threads and page sizes, small.
. "$(dirname "$0")/tap.sh"

db=$TMP/lab.db
sql() { sqlite3 "$db" "$1"; }
# What the gate saw in the sample with these parameters.
faults() {
	sql "SELECT evidence FROM gate JOIN sample ON sample.id = gate.sample
		JOIN cell ON cell.id = sample.cell WHERE gate.name = 'faults_counted'
		AND json_extract(params, '\$.threads') = $1 AND json_extract(params, '\$.thp') = $2"
}

ok "pft-threads with base and huge pages, by one thread and by two" "$BOOTLAB" run pft-threads \
	-k 6.1 -n 1 --set memory=96M --set threads=1,2 --set thp=0,1 --testbed-memory 512M --db "$db"
is "every planned sample is done" "$(sql "SELECT count(*) FROM sample WHERE status = 'done'")" 4
for threads in 1 2; do
	like "a fault a base page, $threads thread(s)" "$(faults $threads 0)" "^24576 minor and 0 major"
	like "a fault a huge page, $threads thread(s)" "$(faults $threads 1)" "^48 minor and 0 major"
done
is "both rates are there, of each sample" "$(sql "SELECT count(*) FROM metric
	WHERE name IN ('faults_per_cpu_second', 'faults_per_wall_second') AND value > 0")" 8
is "of two threads the agent's log tells both" "$(sql "SELECT count(*) FROM artifact
	WHERE name = 'agent.log' AND text LIKE '%thread 0: %' AND text LIKE '%thread 1: %'")" 2
is "a rate is the pages by the seconds shown beside it" "$(sql "SELECT count(*) FROM
	(SELECT sum(value * (name = 'faults_per_cpu_second')) *
		sum(value * (name IN ('user_time', 'system_time'))) AS pages
	FROM metric GROUP BY sample) WHERE abs(pages - 24576) < 1")" 4

ok "report from the db" "$BOOTLAB" report --db "$db"
like "rates have their unit" "$(cat "$OUT")" "faults_per_wall_second +[0-9.]+ faults/s"

done_testing
