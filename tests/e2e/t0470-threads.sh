#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A sweep over the kernel's threads: who has the knob runs with each number of them, the base,
# which has not, with one.
. "$(dirname "$0")/tap.sh"

db=$TMP/lab.db
sql() { sqlite3 "$db" "$1"; }
threads="json_extract(params, '\$.threads')"
small="--set memory=256M --set bar=1G --testbed-memory 1G --db $db"

# shellcheck disable=SC2086 # the settings are words
status "threads that no kernel can take are refused" 2 "$BOOTLAB" run vfio-pin -k 6.1 -t 1,2 $small
like "and the knob is named" "$(cat "$OUT")" "no module parameter pin_threads"
is "nothing was planned" "$(sql 'SELECT count(*) FROM sample')" 0

# shellcheck disable=SC2086
ok "ab by threads" "$BOOTLAB" ab 6.1 6.1+pin-parallel -s vfio-pin -t 1,2 -n 1 $small
table=$(cat "$OUT")
is "the base has one cell, the series one for each number" \
	"$(sql "SELECT name, group_concat($threads) FROM (SELECT kernel.name, params FROM cell
		JOIN kernel ON kernel.id = kernel ORDER BY 1, $threads) GROUP BY 1")" \
	"6.1|1
6.1+pin-parallel|1,2"
is "each of them is done" "$(sql "SELECT count(*) FROM sample WHERE status = 'done'")" 3
is "all pins of all of them were released" "$(sql "SELECT count(*) FROM gate WHERE
	name = 'pins_balanced' AND ok AND evidence LIKE '65536 pages pinned, 65536 released'")" 3
like "the report tells them apart" "$table" "threads 1.*threads 2"

done_testing
