#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Every form of a report, of recorded (made-up) campaigns, byte by byte as it is stored in
# tests/fixtures/golden. UPDATE_GOLDEN=1 stores what there is now: look at the difference.
. "$(dirname "$0")/tap.sh"

golden=$DATA/tests/fixtures/golden
cd "$TMP" || exit
sqlite3 fake.db <"$DATA/tests/fixtures/fake-campaigns.sql"
"$BOOTLAB" run --resume --db fake.db >/dev/null 2>&1
ok "the recorded campaigns are read in" sh -c "sqlite3 fake.db <'$DATA/tests/fixtures/fake-sweeps.sql'"
is "and refer to nothing that is not there" "$(sqlite3 fake.db 'PRAGMA foreign_key_check')" ""

# A picture is gnuplot's: only what is around it is compared.
without_pictures() { sed '/<svg/,/<\/svg>/d'; }

same() { # name campaign options...
	local name=$1
	shift
	"$BOOTLAB" report "$@" --db fake.db --plots plots 2>err | without_pictures >got
	[ -z "${UPDATE_GOLDEN:-}" ] || cp got "$golden/$name"
	ok "report $* is as stored" diff -u "$golden/$name" got
}

# The pictures' data is made here; how it is drawn is gnuplot's matter.
"$BOOTLAB" report 3 --db fake.db --plots drawn >/dev/null 2>&1
"$BOOTLAB" report 5 --db fake.db --plots drawn >/dev/null 2>&1
for plot in vfio-pin-memory-1G-pin_time-speedup vfio-pin-memory-1G-pin_time-samples \
	vfio-pin-memory-1G-pin_threads-2-dma-calls munmap-thp-munmap-samples; do
	for suffix in dat gp; do
		[ -z "${UPDATE_GOLDEN:-}" ] || cp "drawn/$plot.$suffix" "$golden/"
		ok "$plot.$suffix is as stored" diff -u "$golden/$plot.$suffix" "drawn/$plot.$suffix"
	done
	ok "$plot.png is drawn" test -s "drawn/$plot.png"
done

for campaign in 1 2 3 4 5 6; do
	for format in text cover markdown csv json html mmtests commit; do
		same "$campaign.$format" $campaign --format $format
	done
done
same 1-2.json 1 2 --format json
same 3-relative.cover 3 --format cover --relative-to 6.1+pin-parallel/1
same 7.text 7
same 7.cover 7 --format cover
same 7-relative.cover 7 --format cover --relative-to 6.1
same 5-pairs.cover 5 --format cover --metric munmap --metric stall_max
same 1-welch.text 1 --test welch

# The tables of a mail are read at 75 columns.
wide() { LC_ALL=C.UTF-8 grep -E '.{76}' "$golden/$1"; }
is "a cover letter of two kernels is at most 75 columns wide" "$(wide 3.cover)" ""
is "and so is what a commit message takes" "$(for n in 1 2 3 5 6; do wide $n.commit; done)" ""
is "every line of the CSV ends as RFC 4180 wants it" "$(grep -vc $'\r$' "$golden/3.csv")" 0
is "every value of each counted sample is a line of it" \
	"$(sqlite3 fake.db 'SELECT count(*) + 1 FROM measurement WHERE campaign = 3')" \
	"$(wc -l <"$golden/3.csv")"
is "the CSV is read by others" "$(sqlite3 :memory: -cmd ".import --csv $golden/3.csv t" \
	"SELECT count(*) FROM t WHERE metric = 'pin_time' AND sample = 3212 AND unit = 's'")" 1
is "the JSON too" "$(sqlite3 :memory: "SELECT json_valid(CAST(readfile('$golden/3.json') AS TEXT))")" 1
is "no outside file is needed for the HTML" "$(grep -cE '(src|href)="?(http|//|[a-z/]+\.(css|js|svg|png))' "$golden/3.html")" 0

status "a regression ends --check in status 1" 1 "$BOOTLAB" report 6 --check --db fake.db
status "a larger threshold does not" 0 "$BOOTLAB" report 6 --check --threshold 20 --db fake.db
status "equal kernels are none" 0 "$BOOTLAB" report 4 --check --db fake.db
like "an outlier is named with its reason" "$(cat "$golden/3.cover")" \
	"sample 3418, .*modified z-score \+12"
like "warm-up samples are told and not counted" "$(cat "$golden/3.cover")" "48 good.*8 to warm up"

done_testing
