#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The kernel builder: what it says of planted faults, and that nothing half-done is taken as
# built. It shares the cache, so that each build here is one of a changed file.
. "$(dirname "$0")/tap.sh"

CACHE=${BOOTLAB_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/bootlab}
FILE=drivers/vfio/vfio_iommu_type1.c
BASES=$TMP/data/kernels/bases
export BOOTLAB_DATA=$TMP/data

mkdir -p "$TMP/data"
cp -r "$DATA/kernels" "$TMP/data/"

# describe NAME [LINE...]: a base like 6.1 with more lines in its YAML
describe() {
	local name=$1
	shift
	sed "s/^name:.*/name: $name/" "$DATA/kernels/bases/6.1.yaml" >"$BASES/$name.yaml"
	[ $# = 0 ] || printf '%s\n' "$@" >>"$BASES/$name.yaml"
}

# plant SERIES LINE-BEFORE ADDED: a series of one patch that adds a line at the top of FILE
plant() {
	mkdir -p "$TMP/data/kernels/series/$1"
	printf '%s\n' "name: $1" "summary: planted" "bases: [{base: '6.1'}]" \
		>"$TMP/data/kernels/series/$1/series.yaml"
	cat >"$TMP/data/kernels/series/$1/0001-planted.patch" <<EOF
From: Some One <one@example.org>
Subject: [PATCH] vfio: planted

---
diff --git a/$FILE b/$FILE
--- a/$FILE
+++ b/$FILE
@@ -1,2 +1,3 @@
 $2
+$3
 /*
EOF
}

# encode SERIES: its patch as a mail whose body is base64
encode() {
	local patch=$TMP/data/kernels/series/$1/0001-planted.patch
	sed '1,/^$/d' "$patch" >"$TMP/body"
	{
		sed '/^$/,$d' "$patch"
		printf '%s\n' 'Content-Type: text/plain; charset="utf-8"' \
			'Content-Transfer-Encoding: base64' ''
		base64 "$TMP/body"
	} >"$TMP/mail"
	mv "$TMP/mail" "$patch"
}

FIRST='// SPDX-License-Identifier: GPL-2.0-only'
plant good "$FIRST" "/* planted $$ $(date +%s) */"
encode good
plant broken "$FIRST" "#error planted"
plant warned "$FIRST" "static void planted(void) {}"
sed 's/planted/again/' "$TMP/data/kernels/series/warned/0001-planted.patch" \
	>"$TMP/data/kernels/series/warned/0002-again.patch"
plant stray "int no_such_line;" "int added;"

# --- names and descriptions ---
status "an unknown kernel is an error" 2 "$BOOTLAB" kernel build 6.99
like "which lists the bases that there are" "$(cat "$OUT")" "no base '6.99'; there are: .*6\.1"

describe 6.1-odd "colour: blue"
status "an unknown key in YAML is an error" 2 "$BOOTLAB" kernel build 6.1-odd
like "which names file, line and key" "$(cat "$OUT")" "6\.1-odd\.yaml:6: unknown key 'colour'"
rm "$BASES/6.1-odd.yaml"

describe 6.1-gone
sed -i 's/linux-source-6.1/linux-source-0.0/' "$BASES/6.1-gone.yaml"
status "a source that is not installed is an error" 2 "$BOOTLAB" kernel build 6.1-gone
like "which names the package" "$(cat "$OUT")" "apt-get install linux-source-0\.0"
like "a list with it tells that" "$("$BOOTLAB" kernel list)" "6\.1-gone +x86_64 +lacking"
rm "$BASES/6.1-gone.yaml"

# --- the cache ---
ok "the base is built" "$BOOTLAB" kernel build 6.1
before=$(date +%s%N)
ok "a second build does nothing" "$BOOTLAB" kernel build 6.1
took=$((($(date +%s%N) - before) / 1000000))
like "and says so" "$(cat "$OUT")" "there already"
[ $took -lt 1000 ]
result $? "in under a second" "$took ms"

key=$("$BOOTLAB" kernel show 6.1 --json | sed -n 's/^ *"key": "\(.*\)",*$/\1/p' | head -1)
built=$CACHE/kernels/$key
work=$CACHE/work/${key:0:16}
ok "the image, config, log and record are there" test -s "$built/image" -a -s "$built/config" \
	-a -s "$built/build.log" -a -s "$built/build.json"

BOOTLAB_CACHE=/proc/none status "a cache that cannot be written is an error" 2 \
	"$BOOTLAB" kernel build 6.1
like "which names the remedy" "$(cat "$OUT")" "set BOOTLAB_CACHE"

mkdir "$TMP/small"
if mount -t tmpfs -o size=8m bootlab-test "$TMP/small" 2>/dev/null; then
	BOOTLAB_CACHE=$TMP/small status "a disk without room is an error" 2 \
		"$BOOTLAB" kernel build 6.1
	like "which says how much is needed" "$(cat "$OUT")" "needs .* GiB of free disk"
	umount "$TMP/small"
fi

# --- faults in a build ---
status "a patch that does not apply is an error" 2 "$BOOTLAB" kernel build 6.1+stray
like "which shows the first hunk that fails" "$(cat "$OUT")" \
	"0001-planted\.patch does not apply.*at $FILE:1.*int no_such_line;.*\+int added;"
log=$(sed -n 's/^The log: //p' "$OUT")
ok "and the log is where it says" grep -q "patch failed" "$log"

printf '%s\n' '# comment' 'CONFIG_BOOTLAB_NO_SUCH_OPTION=y' >"$TMP/data/kernels/configs/odd.config"
status "an option that does not take is an error" 2 "$BOOTLAB" kernel build 6.1:odd
like "which names it with its line" "$(cat "$OUT")" \
	"odd\.config:2: CONFIG_BOOTLAB_NO_SUCH_OPTION: wanted y, got not set"

status "a build that fails is an error" 2 "$BOOTLAB" kernel build 6.1+broken
like "which shows the first compiler error" "$(cat "$OUT")" "vfio_iommu_type1\.c:2:2: error: #error planted"
log=$(sed -n 's/^The log: //p' "$OUT")
ok "and the log is where it says" grep -q "#error planted" "$log"

# --- killed, and two at once ---
"$BOOTLAB" kernel build 6.1+good >"$TMP/killed" 2>&1 &
for _ in $(seq 300); do
	[ -e "$work/linux/build/.config" ] && break
	sleep 0.1
done
kill -9 $!
wait $! 2>/dev/null
like "a build that was killed is not built" "$("$BOOTLAB" kernel list)" "6\.1\+good +x86_64 +not built"

"$BOOTLAB" kernel build 6.1+good >"$TMP/one" 2>&1 &
"$BOOTLAB" kernel build 6.1+good >"$TMP/two" 2>&1
wait $!
both=$(cat "$TMP/one" "$TMP/two")
is "of two at once, one builds" "$(grep -c '6.1+good: built in' <<<"$both")" 1
is "and the other takes that" "$(grep -c '6.1+good: there already' <<<"$both")" 1
like "the list says that it is built" "$("$BOOTLAB" kernel list)" "6\.1\+good +x86_64 +built +1/1 "
like "the record has the patch's subject" "$("$BOOTLAB" kernel show 6.1+good --json)" \
	'"subject": "vfio: planted"'
like "and its author" "$("$BOOTLAB" kernel show 6.1+good)" 'Some One <one@example\.org>'
# Under the lock: another bootlab may build a kernel of this base meanwhile.
ok "no work is left" flock --wait 600 "$CACHE/locks/build-${key:0:16}" test ! -e "$work"

good=$("$BOOTLAB" kernel show 6.1+good --json | sed -n 's/^ *"key": "\(.*\)",*$/\1/p' | head -1)
image=$(sha256sum <"$CACHE/kernels/$good/image")
[ -n "$good" ] && rm -rf "$CACHE/kernels/$good"
ok "built once more" "$BOOTLAB" kernel build 6.1+good
is "it is the same to the bit" "$(sha256sum <"$CACHE/kernels/$good/image")" "$image"
rm -rf "$CACHE/kernels/$good"

# --- check ---
status "a series that breaks is found out" 1 "$BOOTLAB" kernel check warned --stage build
like "by a new warning" "$(cat "$OUT")" \
	"6\.1\+warned/1 +BREAKS: build.*vfio_iommu_type1\.c:2:13: warning: .planted. defined but not used"
like "and a patch that does not apply" "$(cat "$OUT")" \
	"6\.1\+warned/2 +BREAKS: apply.*0002-again\.patch does not apply"
like "checkpatch has its say" "$(cat "$OUT")" "warned/1 [^
]*checkpatch: [0-9]+ errors, [0-9]+ warnings"
warned=$("$BOOTLAB" kernel show 6.1+warned/1 --json | sed -n 's/^ *"key": "\(.*\)",*$/\1/p' | head -1)
[ -n "$warned" ] && rm -rf "$CACHE/kernels/$warned"
done_testing
