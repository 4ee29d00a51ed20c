#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The series that come with bootlab: every patch of every one applies to the bases it names.
# (That each prefix builds and runs too is what `bootlab kernel check --all` takes an hour for.)
. "$(dirname "$0")/tap.sh"

list=$("$BOOTLAB" kernel list)
bases=$(awk 'NR > 1 && $1 !~ /[+:]/ && $3 != "lacking" { print $1 }' <<<"$list")
ok "there is a base whose source is here" test -n "$bases"
for series in "$DATA"/kernels/series/*/; do
	name=$(basename "$series")
	ok "$name has a cover text" test -s "$series/cover.txt"
	for base in $bases; do
		grep -q "^$base+$name " <<<"$list" || continue
		ok "$name applies to $base" "$BOOTLAB" kernel check "$name" --base "$base" --stage apply
		like "and says so" "$(cat "$OUT")" "$base\+$name +ok: applies"
	done
done
status "a stage that is none is refused" 2 "$BOOTLAB" kernel check pfnmap-fast --stage sing
status "an unknown series is refused" 2 "$BOOTLAB" kernel check nothing
like "and those there are listed" "$(cat "$OUT")" "there is no series 'nothing'; there are: .*pfnmap-fast"
done_testing
