#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
# spoil-block.pl FILES BLOCK BYTES PID: waits for a file of that pattern, and in its first BYTES
# for a block that fio has written, by the magic number that its header begins with. Changes a
# byte amid that block, and prints where the block is. Gives up when process PID has ended.
use strict;
use warnings;
use Fcntl qw(SEEK_SET);

my ($files, $block, $bytes, $pid) = @ARGV;
my $magic = pack 'v', 0xacca;

# Looks again until there is something to return, or nobody left to make it.
sub wait_for {
	my ($look, $what) = @_;
	while (1) {
		my $found = $look->();
		return $found if defined $found;
		kill 0, $pid or die "no $what\n";
		select undef, undef, undef, 0.05;
	}
}

sub read_at {
	my ($drive, $at, $length) = @_;
	sysseek $drive, $at, SEEK_SET or die "seek: $!\n";
	sysread($drive, my $read, $length) == $length or die "short read\n";
	return $read;
}

sub written_block {
	my ($drive) = @_;
	for (my $at = 0; $at < $bytes; $at += $block) {
		return $at if read_at($drive, $at, 2) eq $magic;
	}
	return undef;
}

my $path = wait_for(sub { (glob $files)[0] }, $files);
open my $drive, '+<:raw', $path or die "$path: $!\n";
my $at = wait_for(sub { written_block($drive) }, 'block was written');
my $amid = $at + $block / 2;
my $other = read_at($drive, $amid, 1) ^ "\xff";
sysseek $drive, $amid, SEEK_SET or die "seek: $!\n";
syswrite($drive, $other, 1) == 1 or die "write: $!\n";
print "$at\n";
