# SPDX-License-Identifier: GPL-2.0-only

# TAP for the end-to-end scripts, which source this first and call done_testing last.
#   ok DESC COMMAND...      the command succeeds
#   is DESC GOT WANT        two texts are equal
#   like DESC TEXT PATTERN  a text matches an extended regular expression
#   status DESC N COMMAND.. the command ends with exit status N; its output is in $OUT
#   skip DESC REASON        what cannot be tested on this machine, and why
# $BOOTLAB is the program, $DATA the source tree, $TMP a folder that is removed at the end.

set -u
TESTS=0
FAILED=0
TMP=$(mktemp -d)
DATA=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
: "${BOOTLAB:=$DATA/bootlab}"
export BOOTLAB_USER=$TMP/user # what the user added is no part of a test
OUT=$TMP/out
trap 'rm -rf "$TMP"' EXIT

result() { # passed? desc [text shown on failure]
	TESTS=$((TESTS + 1))
	if [ "$1" = 0 ]; then
		echo "ok $TESTS - $2"
	else
		echo "not ok $TESTS - $2"
		FAILED=$((FAILED + 1))
		[ $# -lt 3 ] || printf '%s\n' "$3" | sed 's/^/# /' >&2
	fi
}

ok() {
	local desc=$1 rc
	shift
	"$@" >"$OUT" 2>&1
	rc=$?
	result "$rc" "$desc" "status $rc: $*
$(cat "$OUT")"
}

is() {
	[ "$2" = "$3" ]
	result $? "$1" "got:  $2
want: $3"
}

like() {
	[[ $2 =~ $3 ]]
	result $? "$1" "text:    $2
pattern: $3"
}

status() {
	local desc=$1 want=$2 rc
	shift 2
	"$@" >"$OUT" 2>&1
	rc=$?
	[ "$rc" = "$want" ]
	result $? "$desc" "status $rc, want $want: $*
$(cat "$OUT")"
}

skip() {
	TESTS=$((TESTS + 1))
	echo "ok $TESTS - $1 # SKIP $2"
}

# How many run folders there are whose bootlab is dead.
stale_runs() {
	local lock pid count=0
	for lock in "${TMPDIR:-/tmp}/bootlab-$(id -u)"/*.lock; do
		pid=$(basename "$lock")
		[ ! -e "$lock" ] || kill -0 "${pid%%-*}" 2>/dev/null || count=$((count + 1))
	done
	echo $count
}

done_testing() {
	echo "1..$TESTS"
	[ "$FAILED" = 0 ]
	exit
}
