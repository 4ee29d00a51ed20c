#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# munmap-thp, small: on x86, with a kernel that leaks, and on ppc64le where that is set up.
. "$(dirname "$0")/tap.sh"

db=$TMP/lab.db
sql() { sqlite3 "$db" "$1"; }
small="--set size=64M --testbed-memory 512M"

# --- this machine's own architecture ---
# shellcheck disable=SC2086 # the settings are words
ok "munmap-thp with one thread and with two" "$BOOTLAB" run munmap-thp -k 6.1 -n 1 \
	--set threads=1,2 $small --db "$db"
like "the table has the munmap's time" "$(cat "$OUT")" "munmap_time"
is "both samples are good" "$(sql "SELECT count(*) FROM sample WHERE status = 'done'")" 2
is "only with other threads can one be stalled" \
	"$(sql "SELECT json_extract(params, '\$.threads') FROM measurement JOIN sample ON
		sample.id = sample JOIN cell ON cell.id = sample.cell WHERE metric = 'longest_stall'")" 2
is "the memory was huge pages, and came back" "$(sql "SELECT count(*) FROM gate WHERE ok AND
	(name = 'memory_back' OR name = 'thp_covered' AND evidence LIKE '67108864 of %')")" 4
is "no device was passed through, and so there is no IOMMU" "$(sql "SELECT count(*) FROM artifact
	WHERE name = 'console.log' AND text LIKE '%DMAR: IOMMU%'")" 0

# --- a kernel that keeps memory ---
mkdir -p "$TMP/data"
cp -r "$DATA/scenarios" "$DATA/kernels" "$DATA/packages" "$TMP/data"
cp -r "$DATA/tests/fixtures/leaky" "$TMP/data/kernels/series/"
db=$TMP/leaky.db
# shellcheck disable=SC2086
BOOTLAB_DATA=$TMP/data status "memory that does not come back ends in status 1" 1 \
	"$BOOTLAB" run munmap-thp -k 6.1+leaky -n 1 --set threads=1 $small --db "$db"
like "and is named" "$(sql 'SELECT reason FROM sample')" \
	"gate memory_back: [0-9]+ kB fewer free than before"

# --- another architecture ---
db=$TMP/ppc.db
status "a scenario does not run on what it is not for" 2 "$BOOTLAB" run vfio-pin \
	-k 6.1-ppc64le -n 1 --db "$db"
like "which names both" "$(cat "$OUT")" "6\.1-ppc64le.* ppc64le.*scenario 'vfio-pin'"

missing=
[ -x "$DATA/build/ppc64le/agent" ] || missing="make agent-ppc64le"
for program in powerpc64le-linux-gnu-gcc qemu-system-ppc64; do
	command -v $program >/dev/null || missing="make agent-ppc64le"
done
if [ -n "$missing" ]; then
	skip "testbeds of ppc64le" "not set up here: $missing"
else
	# shellcheck disable=SC2086
	status "KVM is not for another architecture" 2 "$BOOTLAB" run munmap-thp -k 6.1-ppc64le \
		-n 1 --set threads=2 $small --accel kvm --db "$db"
	like "which names it" "$(cat "$OUT")" "testbed of ppc64le cannot have .* kvm"
	db=$TMP/ppc2.db
	# shellcheck disable=SC2086
	ok "munmap-thp on ppc64le" "$BOOTLAB" run munmap-thp -k 6.1-ppc64le -n 1 \
		--set threads=2 $small --db "$db"
	is "its sample is good" "$(sql "SELECT status FROM sample")" "done"
	like "the environment says what it ran on" "$(sql 'SELECT facts FROM environment')" \
		'"testbed_arch":"ppc64le"'
	like "and it was POWER9" "$(sql "SELECT text FROM artifact WHERE name = 'console.log'")" \
		"radix-mmu.*POWER9"
fi

is "no run folder is left" "$(stale_runs)" 0
done_testing
