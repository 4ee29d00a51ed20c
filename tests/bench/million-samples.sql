-- SPDX-License-Identifier: GPL-2.0-only
-- A made-up campaign, for timing alone: nothing in here was ever measured. :samples of four
-- kernels at five thread counts, a metric each; one sample in 499 failed. To be read into the
-- database of tests/fixtures/fake-campaigns.sql, once that is up to date, as :campaign.
PRAGMA synchronous = OFF;
BEGIN;

INSERT OR IGNORE INTO kernel (id, name, base, series, patches, key, release, config_hash, compiler)
	SELECT 101 + value, iif(value, '6.1+fake/' || value, '6.1'), '6.1', iif(value, 'fake', NULL),
		value, printf('%020d', value), '6.1.0-fake', 'c0ffee', 'gcc 12.2.0'
	FROM generate_series(0, 3);
INSERT OR IGNORE INTO environment (id, fingerprint, facts)
	VALUES (101, printf('%064d', 101), '{"accelerator":"tcg","host_cpu":"Fake CPU"}');
INSERT OR IGNORE INTO scenario (id, name, definition)
	VALUES (101, 'fake-pin', '{"intervals":[],"name":"fake-pin","params":[{"kind":"count","name":"threads"}],"phases":[]}');
INSERT INTO campaign (id, created, command, seed, host)
	VALUES (:campaign, 1700000000, 'bootlab run fake-pin --set threads=1,2,4,8,16', 1, 'fakehost');
INSERT INTO cell (id, campaign, kernel, scenario, params)
	SELECT :campaign * 100 + value, :campaign, 101 + value % 4, 101, json_object('threads', 1 << value / 4)
	FROM generate_series(0, 19);

-- The cells by turns, as a campaign runs them.
INSERT INTO sample (id, cell, campaign, iteration, position, status, reason, started, ended, environment)
	SELECT :campaign * 10000000 + value, :campaign * 100 + value % 20, :campaign, value / 20 + 1, value,
		iif(value * 31 % 499, 'done', 'failed'),
		iif(value * 31 % 499, NULL, 'gate dmesg_clean: BUG: Bad page state in process fake'),
		1700000000 + value, 1700000001 + value, 101
	FROM generate_series(0, :samples - 1);

-- Skewed, as times are, and the same each time; one in 197 was disturbed.
INSERT INTO metric (sample, name, value, unit, better)
	SELECT id, 'elapsed', round(12.5 / (1 << cell % 100 / 4) * (1 - cell % 4 * 0.02)
			* (1 + 0.2 * (id * 15485863 % 999983 / 999983.0)
				+ 0.3 * pow(id * 7919 % 1000003 / 1000003.0, 8)
				+ 0.1 * (id * 104729 % 997 / 997.0))
			* iif(id % 197, 1, 4), 9),
		's', 'lower'
	FROM sample WHERE campaign = :campaign;
COMMIT;
