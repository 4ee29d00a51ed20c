#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A guest larger than the memory that it is made of: small, with 1 GiB for 9. And that nothing but
# the guest's RAM may lie there: three ways to break that, each caught by a gate.
. "$(dirname "$0")/tap.sh"

db=$TMP/lab.db
sql() { sqlite3 "$db" "$1"; }
reason() { sql "SELECT reason FROM sample ORDER BY id DESC LIMIT 1"; }

mkdir -p "$TMP/data"
cp -r "$DATA/scenarios" "$DATA/kernels" "$DATA/packages" "$TMP/data"
cp -r "$DATA/tests/fixtures/stray" "$TMP/data/kernels/series/"
export BOOTLAB_DATA=$TMP/data
for big in pin boot; do
	sed -i 's/alias: {size: 2G, total: 322G}/alias: {size: 1G, total: 9G}/; s/memory: 9G/memory: 3G/' \
		"$TMP/data/scenarios/vfio-$big-320g.yaml"
done
run() { "$BOOTLAB" run "$1" -n 1 --alias always --set memory=8G --set bar=1G --db "$db" "${@:2}"; }

ok "8 GiB are pinned with 1" run vfio-pin-320g -k 6.1
report=$("$BOOTLAB" report --db "$db")
like "the report says that contents alias" "$report" "contents aliased,"
like "and of what" "$report" "the[[:space:]]+same[[:space:]]+1[[:space:]]+GiB[[:space:]]+9[[:space:]]+times"
is "all of it was mapped as one" "$(sql "SELECT count(*) FROM span WHERE name = 'dma_map' AND
	bytes = 8589934592")" 1
is "every gate about the node was checked, and held" "$(sql "SELECT group_concat(name, ' ') FROM
	(SELECT name FROM gate WHERE name LIKE 'node_%' AND ok ORDER BY name)")" \
	"node_filled node_only_guest node_released node_untouched"
like "by what the kernel counts" "$(sql "SELECT evidence FROM gate WHERE name = 'node_filled'")" \
	"^2097152 pages are in use on node 1, 2097152 of them are"

ok "a guest of 8 GiB boots with 3" run vfio-boot-320g -k 6.1
is "it reached its userspace" "$(sql "SELECT count(*) FROM mark WHERE name = 'guest_init'")" 1
is "all its memory was pinned" "$(sql "SELECT sum(bytes) >= 8589934592 - 4194304 FROM span WHERE
	name = 'dma_map' AND kind = 'ram'")" 1

status "memory that is not on the node is found out" 1 run vfio-pin-320g -k 6.1 \
	--set node=0 --set memory=512M
like "by its gate" "$(reason)" "gate node_filled: [0-9]+ pages are in use on node 0, 131[0-9]{3} of them"

status "so is a page that the kernel takes from it, even for an instant" 1 run vfio-pin-320g \
	-k 6.1+stray
like "with who took it" "$(reason)" "gate node_only_guest: somebody allocated there: .*order=0"

sed -i 's/alias: {/cmdline: "memhp_default_state=online", alias: {/' \
	"$TMP/data/scenarios/vfio-pin-320g.yaml"
status "DIMMs that came online one by one are not used" 1 run vfio-pin-320g -k 6.1
like "since the kernel put its records of one on the other" "$(reason)" "gate node_untouched: "
is "so nothing was mapped" "$(sql "SELECT count(*) FROM span WHERE sample =
	(SELECT max(id) FROM sample)")" 0

cp "$DATA/scenarios/vfio-pin-320g.yaml" "$TMP/data/scenarios/"
sed -i 's/alias: {size: 2G, total: 322G}/alias: {size: 1G, total: 2G}/; s/memory: 9G/memory: 3G/' \
	"$TMP/data/scenarios/vfio-pin-320g.yaml"
ok "where there is the memory, it is all real" run vfio-pin-320g -k 6.1 --alias never \
	--set memory=1G
like "which the report says" "$("$BOOTLAB" report --db "$db")" "contents real"
status "--alias takes a word of three" 2 run vfio-pin-320g -k 6.1 --alias perhaps

done_testing
