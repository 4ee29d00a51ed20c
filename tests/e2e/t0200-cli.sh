#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What needs no testbed: help, listings, and the errors of bad input.
. "$(dirname "$0")/tap.sh"

ok "--help" "$BOOTLAB" --help
like "--help names the commands" "$(cat "$OUT")" "doctor"
for command in ab aa run report kernel scenario pool doctor; do
	ok "$command --help" "$BOOTLAB" $command --help
	like "$command --help has a usage line" "$(cat "$OUT")" "Usage:.*bootlab $command"
done
ok "--version" "$BOOTLAB" --version
like "--version tells it" "$(cat "$OUT")" "^bootlab [0-9.]+"

status "no command is a usage error" 2 "$BOOTLAB"
status "an unknown command" 2 "$BOOTLAB" explode
like "an unknown command is named" "$(cat "$OUT")" "no command 'bootlab explode'"
status "an unknown option" 2 "$BOOTLAB" ab --explode
like "an unknown option is named, with the remedy" "$(cat "$OUT")" "explode.*--help"

ok "scenario list" "$BOOTLAB" scenario list
like "scenario list has vfio-boot" "$(cat "$OUT")" "vfio-boot +Boot"
ok "scenario show" "$BOOTLAB" scenario show vfio-boot
like "scenario show tells the parameters" "$(cat "$OUT")" "bar=16G"
status "an unknown scenario" 2 "$BOOTLAB" scenario show no-such
like "an unknown scenario lists those there are" "$(cat "$OUT")" "there are: .*vfio-boot, .*vfio-pin"

status "ab with one kernel" 2 "$BOOTLAB" ab 6.1 -s vfio-pin
status "ab of a kernel with itself" 2 "$BOOTLAB" ab 6.1 6.1 -s vfio-pin --db "$TMP/a.db"
like "and it says so" "$(cat "$OUT")" "'6.1' is given twice"
status "ab without a scenario" 2 "$BOOTLAB" ab 6.1 6.1
status "run without a kernel" 2 "$BOOTLAB" run vfio-pin
status "an unknown kernel" 2 "$BOOTLAB" run vfio-pin -k 2.4 --db "$TMP/a.db"
like "an unknown kernel lists those there are" "$(cat "$OUT")" "2\.4.*there are: .*6\.1"
status "an unknown parameter" 2 "$BOOTLAB" run vfio-pin -k 6.1 --set colour=red --db "$TMP/a.db"
like "an unknown parameter lists those there are" "$(cat "$OUT")" "colour=red.*memory"
status "a size that is none" 2 "$BOOTLAB" run vfio-pin -k 6.1 --set memory=much --db "$TMP/a.db"
like "a size that is none is named" "$(cat "$OUT")" "'much' is not a size"
status "no iterations" 2 "$BOOTLAB" run vfio-pin -k 6.1 -n 0 --db "$TMP/a.db"
status "warm-up of less than nothing" 2 "$BOOTLAB" run vfio-pin -k 6.1 --warmup -1 --db "$TMP/a.db"
status "a budget without a goal" 2 "$BOOTLAB" run vfio-pin -k 6.1 --budget 1h --db "$TMP/a.db"
like "and it says what it goes with" "$(cat "$OUT")" "--until"
status "a budget that is no time" 2 "$BOOTLAB" run vfio-pin -k 6.1 --until 2 --budget soon --db "$TMP/a.db"
like "and it is named" "$(cat "$OUT")" "'soon' is not a duration"
status "a goal that fewer iterations are allowed for than are asked" 2 \
	"$BOOTLAB" run vfio-pin -k 6.1 --until 2 -n 10 --max-iterations 5 --db "$TMP/a.db"
status "an unknown test" 2 "$BOOTLAB" run vfio-pin -k 6.1 --test t --db "$TMP/a.db"
status "aa with two kernels" 2 "$BOOTLAB" aa 6.1 6.1 -s vfio-pin
status "aa without a scenario" 2 "$BOOTLAB" aa 6.1
status "an unknown accelerator" 2 "$BOOTLAB" run vfio-pin -k 6.1 --accel hvf --db "$TMP/a.db"

status "a db in a folder that is not there" 2 "$BOOTLAB" run vfio-pin -k 6.1 --db "$TMP/no/a.db"
like "and it is named" "$(cat "$OUT")" "$TMP/no/a.db"
echo "this is a letter, not a database, and it must stay as it is" >"$TMP/letter"
cp "$TMP/letter" "$TMP/letter.orig"
status "a db that is something else" 2 "$BOOTLAB" run vfio-pin -k 6.1 --db "$TMP/letter"
ok "and it stays as it was" cmp "$TMP/letter" "$TMP/letter.orig"
status "resume with nothing to resume" 2 "$BOOTLAB" run --resume --db "$TMP/none.db"
like "and the db is named" "$(cat "$OUT")" "$TMP/none.db"

mkdir -p "$TMP/data"
cp -r "$DATA/scenarios" "$DATA/kernels" "$DATA/packages" "$TMP/data"
sed -i 's/^workload:/worklaod:/' "$TMP/data/scenarios/vfio-pin.yaml"
line=$(grep -n worklaod "$TMP/data/scenarios/vfio-pin.yaml" | cut -d: -f1)
status "an unknown key in a scenario" 2 env BOOTLAB_DATA="$TMP/data" "$BOOTLAB" scenario list
like "is told with file and line" "$(cat "$OUT")" "vfio-pin.yaml:$line: unknown key 'worklaod'"

ok "pool list" env BOOTLAB_POOL="$TMP" "$BOOTLAB" pool list
like "an empty pool says so" "$(cat "$OUT")" "empty"
ok "pool free" env BOOTLAB_POOL="$TMP" "$BOOTLAB" pool free
ok "pool list --json is JSON" sh -c "BOOTLAB_POOL='$TMP' '$BOOTLAB' pool list --json | grep -q '^\[\]'"

ok "make install puts it all below DESTDIR" \
	make -C "$DATA" install DESTDIR="$TMP/root" PREFIX=/usr
ok "the installed program finds its scenarios" "$TMP/root/usr/bin/bootlab" scenario show vfio-pin
ok "and its kernels" "$TMP/root/usr/bin/bootlab" kernel show 6.1
ok "and its agent" test -x "$TMP/root/usr/bin/../libexec/bootlab/agent"
ok "and the plugin of its deterministic testbeds" test -e "$TMP/root/usr/bin/../libexec/bootlab/turns.so"
ok "the man page is installed" test -s "$TMP/root/usr/share/man/man1/bootlab.1"

done_testing
