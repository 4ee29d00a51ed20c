#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Kernels and testbeds with planted faults: each is caught, named and stored, none is averaged,
# and the campaign goes on to its end.
. "$(dirname "$0")/tap.sh"

db=$TMP/lab.db
sql() { sqlite3 "$db" "$1"; }
reason() { sql "SELECT reason FROM sample JOIN cell ON cell.id = cell JOIN kernel ON
	kernel.id = kernel WHERE kernel.name = '$1'"; }

mkdir -p "$TMP/data"
cp -r "$DATA/scenarios" "$DATA/kernels" "$DATA/packages" "$TMP/data"
cp -r "$DATA/tests/fixtures/faulty" "$DATA/tests/fixtures/slower" "$TMP/data/kernels/series/"
export BOOTLAB_DATA=$TMP/data
small="--set memory=256M --set bar=1G --testbed-memory 1G"

# shellcheck disable=SC2086 # the settings are words
status "a check of faulty kernels ends in status 1" 1 "$BOOTLAB" kernel check faulty \
	$small --db "$db"
verdicts=$(cat "$OUT")
like "the first breaks a gate" "$verdicts" "6\.1\+faulty/1 +BREAKS: gate"
like "the second another" "$verdicts" "6\.1\+faulty/2 +BREAKS: gate"
like "the third breaks the run" "$verdicts" "6\.1\+faulty/3 +BREAKS: run"
table=$("$BOOTLAB" report --db "$db")
is "all of it ran" "$(sql "SELECT count(*) FROM sample WHERE status = 'failed'")" 3
like "a leaked pin is named" "$(reason 6.1+faulty/1)" \
	"gate pins_balanced: .*65536 pages pinned, 65535 released"
like "so is the memory that stays locked" "$(reason 6.1+faulty/1)" "gate locked_memory_counted"
like "a warning is named" "$(reason 6.1+faulty/2)" "gate dmesg_clean: .*WARNING"
like "a panic is told with the end of the console" "$(reason 6.1+faulty/3)" \
	"went off before its agent had ended; its console:.*Kernel panic.*planted: map of"
is "none of them is averaged" "$(sql 'SELECT count(*) FROM measurement')" 0
like "the report counts them" "$table" "3 failed"
# In the order that they ran in, which is random.
for why in "pins_balanced: 65536" "dmesg_clean: *WARNING" "planted: map of"; do
	like "and says why: $why" "${table//$'\n' /}" "$why"
done
sample=$(sql "SELECT id FROM sample WHERE reason LIKE '%panic%'")
ok "the console of a failed sample can be read" "$BOOTLAB" report --log "$sample" --db "$db"
like "as a whole" "$(cat "$OUT")" "Linux version 6\.1.*planted: map of"

# Run folders that nobody would find.
lockless() {
	local folder
	for folder in "${TMPDIR:-/tmp}/bootlab-$(id -u)"/*/; do
		[ ! -d "$folder" ] || [ -e "${folder%/}.lock" ] || echo "$folder"
	done
}
before=$(lockless)
# shellcheck disable=SC2086
ok "a check boots kernels of one series and of the next" "$BOOTLAB" kernel check slower slower \
	$small --db "$TMP/two.db"
is "which leaves no more than the first did" "$(lockless)" "$before"

# A testbed that says nothing in time.
sed -i 's/deadline: [0-9]*/deadline: 2/' "$TMP/data/scenarios/vfio-pin.yaml"
db=$TMP/hung.db
# shellcheck disable=SC2086
status "a testbed past its deadline ends in status 1" 1 "$BOOTLAB" run vfio-pin -k 6.1 -n 1 \
	$small --db "$db"
like "and is named" "$(sql 'SELECT reason FROM sample')" "testbed hung: no end within 2 s"
is "nothing of it is left" "$(stale_runs)" 0

done_testing
