#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# SIGKILL and Ctrl-C in the middle of a sample: nothing is left running, nothing is lost, and
# the campaign goes on.
. "$(dirname "$0")/tap.sh"

db=$TMP/lab.db
log=$TMP/log
sql() { sqlite3 "$db" "$1" 2>/dev/null; }
mine="${TMPDIR:-/tmp}/bootlab-$(id -u)"
machines() { grep -lsa "guest=[b]ootlab-$1-" /proc/[0-9]*/cmdline | wc -l; }

# Waits (two minutes at most) until a condition holds.
wait_for() {
	local end=$((SECONDS + 120))
	until "$@"; do
		[ $SECONDS -lt $end ] || return 1
		sleep 0.1
	done
}
has_machine() { [ "$(machines "$pid")" -gt 0 ]; }
no_machine() { [ "$(machines "$pid")" = 0 ]; }
folder_gone() { ! compgen -G "$mine/$pid-*" >/dev/null; }
one_done() { [ "$(sql "SELECT count(*) FROM sample WHERE status = 'done'")" -ge 1 ]; }

start() {
	"$BOOTLAB" run "$@" >"$log" 2>&1 &
	pid=$!
}

ok "the kernels are there" "$BOOTLAB" kernel build 6.1 6.1+pfnmap-fast
start vfio-pin -k 6.1 -k 6.1+pfnmap-fast -n 2 --set memory=256M --set bar=1G \
	--testbed-memory 1G --db "$db"
ok "a first sample is stored" wait_for one_done
ok "the next testbed runs" wait_for has_machine
kill -KILL $pid
wait $pid 2>/dev/null
ok "after SIGKILL the testbed is reaped" wait_for no_machine
ok "and its run folder" wait_for folder_gone
is "the db is sound" "$(sql 'PRAGMA integrity_check')" ok
before=$(sql "SELECT id, ended FROM sample WHERE status = 'done' ORDER BY id")

start --resume --db "$db"
ok "resumed, the next testbed runs" wait_for has_machine
kill -INT $pid
wait $pid
is "after Ctrl-C the exit status says so" $? 130
is "the testbed is gone with it" "$(machines "$pid")" 0
like "and it tells how to go on" "$(cat "$log")" "run --resume"

ok "resumed again, it ends" "$BOOTLAB" run --resume --db "$db"
is "every sample is there once" "$(sql "SELECT count(*), count(DISTINCT position) FROM sample
	WHERE status = 'done'")" "4|4"
is "each cell has each iteration once" \
	"$(sql 'SELECT count(DISTINCT cell || "/" || iteration) FROM sample')" 4
ids=$(echo "$before" | cut -d'|' -f1 | paste -sd,)
is "what was done before was not done again" \
	"$(sql "SELECT id, ended FROM sample WHERE id IN ($ids) ORDER BY id")" "$before"
status "and there is nothing more to resume" 2 "$BOOTLAB" run --resume --db "$db"

done_testing
