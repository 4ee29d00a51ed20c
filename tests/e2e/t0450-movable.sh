#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Pinning what lies in the movable zone, small: it is moved out whole, both ways; and without
# such a zone the gate says so.
. "$(dirname "$0")/tap.sh"

db=$TMP/lab.db
sql() { sqlite3 "$db" "$1"; }
metric() { sql "SELECT DISTINCT CAST(value AS INTEGER) FROM metric m JOIN sample s ON
	s.id = m.sample JOIN cell c ON c.id = s.cell WHERE m.name = '$1' AND
	json_extract(c.params, '\$.thp') = $2"; }
small="--set memory=64M --testbed-memory 1G"

# shellcheck disable=SC2086 # the settings are words
ok "huge and small pages are pinned by both ways" "$BOOTLAB" run pin-movable -k 6.1 -n 1 $small \
	--db "$db"
is "every planned sample is done" "$(sql "SELECT count(*) FROM sample WHERE status = 'done'")" 4
is "all pages were in the zone before" "$(sql "SELECT count(*) FROM gate WHERE ok AND
	name = 'movable_before' AND evidence LIKE '16384 pages in zone Movable, 0 in others%'")" 4
is "none is after" "$(sql "SELECT count(*) FROM gate WHERE ok AND
	name = 'movable_after' AND evidence LIKE '0 pages in zone Movable, 16384 in others%'")" 4
is "huge pages stay whole" "$(metric huge_after 1)" $((64 << 20))
is "and are counted as moved" "$(metric thp_migration_success 1)" 32
is "none is split" "$(metric thp_split_page 1)" 0
is "small pages stay small" "$(metric huge_after 0)" 0
is "and none is moved as a huge one" "$(metric thp_migration_success 0)" 0

# The fault planted: a testbed that has no such zone.
mkdir -p "$TMP/data"
cp -r "$DATA/scenarios" "$DATA/kernels" "$DATA/packages" "$TMP/data"
sed -i 's/, cmdline: [^}]*}/}/' "$TMP/data/scenarios/pin-movable.yaml"
db=$TMP/zoneless.db
# shellcheck disable=SC2086
status "a testbed without the zone ends in status 1" 1 env BOOTLAB_DATA="$TMP/data" \
	"$BOOTLAB" run pin-movable -k 6.1 -n 1 $small --set thp=1 --set vfio=0 --db "$db"
like "and the gate names what is missing" "$(sql 'SELECT reason FROM sample')" \
	"gate movable_before: .*no memory in zone Movable.*movablecore="
is "it is not averaged" "$(sql 'SELECT count(*) FROM measurement')" 0
is "no run folder is left" "$(stale_runs)" 0

done_testing
