# SPDX-License-Identifier: GPL-2.0-only
# Sourced by the scripts beside it: $bootlab, $data (the checkout), and a folder of their own to
# be in, which goes with them.
set -eu
export LC_ALL=C
data=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
bootlab=${BOOTLAB:-$data/bootlab}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
