#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# deps.sh LIST [GROUP]: installs what the file LIST names and this machine lacks, saying what;
# without root, or on another distribution, says how to do it by hand. Without a GROUP, what
# stands above the first "[GROUP]" line; with one, what stands below that line.
set -eu

list=$1
group=${2:-}
names=$(sed 's/#.*//' "$list" | awk -v group="$group" '
	/^\[.*\]$/ { current = substr($0, 2, length($0) - 2); next }
	NF && current == group { print $1 }')
# A library may be installed for several architectures: NAME asks for this machine's own.
native=$(dpkg --print-architecture 2>/dev/null || true)
missing=
for package in $names; do
	case $package in
	*:*) wanted=${package##*:} ;;
	*) wanted="$native|all" ;;
	esac
	dpkg-query -W -f '${Architecture} ${db:Status-Status}\n' "$package" 2>/dev/null |
		grep -qxE "($wanted) installed" || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

# Libraries of another architecture, NAME:ARCH, which dpkg may have to be told of first.
foreign=
for arch in $(echo "$missing" | tr ' ' '\n' | sed -n 's/.*://p' | sort -u); do
	dpkg --print-foreign-architectures | grep -qx "$arch" || foreign="$foreign $arch"
done

by_hand="apt-get install --no-install-recommends$missing"
for arch in $foreign; do
	by_hand="dpkg --add-architecture $arch && apt-get update && $by_hand"
done
if ! command -v apt-get >/dev/null; then
	echo "bootlab: this machine has no apt-get; install what corresponds to:$missing" >&2
	exit 2
fi
if [ "$(id -u)" -ne 0 ]; then
	echo "bootlab: packages are missing; as root, run: $by_hand" >&2
	exit 2
fi

# A mirror need not carry every architecture. One that it lacks must not stay behind: the next
# update, for packages of this machine's own, would fail because of it.
forget_foreign() {
	for arch in $foreign; do
		dpkg --remove-architecture "$arch" || true
	done
}

echo "bootlab: installing$missing"
export DEBIAN_FRONTEND=noninteractive
for arch in $foreign; do
	dpkg --add-architecture "$arch"
done
# Some index may be out of reach without being needed: whether it was, the install tells.
apt-get -q update || echo "bootlab: not all package lists could be read" >&2
# shellcheck disable=SC2086 # the list is words
if ! apt-get -q install -y --no-install-recommends $missing; then
	forget_foreign
	echo "bootlab: could not install$missing; by hand: $by_hand" >&2
	exit 2
fi
