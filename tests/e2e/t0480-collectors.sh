#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Collectors attached to a scenario: what each says is there, and no time of a sample that one of
# them disturbed is averaged.
. "$(dirname "$0")/tap.sh"

db=$TMP/lab.db
sql() { sqlite3 "$db" "$1"; }
small="--set memory=256M --set bar=1G --testbed-memory 1G"
metric() { sql "SELECT count(*) FROM metric JOIN sample ON sample.id = sample JOIN cell ON
	cell.id = cell JOIN scenario ON scenario.id = scenario WHERE scenario.name = '$1'
	AND metric.name = '$2' AND value $3"; }

# shellcheck disable=SC2086 # the settings are words
status "an unknown collector is refused" 2 "$BOOTLAB" run vfio-pin -k 6.1 -c rusage,nope \
	$small --db "$db"
like "with those that there are" "$(cat "$OUT")" \
	"no collector 'nope'; there are: dma-map, .*perf-stat, rusage"
ok "before anything is made" test ! -e "$db"

ok "collectors are listed" "$BOOTLAB" collector list
like "with what they cost" "$(cat "$OUT")" "off-cpu +disturbs .*rusage +none "
"$BOOTLAB" collector list --json >"$TMP/list.json"
is "list --json is JSON" "$(sqlite3 :memory: "SELECT json_valid(readfile('$TMP/list.json'))")" 1

# shellcheck disable=SC2086
ok "a run with collectors" "$BOOTLAB" run vfio-pin -k 6.1 -n 1 \
	-c rusage,perf-stat,thp -c off-cpu,perf-record $small --db "$db" --plots "$TMP/plots"
table=$(cat "$OUT")
is "those that disturb have samples of their own" \
	"$(sql "SELECT n.name, count(*) FROM sample JOIN cell AS c ON c.id = cell
		JOIN scenario AS n ON n.id = c.scenario WHERE status = 'done' GROUP BY 1 ORDER BY 1")" \
	"vfio-pin|1
vfio-pin:off-cpu|1
vfio-pin:perf-record|1"
is "rusage is that of the workload" "$(metric vfio-pin rusage.system '> 0 AND value <
	(SELECT value FROM metric WHERE name = '\''rusage.elapsed'\'') * 2')" 1
is "perf-stat counts its time" "$(metric vfio-pin perf-stat.task_clock '> 0')" 1
is "and its faults" "$(metric vfio-pin perf-stat.page_faults '> 0')" 1
is "all memory was seen in huge pages" "$(metric vfio-pin thp.huge_max '>= 256 * 1024 * 1024')" 1
is "off-cpu saw switches" "$(metric vfio-pin:off-cpu off-cpu.switches '> 0')" 1
is "and missed none" "$(sql "SELECT ok FROM gate WHERE name = 'off_cpu_complete'")" 1
is "perf-record took samples" "$(metric vfio-pin:perf-record perf-record.samples '> 10')" 1
is "with the kernel's symbols" "$(sql "SELECT count(*) FROM artifact WHERE
	name = 'perf-record.folded' AND text LIKE '%;%vfio_%;%clear_%page%'")" 1
is "the workload ran in the disturbed samples, too" "$(sql "SELECT count(*) FROM metric
	WHERE name = 'map_ram'")" 3
is "but no time of theirs is averaged" "$(sql "SELECT count(*) FROM measurement
	WHERE metric IN ('map_ram', 'pin_time')")" 2
is "they are read for their collector alone" "$(sql "SELECT DISTINCT n.name, m.metric
	FROM probe_measurement AS m JOIN cell AS c ON c.id = m.cell JOIN scenario AS n
	ON n.id = c.scenario ORDER BY 1, 2")" "vfio-pin:off-cpu|blocked
vfio-pin:off-cpu|longest
vfio-pin:off-cpu|runnable
vfio-pin:off-cpu|switches
vfio-pin:perf-record|samples"
like "the report has tables of theirs" "$table" "vfio-pin:off-cpu, memory 256M.*blocked"
like "and says what they are" "$table" "Probes +vfio-pin:off-cpu, vfio-pin:perf-record"
is "all stacks that were left have a flame graph" \
	"$(grep -l '<svg' "$TMP"/plots/*-flame.svg | wc -l)" \
	"$(sql "SELECT count(*) FROM artifact WHERE name LIKE '%.folded'")"
like "in which the pinning shows" "$(cat "$TMP"/plots/vfio-pin-perf-record-*-flame.svg)" \
	"<title>vfio_[a-z0-9_]*: [0-9]+ samples"
is "the db is sound" "$(sql 'PRAGMA integrity_check')" ok

# A kernel that does not count its locks.
db=$TMP/locks.db
# shellcheck disable=SC2086
status "lock-stat fails on a plain kernel" 1 "$BOOTLAB" run vfio-pin -k 6.1 -n 1 -c lock-stat \
	$small --db "$db"
is "the table's own sample is good" "$(sql "SELECT count(*) FROM sample WHERE status = 'done'")" 1
like "the other names the kernel that it needs" \
	"$(sql "SELECT reason FROM sample WHERE status = 'failed'")" "BASE:debug-locks"
is "nothing of it is left" "$(stale_runs)" 0

done_testing
