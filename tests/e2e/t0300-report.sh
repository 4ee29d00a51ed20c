#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Reports of recorded (made-up) campaigns: no testbed is needed.
. "$(dirname "$0")/tap.sh"

db=$TMP/fake.db
sqlite3 "$db" <"$DATA/tests/fixtures/fake-campaigns.sql"
status "a command that writes brings an older db up to date" 2 "$BOOTLAB" run --resume --db "$db"
like "and finds nothing to resume" "$(cat "$OUT")" "no unfinished campaign"

report() { "$BOOTLAB" report --db "$db" "$@" 2>"$TMP/err"; }

ok "report of a campaign" "$BOOTLAB" report 1 --db "$db"
text=$(report 1)
like "both kernels have a column" "$text" "6\.1 \(n=3\) +6\.1\+pfnmap-fast \(n=3\)"
like "mean, spread and speedup" "$text" \
	"time_to_guest_init +24\.6 s +\(± 4\.1%\) +2\.8x\? +8\.92 s +\(± 2\.0%\)"
like "the BAR's pin time stands apart" "$text" "pin_time_bar +18724 ms .* 796\.1x\? +23\.5 ms"
like "parameters are told" "$text" "^vfio-boot, memory 1G, bar 16G +6 good samples, 0 failed"
like "emulation is told" "$text" "absolute times are those of an emulated machine"
like "the way to reproduce is told" "$text" \
	"Reproduce +bootlab ab 6\.1 6\.1\+pfnmap-fast -s vfio-boot -n 3"
is "it is at most 75 columns wide" \
	"$(LC_ALL=C.UTF-8 grep -E '.{76}' <<<"$text" | grep -v '^Data ')" ""
is "a report is the same each time" "$(report 1)" "$text"

like "the newest campaign is the default" "$(report)" "campaign 2$"
like "its failed sample is counted" "$(report)" "5 good samples, 1 failed"
like "and named with its reason" "$(report)" \
	"6\.1\+pfnmap-fast, vfio-boot, .*iteration 2:[[:space:]]+gate.*Bad page state"
like "the base can be chosen" "$(report 1 --relative-to 6.1+pfnmap-fast)" \
	"6\.1\+pfnmap-fast \(n=3\) +6\.1 \(n=3\)"

for suffix in svg png gp dat; do
	ok "a plot's .$suffix lies beside the db" \
		test -s "$TMP/fake-plots/vfio-boot-memory-1G-bar-16G-phases.$suffix"
done
report 1 >"$OUT"
like "plots are named on stderr" "$(cat "$TMP/err")" "fake-plots/vfio-boot.*phases\.svg"
ok "--plots takes a folder" report 1 --plots "$TMP/elsewhere"
ok "and plots go there" test -s "$TMP/elsewhere/vfio-boot-memory-1G-bar-16G-phases.svg"
rm "$TMP"/elsewhere/*.svg
ok "a plot can be drawn again from its folder" sh -c "cd '$TMP/elsewhere' &&
	gnuplot vfio-boot-memory-1G-bar-16G-phases.gp && test -s vfio-boot-memory-1G-bar-16G-phases.svg"

report 1 --json >"$TMP/report.json"
json() { sqlite3 :memory: "SELECT json_extract(CAST(readfile('$TMP/report.json') AS TEXT), '$1')"; }
is "--json has the numbers" "$(json '$.tables[0].metrics[1].kernels[0].n')" 3
is "--json has the base" "$(json '$.base')" 6.1
is "--json has the facts" "$(json '$.campaign.environments[0].facts.accelerator')" tcg

like "--list, newest first" "$(report --list | head -1)" "^ +2 .* 5 good +1 failed +0 to run"
is "--list has all" "$(report --list | wc -l)" 2

early=$(report 1 | :; echo "${PIPESTATUS[0]}")
is "a reader that stops early, as head does, is no failure" "$early$(grep error "$TMP/err")" 0

status "no db" 2 "$BOOTLAB" report --db "$TMP/none.db"
like "is named with the remedy" "$(cat "$OUT")" "none\.db: there is none: bootlab ab"
status "no such campaign" 2 "$BOOTLAB" report 77 --db "$db"
like "is named with the remedy" "$(cat "$OUT")" "no campaign 77: bootlab report --list"
status "a campaign that is no number" 2 "$BOOTLAB" report newest --db "$db"
like "two campaigns are reported one after the other" "$(report 1 2)" "campaign 1.*campaign 2$"
like "of few samples it says how many it takes" "$text" "too[[:space:]]+few .*-n 6 could"
status "without a regression shown --check is content" 0 "$BOOTLAB" report 1 --check --db "$db"
status "an unknown format" 2 "$BOOTLAB" report 1 --format odt --db "$db"
like "lists those there are" "$(cat "$OUT")" "odt: there are text, cover, markdown"
status "an unknown metric" 2 "$BOOTLAB" report 1 --format cover --metric speed --db "$db"
like "lists those there are" "$(cat "$OUT")" "speed: there are time_to_guest_boot, "
status "an unknown test" 2 "$BOOTLAB" report 1 --test f --db "$db"
status "an unknown base" 2 "$BOOTLAB" report 1 --relative-to 9.9 --db "$db"
like "lists those there are" "$(cat "$OUT")" "9\.9.*6\.1, 6\.1\+pfnmap-fast"
sqlite3 "$TMP/foreign.db" "CREATE TABLE mine (x)"
sum=$(sha256sum <"$TMP/foreign.db")
status "another program's db" 2 "$BOOTLAB" report --db "$TMP/foreign.db"
like "is refused" "$(cat "$OUT")" "not one of bootlab's"
is "and left as it was" "$(sha256sum <"$TMP/foreign.db")" "$sum"
version=$(sqlite3 "$db" "PRAGMA user_version")
sqlite3 "$db" "PRAGMA user_version = 999"
status "a newer db" 2 "$BOOTLAB" report --db "$db"
like "is refused with the remedy" "$(cat "$OUT")" "schema 999.*use the bootlab that wrote it"
status "plots into a file" 2 sh -c "sqlite3 '$db' 'PRAGMA user_version = $version';
	'$BOOTLAB' report 1 --db '$db' --plots '$db'"

done_testing
