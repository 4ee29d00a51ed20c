#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A kernel against itself on real testbeds, with samples to warm up, and until a mean is better
# known than it can be.
. "$(dirname "$0")/tap.sh"

db=$TMP/lab.db
small="--set memory=64M --set bar=64M --testbed-memory 512M"
sql() { sqlite3 "$db" "$1" 2>/dev/null; }

# shellcheck disable=SC2086 # the settings are words
ok "a kernel is compared with itself" "$BOOTLAB" aa 6.1 -s vfio-pin -n 2 --warmup 1 \
	--until 0.001 --max-iterations 3 $small --seed 7 --db "$db"
text=$(tr -s '[:space:]' ' ' <"$OUT")
is "one sample of each side was to warm up, before all others" \
	"$(sql 'SELECT group_concat(warmup, "") FROM (SELECT warmup FROM sample ORDER BY position)')" \
	11000000
is "the others went on as far as they may" \
	"$(sql "SELECT side, count(*) FROM sample JOIN cell ON cell.id = cell
		WHERE status = 'done' AND NOT warmup GROUP BY side")" "0|3
1|3"
is "those alone have values" "$(sql 'SELECT count(DISTINCT sample) FROM measurement')" 6
like "both sides have a column" "$text" "6\.1 \(n=3\) 6\.1 \(again\) \(n=3\)"
like "it is told how often they were shown to differ" "$text" \
	"Equal kernels, [0-9]+ comparisons: 0 shown as different"
like "what was to warm up is told" "$text" "6 good, 0 failed, 2 to warm up"
like "and how near the goal came" "$text" \
	"Goal the mean of each scenario's headline known to ±0\.001%, of at most 3 samples each"
like "or did not" "$text" "the worst kernel's\\), not reached"
like "the headline is what stands below the table" "$text" "pin_time of 6\.1 \(again\): "
is "it is in the db" "$(sql "SELECT DISTINCT definition->>'headline' FROM scenario")" pin_time
status "what reached its goal has nothing to resume" 2 "$BOOTLAB" run --resume --db "$db"

# What a collector disturbs has no time to warm up for. The plan tells: it need not run.
db=$TMP/plan.db
planned() { [ -n "$(sql 'SELECT 1 FROM sample LIMIT 1')" ]; }
# shellcheck disable=SC2086
"$BOOTLAB" run vfio-pin -k 6.1 -n 1 --warmup 2 -c off-cpu $small --db "$db" >"$OUT" 2>&1 &
end=$((SECONDS + 60))
until planned || [ $SECONDS -ge $end ]; do sleep 0.1; done
kill -INT $!
wait $!
is "samples for a collector are not warmed up" \
	"$(sql "SELECT n.name, sum(warmup), count(*) FROM sample JOIN cell AS c ON c.id = cell
		JOIN scenario AS n ON n.id = c.scenario GROUP BY 1 ORDER BY 1")" "vfio-pin|2|3
vfio-pin:off-cpu|0|1"
is "no run folder is left" "$(stale_runs)" 0

done_testing
