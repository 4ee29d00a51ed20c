#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Installs what the file `packages` names and this machine lacks, saying what; without root, or
# on another distribution, says how to do it by hand.
set -eu

list=$1
missing=
for package in $(sed 's/#.*//' "$list" | awk 'NF { print $1 }'); do
	dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed ||
		missing="$missing $package"
done
[ -n "$missing" ] || exit 0

by_hand="apt-get install --no-install-recommends$missing"
if ! command -v apt-get >/dev/null; then
	echo "bootlab: this machine has no apt-get; install what corresponds to:$missing" >&2
	exit 2
fi
if [ "$(id -u)" -ne 0 ]; then
	echo "bootlab: packages are missing; as root, run: $by_hand" >&2
	exit 2
fi
echo "bootlab: installing$missing"
export DEBIAN_FRONTEND=noninteractive
apt-get -q update
# shellcheck disable=SC2086 # the list is words
apt-get -q install -y --no-install-recommends $missing
