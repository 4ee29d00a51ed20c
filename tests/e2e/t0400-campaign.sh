#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The whole chain on real testbeds, small: build, boot, pin, store, report.
. "$(dirname "$0")/tap.sh"

db=$TMP/lab.db
sql() { sqlite3 "$db" "$1"; }

ok "ab of two kernels" "$BOOTLAB" ab 6.1 6.1+pfnmap-fast -s vfio-pin -n 2 \
	--set memory=256M --set bar=1G --testbed-memory 1G --seed 7 --db "$db"
table=$(cat "$OUT")
like "the table has a column for the base" "$table" "6\.1 "
like "the table has a column for the candidate" "$table" "6\.1\+pfnmap-fast"
like "the table has the BAR's map time with a speedup" "$table" "map_bar +.*[0-9]x"
like "progress is told in plain lines" "$table" "measuring: .* of 4 samples"
is "every planned sample is done" "$(sql "SELECT count(*) FROM sample WHERE status = 'done'")" 4
is "each kernel has its own cell" "$(sql 'SELECT count(DISTINCT kernel) FROM cell')" 2
is "the db is sound" "$(sql 'PRAGMA integrity_check')" ok
is "no reference dangles" "$(sql 'PRAGMA foreign_key_check')" ""
is "every sample has every gate" \
	"$(sql 'SELECT DISTINCT count(*) FROM gate WHERE ok GROUP BY sample' | wc -l)" 1
is "pins were acquired" "$(sql "SELECT count(*) FROM gate WHERE name = 'pins_balanced'
	AND evidence LIKE '65536 pages pinned%'")" 4
is "each sample kept its console" "$(sql "SELECT count(*) FROM artifact WHERE name =
	'console.log' AND text LIKE '%Linux version 6.1%'")" 4
is "the kernels' releases differ" "$(sql 'SELECT count(DISTINCT release) FROM kernel')" 2
is "no run folder is left" "$(stale_runs)" 0
ok "the pool is listed as warm" sh -c "'$BOOTLAB' pool list | grep -q 'GiB *warm'"

ok "report from the db alone" "$BOOTLAB" report --db "$db"
like "the report says how it was emulated or not" "$(cat "$OUT")" "tcg|TCG|kvm|KVM"
"$BOOTLAB" report --db "$db" --json >"$TMP/report.json"
is "report --json is JSON" "$(sqlite3 :memory: "SELECT json_valid(readfile('$TMP/report.json'))")" 1

# A testbed too small for its workload: an outcome, not an end of the campaign.
db=$TMP/small.db
status "samples that fail end in status 1" 1 "$BOOTLAB" run vfio-pin -k 6.1 -n 2 \
	--set memory=1G --set bar=1G --testbed-memory 512M --db "$db"
is "the campaign went on to its end" "$(sql "SELECT count(*) FROM sample WHERE status = 'failed'")" 2
is "each failure has a reason" "$(sql "SELECT count(*) FROM sample WHERE reason <> ''")" 2
is "a failed sample enters no average" "$(sql 'SELECT count(*) FROM measurement')" 0
is "no run folder is left after failures" "$(stale_runs)" 0

done_testing
