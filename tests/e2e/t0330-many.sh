#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Reports of a made-up campaign of 40000 samples: all of them count, what is listed and drawn is
# bounded, and what is left out is told.
. "$(dirname "$0")/tap.sh"

cd "$TMP" || exit
sqlite3 many.db <"$DATA/tests/fixtures/fake-campaigns.sql"
"$BOOTLAB" run --resume --db many.db >/dev/null 2>&1
ok "a campaign of 40000 samples is there" sh -c "sqlite3 many.db -cmd '.parameter set :campaign 9' \
	-cmd '.parameter set :samples 40000' <'$DATA/tests/bench/million-samples.sql'"
sql() { sqlite3 many.db "$1"; }
good=$(sql "SELECT count(*) FROM sample WHERE campaign = 9 AND status = 'done'")
failed=$(sql "SELECT count(*) FROM sample WHERE campaign = 9 AND status = 'failed'")

report() { "$BOOTLAB" report 9 --db many.db --plots plots "$@" 2>err; }

text=$(report)
like "every good sample counts" "$text" "Samples +$good good, $failed failed"
report --format json >report.json
is "in the means, too, as sqlite has them" \
	"$(sqlite3 :memory: "SELECT round(sum(k.value->>'mean' * (k.value->>'n')), 3)
		FROM json_each(CAST(readfile('report.json') AS TEXT), '$.tables') AS t,
		json_each(t.value, '$.metrics[0].kernels') AS k")" \
	"$(sql "SELECT round(sum(value), 3) FROM metric JOIN sample ON id = sample
		WHERE campaign = 9 AND status = 'done'")"
is "of failed samples the first are listed" "$(grep -c "^  - sample .* iteration" <<<"$text")" 50
like "and it is told how many more there are" "$text" "- and $((failed - 50)) more: --format json has them all"
is "five outliers of each series are" "$(grep -c "^  - sample .* elapsed:" <<<"$text")" 100
like "and it is told how many more there are" "$text" "- [0-9]+ more of 6\.1\+fake/3, elapsed: --format json"
like "where the intervals come from is told" "$text" "of[[:space:]]+more[[:space:]]+than[[:space:]]+1000[[:space:]]+values:"
ok "of a series no more than some hundreds are drawn" \
	test "$(wc -l <plots/fake-pin-elapsed-samples.dat)" -lt $((20 * 400))
like "which the picture says" "$(cat plots/fake-pin-elapsed-samples.gp)" "one in 7 samples of elapsed, and the extremes"
is "the largest value among them" \
	"$(printf %.9f "$(cut -f3 plots/fake-pin-elapsed-samples.dat | sort -g | tail -1)")" \
	"$(sql "SELECT printf('%.9f', max(value)) FROM metric JOIN sample ON id = sample WHERE campaign = 9 AND status = 'done'")"
is "CSV has every value" "$(report --format csv | wc -l)" $((good + 1))
page=$(report --format html)
is "the page has the failed samples" "$(grep -c '<details' <<<"$page")" "$failed"
like "and says of how many" "$page" "$failed of 40000 samples are listed here"

done_testing
