#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
# A web server for the tests, on loopback: http-server.pl FOLDER. Says its port on stdout, then
# serves the folder's files, one connection after the other, until it is killed. Some paths
# misbehave:
#   /flaky/PATH   the first answer is status 500, then it is PATH
#   /cut/PATH     the connection ends in the middle of PATH; the rest is had by its range
#   /loop         redirects to itself
# Every request's first line goes to stderr.
use strict;
use warnings;
use IO::Socket::INET;

my $folder = shift or die "usage: $0 FOLDER\n";
my $server = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 10, Proto => 'tcp')
	or die "cannot listen: $@\n";
my %asked;

$SIG{PIPE} = 'IGNORE';
$| = 1;
print $server->sockport, "\n";

sub answer {
	my ($client, $status, $body, @headers) = @_;
	my $head = join '', map { "$_\r\n" } "HTTP/1.1 $status", 'Connection: close', @headers;

	print $client "$head\r\n$body";
}

sub content {
	my ($path) = @_;

	$path =~ s/%([0-9A-Fa-f]{2})/chr hex $1/ge;
	return undef if $path =~ m{(^|/)\.\.(/|$)};
	open my $file, '<:raw', "$folder/$path" or return undef;
	return undef if -d $file;
	local $/;
	return scalar <$file>;
}

sub serve {
	my ($client, $path, $from) = @_;
	my $cut = $path =~ s{^/cut/}{/};

	return answer($client, '302 Found', '', 'Location: /loop', 'Content-Length: 0')
		if $path eq '/loop';
	return answer($client, '500 Internal Server Error', '', 'Content-Length: 0')
		if $path =~ s{^/flaky/}{/} && !$asked{$path}++;
	my $body = content($path);

	return answer($client, '404 Not Found', '', 'Content-Length: 0') unless defined $body;
	my $size = length $body;
	my @headers = ('ETag: "' . unpack('%32C*', $body) . "-$size\"");

	return answer($client, '206 Partial Content', substr($body, $from), @headers,
		"Content-Range: bytes $from-" . ($size - 1) . "/$size",
		'Content-Length: ' . ($size - $from)) if $cut && $from;
	answer($client, '200 OK', $cut ? substr($body, 0, $size / 2) : $body, @headers,
		"Content-Length: $size");
}

while (my $client = $server->accept) {
	my $line = <$client> // '';
	my $from = 0;

	print STDERR $line;
	while (defined(my $header = <$client>)) {
		last if $header =~ /^\r?\n$/;
		$from = $1 if $header =~ /^Range: bytes=(\d+)-/i;
	}
	serve($client, $1, $from) if $line =~ m{^GET (/\S*) };
	close $client;
}
