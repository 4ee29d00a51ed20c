#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run.sh FOLDER SECONDS: runs the fuzzers of a folder, one after another, so long in all. What they
# start from is made here, of the fixtures. What crashes one is kept in the folder, and named.
set -eu
export LC_ALL=C
data=$(cd "$(dirname "$0")/../.." && pwd)
bootlab=${BOOTLAB:-$data/bootlab}
folder=$(cd "$1" && pwd)
seconds=$2
fixtures=$data/tests/fixtures
# Every input is a transaction: in memory, it need not wait for a disk.
[ ! -w /dev/shm ] || export TMPDIR=/dev/shm
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# An input of each kind that is as it should be.
seeds() {
	mkdir "$tmp"/{csv,json,pft,fio,bundle,db,event}
	sqlite3 "$tmp/db/campaigns" <"$fixtures/fake-campaigns.sql"
	"$bootlab" db migrate --db "$tmp/db/campaigns" >/dev/null
	rm "$tmp"/db/*.schema-*
	"$bootlab" export --db "$tmp/db/campaigns" -o "$tmp/bundle/campaigns" >/dev/null
	"$bootlab" report 1 --db "$tmp/db/campaigns" --format csv >"$tmp/csv/report" 2>/dev/null
	echo '[{"metric": "m", "value": 3, "unit": "s", "kernel": "k", "scenario": "s", "iteration": 1,
		"params": {"memory": "2G"}, "time": "2026-01-31T12:00:00Z"}]' >"$tmp/json/array"
	cp "$fixtures"/import/pft-*.log "$tmp/pft"
	cp "$fixtures/fio.json" "$tmp/fio"
	echo '{"v": 2, "ev": "metric", "t": 1, "name": "m", "value": 1, "unit": "s",
		"better": "lower"}' | tr -d '\n' >"$tmp/event/metric"
}

fuzz() { # name seconds
	echo "# fuzz-$1, $2 s"
	mkdir -p "$folder/corpus/$1"
	"$folder/fuzz-$1" -max_total_time="$2" -print_final_stats=1 -verbosity=0 -timeout=20 \
		-artifact_prefix="$folder/crash-$1-" "$folder/corpus/$1" "$tmp/$1" >"$tmp/log" 2>&1 ||
		{ cat "$tmp/log"; exit 1; }
	grep number_of_executed_units "$tmp/log"
}

seeds
kinds=(csv json pft fio bundle db event)
for kind in "${kinds[@]}"; do
	fuzz "$kind" $((seconds / ${#kinds[@]}))
done
