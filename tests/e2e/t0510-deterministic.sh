#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Testbeds whose clock counts instructions: equal kernels are equal digit for digit, on whatever
# else this machine does meanwhile, and half a percent more instructions cannot hide.
. "$(dirname "$0")/tap.sh"

db=$TMP/lab.db
sql() { sqlite3 "$db" "$1"; }
small="--deterministic --set memory=64M --set bar=64M --testbed-memory 512M --db $db"

# All that a campaign measured of 6.1: each value with all of its digits.
values() { # campaign side
	sql "SELECT metric, unit, printf('%.17g', value) FROM measurement AS m
		JOIN cell ON cell.id = m.cell JOIN kernel ON kernel.id = cell.kernel
		WHERE m.campaign = $1 AND side = $2 AND kernel.name = '6.1' ORDER BY 1"
}

# --- nothing but the kernel ---
# shellcheck disable=SC2086 # the settings are words
ok "a kernel against itself shows no difference" "$BOOTLAB" aa 6.1 -s vfio-pin $small
table=$(cat "$OUT")
is "one sample of each side is enough" "$(sql "SELECT count(*) FROM sample WHERE status = 'done'")" 2
like "equal is told as equal" "$table" "map_ram +[0-9.]+ m?s += +[0-9.]+ m?s"
like "none of the comparisons is" "$table" "Equal kernels, [0-9]+ comparisons: 0 different"
like "the verdict is about all of them" "$table" "no regression shown: [0-9]+ comparisons without"
like "the report says what its times are" "$table" \
	"deterministic \(icount\).*instructions[[:space:]]+at[[:space:]]1[[:space:]]per[[:space:]]ns"
first=$(values 1 0)
like "the BAR's map is among what was measured" "$first" "map_bar\|s\|0\.[0-9]+"
is "both sides are equal digit for digit" "$(values 1 1)" "$first"
is "the load of this machine is no value of theirs" \
	"$(sql "SELECT count(*) FROM metric WHERE name = 'host_other_load'")" 0

# shellcheck disable=SC2086
ok "the same kernel in another campaign" "$BOOTLAB" run vfio-pin -k 6.1 $small
is "is equal digit for digit, too" "$(values 2 0)" "$first"
is "the db knows that the campaigns were deterministic" "$(sql "SELECT count(*) FROM scenario
	WHERE definition->>'\$.testbed.deterministic' = 1")" 1
is "no run folder is left" "$(stale_runs)" 0

# --- half a percent ---
mkdir -p "$TMP/data"
cp -r "$DATA/scenarios" "$DATA/kernels" "$DATA/packages" "$TMP/data"
cp -r "$DATA/tests/fixtures/slower" "$TMP/data/kernels/series/"
# shellcheck disable=SC2086
BOOTLAB_DATA=$TMP/data status "half a percent more instructions end in status 1" 1 \
	"$BOOTLAB" ab 6.1 6.1+slower -s vfio-pin $small
like "and are named" "$(cat "$OUT")" "regression: +vfio-pin, +map_ram +of +6\.1\+slower: +\+0\.[4-6]"
is "the base is as it was" "$(values 3 0)" "$first"

# --- several CPUs, in turn ---
db=$TMP/two.db
# What one sample of 6.1+pin-parallel with so many threads tells, in instructions.
told() { # threads metric [campaign [iteration]]
	sql "SELECT CAST(round(value * 1e9) AS INTEGER) FROM measurement AS m
		JOIN cell ON cell.id = m.cell
		WHERE m.campaign = ${3:-1} AND m.iteration = ${4:-1} AND params->>'\$.threads' = $1 AND metric = '$2'"
}
two="run vfio-pin -k 6.1+pin-parallel --deterministic --set memory=256M --set bar=64M -t 1,2
	--testbed-memory 1G --db $db"
# shellcheck disable=SC2086
ok "one and two threads of the kernel" "$BOOTLAB" $two
table=$(cat "$OUT")
like "are told in what all CPUs do" "$table" "instructions[[:space:]]+of[[:space:]]+all"
like "and as if these were side by side" "$table" "projected\.map_ram +[0-9.]+ ms"
is "with a CPU for each" "$(sql "SELECT count(*) FROM artifact WHERE name = 'console.log'
	AND text LIKE '%Brought up 1 node, 2 CPUs%'")" 2
within() { # description less more
	ok "$1" test "$2" -le "$3"
}
within "two work less long than one" "$(($(told 2 projected.map_ram) * 10))" \
	"$(($(told 1 projected.map_ram) * 9))"
within "but not half as long, for one chunk comes first" "$(told 1 projected.map_ram)" \
	"$(($(told 2 projected.map_ram) * 2))"
within "the busiest not longer than the whole" "$(told 2 projected.map_ram.path)" \
	"$(told 2 projected.map_ram)"
within "the whole not longer than one after the other" "$(told 2 projected.map_ram)" \
	"$(told 2 map_ram)"
is "work, waiting and sleep are the two threads' time" \
	"$(($(told 2 projected.map_ram.cpu) + $(told 2 projected.map_ram.lock_wait) +
		$(told 2 projected.map_ram.sleep) - $(told 2 projected.map_ram) * 2))" 0
within "one CPU's clock tells what it does" "$(told 1 projected.map_ram)" \
	"$(($(told 1 map_ram) * 1001 / 1000))"
within "all of it" "$(told 1 map_ram)" "$(($(told 1 projected.map_ram) * 1001 / 1000))"
ok "cover has a table" "$BOOTLAB" report --db "$db" --format cover
like "that says what it is of" "$(cat "$OUT")" "speedup +projected ms"
# shellcheck disable=SC2086
ok "the same in another campaign, until it is known well" "$BOOTLAB" $two --until 50
is "is equal to the instruction" "$(told 2 projected.map_ram 2) $(told 2 map_ram 2)" \
	"$(told 2 projected.map_ram) $(told 2 map_ram)"
second=$(told 2 projected.map_ram 2 2)
ok "in its second iteration CPUs meet otherwise" \
	test "${second:-none}" != none -a "$second" != "$(told 2 projected.map_ram 2)"

ok "threads of a program, that wait awake" "$BOOTLAB" run munmap-thp -k 6.1 -t 2 --deterministic \
	--set size=64M --db "$db"
like "are run, too" "$(cat "$OUT")" "projected\.munmap_time +[0-9.]+ "
db=$TMP/lab.db

# --- what such a testbed has not ---
planned=$(sql 'SELECT count(*) FROM sample')
# shellcheck disable=SC2086
status "a guest is refused" 2 "$BOOTLAB" run vfio-boot -k 6.1 --deterministic --db "$db"
like "for want of the host's root" "$(cat "$OUT")" "vfio-boot .* nothing but its initramfs"
# shellcheck disable=SC2086
status "KVM is refused" 2 "$BOOTLAB" run vfio-pin -k 6.1 --accel kvm $small
like "since it cannot count" "$(cat "$OUT")" "--deterministic .*kvm"
is "nothing of these was planned" "$(sql 'SELECT count(*) FROM sample')" "$planned"

done_testing
