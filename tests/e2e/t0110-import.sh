#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Series from anywhere: a folder, mboxes, a git tree, the web and a mail archive. The web is
# two servers of the test's own, on loopback.
. "$(dirname "$0")/tap.sh"

SHIPPED=$DATA/kernels/series/pfnmap-fast
SERIES=$BOOTLAB_USER/series
WEB=$TMP/web
PIDS=
trap 'kill $PIDS 2>/dev/null; rm -rf "$TMP"' EXIT
export BOOTLAB_CACHE=$TMP/cache no_proxy='*'
unset BOOTLAB_ARCHIVE BOOTLAB_CAINFO
mkdir -p "$WEB/all" "$TMP/bin"

import() { "$BOOTLAB" kernel import "$@"; }

# in_thread ID SUBJECT-PREFIX: stdin, a patch, as a mail of an archive
in_thread() {
	printf 'From mboxrd@z Thu Jan  1 00:00:00 1970\n'
	sed -e 1d -e "s/^Subject: \[PATCH \(.*\)\]/Message-ID: <$1>\nSubject: [$2 \1]/"
	echo
}

# The diffs of a folder's patches, without what a mail may end with.
diffs() {
	local patch
	for patch in "$1"/*.patch; do
		sed -e '1,/^---$/d' -e '/^-- $/,$d' -e '/^$/d' "$patch"
	done
}

# same NAME: the series' diffs are those of the shipped one
same() {
	[ -n "$(diffs "$SHIPPED")" ] && [ "$(diffs "$SERIES/$1")" = "$(diffs "$SHIPPED")" ]
}

# a thread: a reply, v2 out of order, a cover, v1 that lacks its second patch
thread=20261120.1-one@example.org
mkdir -p "$WEB/all/$thread"
{
	printf 'From mboxrd@z Thu Jan  1 00:00:00 1970\nSubject: Re: [PATCH v2 1/2] x\n\nFine.\n\n'
	in_thread 2-two@x "PATCH v2" <"$SHIPPED"/0002-*
	in_thread old@x PATCH <"$SHIPPED"/0001-*
	printf 'From mboxrd@z Thu Jan  1 00:00:00 1970\nSubject: [PATCH v2 0/2] The cover\n'
	printf 'Message-ID: <%s>\n\nWhat it is for.\n\n' "$thread"
	in_thread 2-one@x "PATCH v2" <"$SHIPPED"/0001-*
} >"$TMP/thread.mbox"
gzip -c "$TMP/thread.mbox" >"$WEB/all/$thread/t.mbox.gz"
xz -c "$TMP/thread.mbox" >"$WEB/thread.mbox.xz"
cp "$TMP/thread.mbox" "$WEB/"
head -c 1000 "$WEB/all/$thread/t.mbox.gz" >"$WEB/short.mbox.gz"
echo '<!doctype html><title>Archive</title>' >"$WEB/page"

# --- files ---
ok "a folder of patches is imported" import folder "$SHIPPED" --base 6.1 --scenario vfio-pin
like "which says what it holds" "$(cat "$OUT")" "2  vfio/type1: Do not look.*folder: 2 patches in $SERIES/folder"
ok "and keeps the patches as they are" cmp "$SHIPPED"/0001-*.patch "$SERIES"/folder/0001-*.patch
ok "and the cover letter" cmp "$SHIPPED/cover.txt" "$SERIES/folder/cover.txt"
ok "kernels with it are listed" "$BOOTLAB" kernel list
like "by base and name" "$(cat "$OUT")" "6\.1\+folder .* 0/2 "
ok "and shown with a part of it" "$BOOTLAB" kernel show 6.1+folder/1
like "whose patch has its subject" "$(cat "$OUT")" "patch 1 +vfio/type1: Take runs"

ok "an mbox is imported" import mbox "$TMP/thread.mbox"
ok "with the patches of the version that is complete, in order" same mbox
is "and its cover letter" "$(head -3 "$SERIES/mbox/cover.txt")" "The cover

What it is for."
like "and where it came from" "$(tr -s ' \n' ' ' <"$SERIES/mbox/series.yaml")" \
	"origin: ['\"]?$TMP/thread.mbox, imported [0-9-]{10}, sha256 of the patches [0-9a-f]{64}"
like "which can be checked" "$(cat "$SERIES/mbox/series.yaml")" \
	"$(cat "$SERIES"/mbox/*.patch | sha256sum | cut -d' ' -f1)"
ok "a packed mbox is, too" import packed "$WEB/thread.mbox.xz"
ok "with the same patches" same packed

# --- names ---
before=$(cd "$SERIES" && find . -type f -exec sha256sum {} + | sort)
status "a name that is taken is refused" 2 import mbox "$SHIPPED"
like "with the remedy" "$(cat "$OUT")" "mbox is there already.*--force"
status "a failed import with --force" 2 import mbox --force "$WEB/short.mbox.gz"
like "names the file" "$(cat "$OUT")" "short\.mbox\.gz cannot be unpacked"
status "a name that leaves the folder is refused" 2 import ../../out "$SHIPPED"
status "a shipped series' name is refused" 2 import pfnmap-fast --force "$SHIPPED"
status "an unknown base is refused" 2 import new "$SHIPPED" --base 2.4
status "an unknown scenario is refused" 2 import new "$SHIPPED" --scenario none-such
status "a source that is nothing is refused" 2 import new "$TMP/none"
like "with what there may be" "$(cat "$OUT")" "none of: a folder .* a message-id"
is "and all of that changed nothing" \
	"$(cd "$SERIES" && find . -type f -exec sha256sum {} + | sort)" "$before"
mkdir "$TMP/one"
cp "$SHIPPED"/0001-* "$TMP/one/"
status "a part of a series is refused as an mbox" 2 import new "$TMP/one"/0001-*
like "with what is missing" "$(cat "$OUT")" "missing of \[patch v1 n/2\]: 2"
ok "--force replaces" import packed --force "$TMP/one"
is "all of it" "$(ls "$SERIES/packed")" "$(basename "$SHIPPED"/0001-*)
series.yaml"

# --- a git tree, whose settings would spoil the patches ---
git=(git -C "$TMP/tree" -c user.name=One -c user.email=one@example.org)
git init -q "$TMP/tree"
printf '%s\n' 1 2 3 4 5 >"$TMP/tree/file"
"${git[@]}" add file
"${git[@]}" commit -qm base
"${git[@]}" tag base
for n in 1 2 3; do
	sed -i "s/^$n$/new $n/" "$TMP/tree/file"
	"${git[@]}" commit -qam "Re: [media] change $n

From the start."
done
for setting in diff.noprefix=true format.attach=true format.pretty=oneline format.signOff=true \
	format.coverLetter=true color.ui=always format.subjectPrefix=RFC diff.external=false \
	diff.context=0 format.outputDirectory="$TMP/spoilt" format.numbered=false; do
	"${git[@]}" config "${setting%%=*}" "${setting#*=}"
done
state() { find "$TMP/tree" -type f -exec sha256sum {} + | sort; }
before=$(state)
ok "a range of a git tree is imported" import range "$TMP/tree:base..HEAD"
is "as a patch for each commit" "$(ls "$SERIES/range")" "0001-Re-media-change-1.patch
0002-Re-media-change-2.patch
0003-Re-media-change-3.patch
series.yaml"
is "from a tree that is left as it is" "$(state)" "$before"
like "with its commits as the origin" "$(tr -s ' \n' ' ' <"$SERIES/range/series.yaml")" \
	"$("${git[@]}" rev-parse base)\.\.$("${git[@]}" rev-parse HEAD)"
ok "the patches can be applied" sh -c "cd '$TMP/tree' && git checkout -q base &&
	git -c diff.noprefix=false apply '$SERIES'/range/*.patch"
is "and give what the tree had" "$(cat "$TMP/tree/file")" "$("${git[@]}" show HEAD~0:file |
	sed 's/^\([123]\)$/new \1/')"
status "a range without commits is refused" 2 import new "$TMP/tree:HEAD..base"
status "an unknown revision is refused" 2 import new "$TMP/tree:none..HEAD"
like "and named" "$(cat "$OUT")" "git does not know none"
status "a revision that looks like an option is refused" 2 import new "$TMP/tree:--all..HEAD"

# --- the web ---
mkfifo "$TMP/port"
perl "$DATA/tests/e2e/http-server.pl" "$WEB" >"$TMP/port" 2>"$TMP/requests" &
PIDS+=" $!"
read -r port <"$TMP/port"
url=http://127.0.0.1:$port
export BOOTLAB_ARCHIVE=$url/all/

ok "a message-id is imported from the archive" import thread "<$thread>"
ok "with the patches of its version" same thread
like "and where it came from" "$(tr -s ' \n' ' ' <"$SERIES/thread/series.yaml")" \
	"$url/all/$thread/t\.mbox\.gz, message-id $thread,"
ok "a mail's page in the archive is, too" import page "$url/all/$thread/"
ok "with the same patches" same page
status "a message-id that is not there is refused" 2 import new gone@example.org
like "with the address that was tried" "$(cat "$OUT")" "$url/all/gone@example\.org/t\.mbox\.gz.*404"
: >"$TMP/requests"
ok "an mbox's URL is imported though the server fails once" import flaky "$url/flaky/thread.mbox"
is "which was asked twice" "$(grep -c flaky "$TMP/requests")" 2
ok "and though the connection is cut" import cut "$url/cut/thread.mbox"
ok "with the same patches" same cut
status "a loop of redirects is refused" 2 import new "$url/loop"
like "and called one" "$(cat "$OUT")" "$url/loop.*in a loop"
status "a web page is refused" 2 import new "$url/page"
like "and called one" "$(cat "$OUT")" "is a web page"
for time in first second; do
	: >"$TMP/requests"
	status "an mbox that is cut on the server is refused the $time time" 2 \
		import new "$url/short.mbox.gz"
	is "and not taken from the cache" "$(grep -c short "$TMP/requests")" 1
done

# tls NAME WHAT: starts a server whose certificate is for NAME and signed by itself; sets $tls.
# WHAT is -WWW for files, -HTTP for files that hold whole answers.
tls() {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 \
		-keyout "$TMP/key.pem" -out "$TMP/cert.pem" -subj /CN=test \
		-addext "subjectAltName=$1" 2>/dev/null
	rm -f "$TMP/accept"
	mkfifo "$TMP/accept"
	(cd "$WEB" && exec openssl s_server "$2" -accept 127.0.0.1:0 -cert "$TMP/cert.pem" \
		-key "$TMP/key.pem" >"$TMP/accept" 2>"$TMP/tls.log") &
	PIDS+=" $!"
	exec 3<"$TMP/accept"
	while read -r line <&3; do
		case $line in ACCEPT*) break ;; esac
	done
	tls=https://127.0.0.1:${line##*:}
}

tls IP:127.0.0.1 -WWW
status "a certificate that is not trusted is refused" 2 import new "$tls/thread.mbox"
like "with the remedy" "$(cat "$OUT")" "certificate is not trusted.*BOOTLAB_CAINFO"
ok "one that the user trusts is not" env BOOTLAB_CAINFO="$TMP/cert.pem" \
	"$BOOTLAB" kernel import tls "$tls/thread.mbox"
ok "with the same patches" same tls
printf 'HTTP/1.0 302 Found\r\nLocation: %s\r\n\r\n' "$url/thread.mbox" >"$WEB/away"
tls IP:127.0.0.1 -HTTP
status "a redirect to where there is no TLS is refused" 2 env BOOTLAB_CAINFO="$TMP/cert.pem" \
	"$BOOTLAB" kernel import new "$tls/away"
like "and says so" "$(cat "$OUT")" "https leads only to https"
tls DNS:other.example -WWW
status "a certificate of another name is refused" 2 env BOOTLAB_CAINFO="$TMP/cert.pem" \
	"$BOOTLAB" kernel import new "$tls/thread.mbox"
like "with the remedy" "$(cat "$OUT")" "certificate is not trusted"

is "what failed has left nothing" "$(ls -A "$SERIES" | tr '\n' ' ')" \
	"cut flaky folder mbox packed page range thread tls "

done_testing
