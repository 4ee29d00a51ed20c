#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# How long reports of a made-up campaign of a million samples take, each form of them, and how
# many times as long as that of a thousand.
. "$(dirname "$0")/begin.bash"

# Campaigns 101 and 102, of the same cells; .parameter says how many samples.
sqlite3 samples.db <"$data/tests/fixtures/fake-campaigns.sql"
"$bootlab" run --resume --db samples.db >made 2>&1 || [ $? = 2 ] # brings it up to date
for campaign in "101 1000000" "102 1000"; do
	read -r id samples <<<"$campaign"
	sqlite3 samples.db -cmd ".parameter set :campaign $id" -cmd ".parameter set :samples $samples" \
		<"$data/tests/bench/million-samples.sql"
done

# Seconds of wall clock and of CPU.
TIMEFORMAT="%R %U %S"
took() { { time "$bootlab" report "$1" --db samples.db --format "$2" --plots plots >out 2>err; } 2>&1; }
took_alone() { { time "$bootlab" report "$1" --db samples.db --format "$2" >out 2>err; } 2>&1; }

printf '%-18s %8s %8s %18s\n' "a million samples" "wall s" "CPU s" "of a thousand, s"
for format in text cover markdown json html mmtests commit csv; do
	run=took_alone
	[ $format != text ] || run=took # as it is by default: with plots
	$run 101 $format >first # the file is in memory then, as after a campaign
	read -r wall user sys <<<"$($run 101 $format)"
	read -r thousand _ <<<"$($run 102 $format)"
	awk -v f=$format -v w="$wall" -v u="$user" -v s="$sys" -v t="$thousand" \
		'BEGIN { printf "%-18s %8.2f %8.2f %18.2f\n", f, w, u + s, t }'
done
