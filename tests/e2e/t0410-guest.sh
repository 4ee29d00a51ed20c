#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A real guest with the device passed through, on a real testbed, on both kernels.
. "$(dirname "$0")/tap.sh"

db=$TMP/lab.db
sql() { sqlite3 "$db" "$1"; }

ok "ab of a guest's boot" "$BOOTLAB" ab 6.1 6.1+pfnmap-fast -s vfio-boot -n 1 \
	--set memory=512M --set bar=4G --db "$db"
like "the table has the time to the guest's init" "$(cat "$OUT")" "time_to_guest_init"
is "both guests reached their userspace" \
	"$(sql "SELECT count(*) FROM mark WHERE name = 'guest_init'")" 2
is "the marks are in the order of a boot" "$(sql "SELECT group_concat(name, ' ') FROM
	(SELECT name FROM mark WHERE sample = (SELECT min(id) FROM sample) AND name IN
	('qemu_exec', 'vcpu_first_run', 'guest_kernel', 'guest_init') ORDER BY t)")" \
	"qemu_exec vcpu_first_run guest_kernel guest_init"
is "the guest saw the device" "$(sql "SELECT count(*) FROM gate WHERE name = 'guest_device' AND ok")" 2
is "the BAR was mapped as a whole, by both kernels" \
	"$(sql "SELECT count(DISTINCT sample) FROM span WHERE name = 'dma_map' AND kind = 'bar'
	AND bytes = 4294967296")" 2
is "all guest memory was pinned" \
	"$(sql "SELECT count(*) FROM (SELECT sample FROM span WHERE name = 'dma_map' AND
	kind = 'ram' GROUP BY sample HAVING sum(bytes) >= 500000000)")" 2
for plot in "$TMP"/lab-plots/*.png "$TMP"/lab-plots/*.svg; do
	ok "plot $(basename "$plot") is there" test -s "$plot"
done

done_testing
