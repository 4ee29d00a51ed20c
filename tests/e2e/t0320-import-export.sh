#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Samples in and out: files from elsewhere, bundles, and the care of the db. No testbed is needed.
. "$(dirname "$0")/tap.sh"

fixtures=$DATA/tests/fixtures
cd "$TMP" || exit
bootlab() { "$BOOTLAB" "$@" 2>err; }
sum() { sha256sum <"$1"; }

# ---- CSV ----

# Two kernels by three thread counts, six samples each; the second is twice as fast.
awk 'BEGIN { print "kernel,scenario,params,iteration,metric,value,unit"
	for (t = 1; t <= 4; t *= 2) for (i = 1; i <= 6; i++) for (k = 1; k <= 2; k++)
		printf "%s,pinning,memory=1G threads=%d,%d,pin_time,%.2f,ms\n",
			k == 1 ? "next-old" : "next-mine", t, i, (100 + i) / t / k }' >theirs.csv
status "a CSV of others is imported" 0 "$BOOTLAB" import theirs.csv --db x.db
like "it says how much there was" "$(cat "$OUT")" "theirs\.csv: 36 samples, in campaign 1"
text=$(bootlab report --db x.db --plots plots)
like "it is reported" "$text" "pin_time +104 ms +\(± 1\.8%\) +2\.0x +51\.8 ms"
like "as measured elsewhere" "$text" "Testbed +measured elsewhere; bootlab neither ran"
like "with the file that it came from" "$text" \
	"Source +theirs\.csv \(csv, sha256 $(sum theirs.csv | cut -c1-16)\)"
is "no order, machine or build of ours is claimed" \
	"$(grep -cE 'interleaved|^Host|Accelerator|built by|build ' <<<"$text")" 0
like "a cover letter's table can be made of it" \
	"$(bootlab report --db x.db --format cover --relative-to first)" \
	"    1 +103\.5 \(± 1\.8%\) +51\.8 \(± 1\.8%\)
    2 +2\.0x +51\.8"
for format in markdown csv json html mmtests commit; do
	ok "and so can $format" "$BOOTLAB" report --db x.db --format $format
done
like "a commit message says where it was measured" \
	"$(bootlab report --db x.db --format commit)" "intervals; measured elsewhere;"
before=$(sum x.db)
status "again" 0 "$BOOTLAB" import theirs.csv --db x.db
like "it is known" "$(cat "$OUT")" "theirs\.csv: is known already, in campaign 1"
is "and nothing was added" "$(sum x.db)" "$before"
is "--json is for scripts" "$(bootlab import theirs.csv --db x.db --json | tr -d ' \n')" \
	'[{"file":"theirs.csv","campaign":1,"campaigns":0,"samples":0,"values":0,"known":true}]'

bootlab report 1 --db x.db --format csv >again.csv
ok "a report's CSV can be imported" "$BOOTLAB" import again.csv --db y.db
is "and gives the same numbers" \
	"$(bootlab report --db y.db --format csv | cut -d, -f2,4,6,8-)" \
	"$(cut -d, -f2,4,6,8- again.csv)"

# ---- others ----

echo '[{"metric": "boot", "value": 3, "unit": "s", "kernel": "a", "scenario": "s",
"params": {"memory": "2G"}}]' >theirs.json
ok "JSON is imported" "$BOOTLAB" import theirs.json --db x.db
like "and reported" "$(bootlab report --db x.db --plots plots)" "^s, memory 2G +1 good"
status "pft's log says no kernel" 2 "$BOOTLAB" import "$fixtures/import/pft-2.log" --db x.db
like "which is told with the remedy" "$(cat "$OUT")" "pft-2\.log:2: names no kernel: --kernel"
ok "with one it is imported" "$BOOTLAB" import "$fixtures/import/pft-2.log" --kernel old --db x.db
campaign=$(bootlab report --list --db x.db | awk 'NR == 1 { print $1 }')
sed 's/0\.6/0.3/' "$fixtures/import/pft-2.log" >pft-2.log
ok "another kernel's is added to it" "$BOOTLAB" import pft-2.log --kernel new \
	--campaign "$campaign" --db x.db
like "and compared with it" "$(bootlab report --db x.db --plots plots)" \
	"system +610 ms +\(± 1\.6%\) +2\.0x\? +310 ms"
if command -v fio >/dev/null; then
	fio --name=one --size=1M --rw=randread --filename="$TMP/io" --output-format=json \
		--output=fio.json >/dev/null 2>&1
	ok "what this machine's fio writes is imported" "$BOOTLAB" import fio.json --kernel a --db x.db
	like "and reported" "$(bootlab report --db x.db --plots plots)" "read_clat_p99 .* read_iops"
else
	skip "what this machine's fio writes is imported" "there is no fio"
fi

# ---- what is wrong ----

before=$(sum x.db)
printf 'kernel,scenario,metric,value\nk,s,m,1\nk,s,m,fast\n' >wrong.csv
status "a wrong value" 2 "$BOOTLAB" import wrong.csv --db x.db
like "is named with its line and field" "$(cat "$OUT")" "wrong\.csv:3: field 'value': 'fast'"
printf '[{"metric": "m",\n "value": 1}\n{}]' >wrong.json
status "wrong JSON" 2 "$BOOTLAB" import wrong.json --db x.db --kernel k --scenario s
like "is named with its line and column" "$(cat "$OUT")" "wrong\.json:3: column 1: "
status "a file of no known format" 2 "$BOOTLAB" import "$BOOTLAB" --db x.db
status "a file that is not there" 2 "$BOOTLAB" import none.csv --db x.db
like "is named" "$(cat "$OUT")" "none\.csv: cannot be read: .*No such file"
status "no file" 2 "$BOOTLAB" import --db x.db
status "a campaign that was measured here cannot be added to" 2 \
	"$BOOTLAB" import theirs.csv --machine m --campaign 99 --db x.db
is "nothing of all this was added" "$(sum x.db)" "$before"
status "a new db for what is wrong" 2 "$BOOTLAB" import wrong.csv --db new.db
ok "is not left" test ! -e new.db -a ! -e new.db-wal
status "one for what is right and then wrong" 2 "$BOOTLAB" import theirs.csv wrong.csv --db new.db
is "has the first" "$(sqlite3 new.db 'SELECT count(*) FROM campaign')" 1

# Large enough to be killed in: a transaction that is not over leaves nothing.
awk 'BEGIN { print "kernel,scenario,iteration,metric,value"
	for (i = 1; i < 300000; i++) printf "k,s,%d,m,%d\n", i, i }' >large.csv
content() { sqlite3 x.db "SELECT count(*), sum(id) FROM sample; SELECT count(*) FROM campaign"; }
before=$(content)
"$BOOTLAB" import large.csv --db x.db >/dev/null 2>&1 &
victim=$!
until [ -e x.db-journal ] || ! kill -0 $victim 2>/dev/null; do :; done
kill -9 $victim
wait $victim 2>/dev/null
is "it was killed in its transaction" $? 137
is "an import that is killed leaves nothing" "$(content)" "$before"
ok "and the db is whole" "$BOOTLAB" db check --db x.db

# ---- bundles ----

mkdir here there
sqlite3 here/fake.db <"$fixtures/fake-campaigns.sql"
bootlab db migrate --db here/fake.db >/dev/null
sqlite3 here/fake.db <"$fixtures/fake-sweeps.sql"
ok "all campaigns are exported" "$BOOTLAB" export --db here/fake.db -o all.bundle
ok "a bundle is imported" "$BOOTLAB" import all.bundle --db there/fake.db
bootlab export --db there/fake.db >again.bundle
ok "and exported again to the byte" cmp all.bundle again.bundle
reports() { # folder
	cd "$1" || exit
	for n in 1 2 3 4 5 6 7; do
		for format in text cover csv json; do
			"$BOOTLAB" report $n --db fake.db --format $format --plots p 2>/dev/null
		done
	done
	cd ..
}
is "reports of both are the same" "$(reports there | sha256sum)" "$(reports here | sha256sum)"
before=$(sum here/fake.db)$(sum there/fake.db)
ok "a bundle that is known" "$BOOTLAB" import all.bundle --db there/fake.db
ok "also where it is from" "$BOOTLAB" import all.bundle --db here/fake.db
is "adds nothing" "$(sum here/fake.db)$(sum there/fake.db)" "$before"
bootlab export 2 5 --db here/fake.db >some.bundle
ok "some campaigns are imported among others" "$BOOTLAB" import some.bundle --db x.db
like "with the failed sample" "$(bootlab report --list --db x.db)" "5 good +1 failed"
ok "and the db is whole" "$BOOTLAB" db check --db x.db
bootlab export --db x.db >x.bundle
ok "imported samples are in bundles, too" "$BOOTLAB" import x.bundle --db z.db
ok "and their files are known there" grep -q "is known already" <(bootlab import theirs.csv --db z.db)
before=$(sum z.db)
head -n -1 all.bundle >cut.bundle
status "half a bundle" 2 "$BOOTLAB" import cut.bundle --db z.db
like "is refused" "$(cat "$OUT")" "cut\.bundle:[0-9]+: is cut off"
is "and nothing of it is added" "$(sum z.db)" "$before"
status "a campaign that is not there" 2 "$BOOTLAB" export 77 --db here/fake.db -o none.bundle
is "leaves no file" "$(ls none.bundle* 2>/dev/null)" ""
status "an output that cannot be written" 2 "$BOOTLAB" export --db here/fake.db -o no/such/dir

# ---- the care of the db ----

like "a db that is whole" "$(bootlab db check --db there/fake.db)" "is undamaged, of schema"
sqlite3 there/fake.db "DROP TRIGGER gate_must_hold;
	INSERT INTO gate VALUES (1, 'dmesg', 0, 'BUG') ON CONFLICT DO UPDATE SET ok = 0"
status "one that is not" 1 "$BOOTLAB" db check --db there/fake.db
like "is told what" "$(cat "$OUT")" "trigger gate_must_hold is missing"
head -c 20000 here/fake.db >cut.db
before=$(sum cut.db)
status "half a db" 1 "$BOOTLAB" db check --db cut.db
like "is damaged" "$(cat "$OUT")" "cut\.db: is damaged"
status "and cannot be reported" 2 "$BOOTLAB" report --db cut.db
status "nor migrated" 2 "$BOOTLAB" db migrate --db cut.db
status "nor vacuumed" 2 "$BOOTLAB" db vacuum --db cut.db
is "it stays as it was" "$(sum cut.db)" "$before"
seq 2000 >text.db
before=$(sum text.db)
for command in check vacuum migrate; do
	status "$command of what is no db" 2 "$BOOTLAB" db $command --db text.db
done
is "leaves it as it was" "$(sum text.db)" "$before"
cp here/fake.db newer.db
sqlite3 newer.db "PRAGMA user_version = 999"
before=$(sum newer.db)
for command in "db check" "db vacuum" "db migrate" "import theirs.csv" export; do
	# shellcheck disable=SC2086
	status "$command of a newer bootlab's db" 2 "$BOOTLAB" $command --db newer.db
done
like "says so" "$(cat "$OUT")" "schema 999.*use the bootlab that wrote it"
is "and leaves it as it was" "$(sum newer.db)" "$before"

sqlite3 old.db <"$fixtures/fake-campaigns.sql"
before=$(sum old.db)
status "an older db is not read" 2 "$BOOTLAB" report --db old.db
like "and the remedy is named" "$(cat "$OUT")" "'bootlab db migrate --db old\.db' brings it"
is "it stays as it was" "$(sum old.db)" "$before"
like "migrate says what it did" "$(bootlab db migrate --db old.db)" \
	"from schema 2 to [0-9]+; as it was: old\.db\.schema-2"
is "the copy is what it was" "$(sqlite3 old.db.schema-2 .dump | sha256sum)" \
	"$(sqlite3 :memory: ".read $fixtures/fake-campaigns.sql" .dump | sha256sum)"
ok "and the db can be read" "$BOOTLAB" report --db old.db
like "once" "$(bootlab db migrate --db old.db)" "is of schema [0-9]+ already"
sqlite3 old.db "CREATE TABLE gone (x); INSERT INTO gone SELECT randomblob(100000); DROP TABLE gone"
read -r _ before _ _ after _ < <(bootlab db vacuum --db old.db)
ok "vacuum says how much it gave back" test "$before" -gt "$after"
is "and gave it back" "$(stat -c %s old.db)" "$after"

done_testing
