// SPDX-License-Identifier: GPL-2.0-only
/*
 * The schema. What can be wrong with a row is refused by the file itself, so that it holds
 * whatever program writes it. The comments in SQL stay in the file: `.schema` shows them.
 */
#include "db/migrations.h"

#include <glib.h>

static const char tables[] =
	"CREATE TABLE kernel (\n"
	"	id INTEGER PRIMARY KEY,\n"
	"	name TEXT NOT NULL CHECK (name <> ''), -- BASE[+SERIES[/PATCHES]]\n"
	"	base TEXT NOT NULL,\n"
	"	series TEXT,\n"
	"	patches INTEGER NOT NULL CHECK (patches >= 0),\n"
	"	key TEXT NOT NULL, -- hash of all that the build was made from\n"
	"	release TEXT NOT NULL, -- uname -r\n"
	"	config_hash TEXT NOT NULL,\n"
	"	compiler TEXT NOT NULL,\n"
	"	CONSTRAINT patches_of_a_series CHECK (series IS NOT NULL OR patches = 0),\n"
	"	UNIQUE (name, key)\n"
	") STRICT;\n"

	"CREATE TABLE environment (\n"
	"	id INTEGER PRIMARY KEY,\n"
	"	fingerprint TEXT NOT NULL UNIQUE CHECK (length(fingerprint) = 64), -- SHA-256 of facts\n"
	"	facts TEXT NOT NULL CHECK (json_type(facts) = 'object')\n"
	") STRICT;\n"

	/* AUTOINCREMENT: a campaign is cited by its number, which must never mean another. */
	"CREATE TABLE campaign (\n"
	"	id INTEGER PRIMARY KEY AUTOINCREMENT,\n"
	"	created INTEGER NOT NULL, -- seconds, Unix, UTC\n"
	"	command TEXT NOT NULL,\n"
	"	seed INTEGER NOT NULL, -- of the order of its samples\n"
	"	host TEXT NOT NULL\n"
	") STRICT;\n"

	"CREATE TABLE scenario (\n"
	"	id INTEGER PRIMARY KEY,\n"
	"	name TEXT NOT NULL CHECK (name <> ''),\n"
	"	definition TEXT NOT NULL CHECK (json_type(definition) = 'object'),\n"
	"	UNIQUE (name, definition)\n"
	") STRICT;\n"

	"CREATE TABLE interval ( -- metrics that are the time between two marks\n"
	"	scenario INTEGER NOT NULL REFERENCES scenario,\n"
	"	name TEXT NOT NULL CHECK (name <> ''),\n"
	"	place INTEGER NOT NULL, -- in the scenario's list\n"
	"	from_mark TEXT NOT NULL,\n"
	"	to_mark TEXT NOT NULL CHECK (to_mark <> from_mark),\n"
	"	better TEXT NOT NULL CHECK (better IN ('lower', 'higher', 'neither')),\n"
	"	PRIMARY KEY (scenario, name)\n"
	") STRICT, WITHOUT ROWID;\n"

	"CREATE TABLE cell (\n"
	"	id INTEGER PRIMARY KEY,\n"
	"	campaign INTEGER NOT NULL REFERENCES campaign,\n"
	"	kernel INTEGER NOT NULL REFERENCES kernel,\n"
	"	scenario INTEGER NOT NULL REFERENCES scenario,\n"
	"	params TEXT NOT NULL CHECK (json_type(params) = 'object'),\n"
	"	UNIQUE (campaign, kernel, scenario, params),\n"
	"	UNIQUE (id, campaign) -- for sample's foreign key\n"
	") STRICT;\n"

	"CREATE TABLE sample (\n"
	"	id INTEGER PRIMARY KEY,\n"
	"	cell INTEGER NOT NULL,\n"
	"	campaign INTEGER NOT NULL,\n"
	"	iteration INTEGER NOT NULL CHECK (iteration >= 0),\n"
	"	position INTEGER NOT NULL CHECK (position >= 0), -- in the campaign's order\n"
	"	status TEXT NOT NULL DEFAULT 'planned',\n"
	"	reason TEXT CHECK (reason <> ''), -- why it failed\n"
	"	started INTEGER, -- seconds, Unix, UTC\n"
	"	ended INTEGER,\n"
	"	environment INTEGER REFERENCES environment,\n"
	"	FOREIGN KEY (cell, campaign) REFERENCES cell (id, campaign),\n"
	"	UNIQUE (cell, iteration),\n"
	"	UNIQUE (campaign, position),\n"
	"	CONSTRAINT ends_after_start CHECK (ended >= started),\n"
	"	CONSTRAINT end_is_whole CHECK (CASE status\n"
	"		WHEN 'planned' THEN coalesce(reason, started, ended, environment) IS NULL\n"
	"		WHEN 'done' THEN reason IS NULL AND started IS NOT NULL AND ended IS NOT NULL\n"
	"			AND environment IS NOT NULL\n"
	"		WHEN 'failed' THEN reason IS NOT NULL AND started IS NOT NULL\n"
	"			AND ended IS NOT NULL\n"
	"		ELSE 0 END)\n"
	") STRICT;\n"

	"CREATE TRIGGER sample_ends_once BEFORE UPDATE ON sample WHEN OLD.status <> 'planned'\n"
	"BEGIN\n"
	"	SELECT RAISE(ABORT, 'the sample has ended already');\n"
	"END;\n"

	"CREATE TABLE mark (\n"
	"	sample INTEGER NOT NULL REFERENCES sample,\n"
	"	name TEXT NOT NULL CHECK (name <> ''),\n"
	"	t INTEGER NOT NULL, -- ns, the testbed's CLOCK_MONOTONIC\n"
	"	PRIMARY KEY (sample, name)\n"
	") STRICT, WITHOUT ROWID;\n"

	"CREATE TABLE metric (\n"
	"	sample INTEGER NOT NULL REFERENCES sample,\n"
	"	name TEXT NOT NULL CHECK (name <> ''),\n"
	"	value REAL NOT NULL,\n"
	"	unit TEXT NOT NULL,\n"
	"	better TEXT NOT NULL CHECK (better IN ('lower', 'higher', 'neither')),\n"
	"	PRIMARY KEY (sample, name)\n"
	") STRICT, WITHOUT ROWID;\n"

	"CREATE TABLE span ( -- work that is done many times in a sample, e.g. a DMA map call\n"
	"	sample INTEGER NOT NULL REFERENCES sample,\n"
	"	seq INTEGER NOT NULL, -- in the order that they were reported\n"
	"	name TEXT NOT NULL CHECK (name <> ''),\n"
	"	kind TEXT NOT NULL CHECK (kind <> ''),\n"
	"	start INTEGER NOT NULL, -- ns, the testbed's CLOCK_MONOTONIC\n"
	"	end INTEGER NOT NULL CHECK (end >= start),\n"
	"	bytes INTEGER NOT NULL CHECK (bytes >= 0),\n"
	"	PRIMARY KEY (sample, seq)\n"
	") STRICT, WITHOUT ROWID;\n"

	"CREATE TABLE gate (\n"
	"	sample INTEGER NOT NULL REFERENCES sample,\n"
	"	name TEXT NOT NULL CHECK (name <> ''),\n"
	"	ok INTEGER NOT NULL CHECK (ok IN (0, 1)),\n"
	"	evidence TEXT NOT NULL,\n"
	"	PRIMARY KEY (sample, name)\n"
	") STRICT, WITHOUT ROWID;\n"

	"CREATE TRIGGER gate_must_hold BEFORE INSERT ON gate WHEN NOT NEW.ok\n"
	"	AND (SELECT status FROM sample WHERE id = NEW.sample) = 'done'\n"
	"BEGIN\n"
	"	SELECT RAISE(ABORT, 'a sample whose gate does not hold cannot be done');\n"
	"END;\n"

	"CREATE TABLE artifact ( -- what a sample left: its console, its log\n"
	"	sample INTEGER NOT NULL REFERENCES sample,\n"
	"	name TEXT NOT NULL CHECK (name <> ''),\n"
	"	text TEXT NOT NULL,\n"
	"	PRIMARY KEY (sample, name)\n"
	") STRICT, WITHOUT ROWID;\n";

/*
 * For spans named X: X_time is the time in all of them, X_time_max in the longest, X_time_K
 * in those of kind K, and X_calls is their number; span_alias gives those that have a better
 * name. Each arm groups by campaign and sample, so that a query for one of them reads no
 * more: sqlite takes its WHERE into an arm that groups by it, but no deeper.
 */
#define SPANS_AND_MEASUREMENT                                                                          \
	"CREATE VIEW good_span AS\n"                                                                   \
	"SELECT g.campaign, g.cell, g.sample, g.iteration, g.environment, p.kind,\n"                   \
	"	coalesce(a.time, p.name || '_time') AS time,\n"                                              \
	"	coalesce(a.calls, p.name || '_calls') AS calls,\n"                                           \
	"	CAST(p.end - p.start AS REAL) AS ns\n"                                                       \
	"FROM good_sample AS g JOIN span AS p ON p.sample = g.sample\n"                                \
	"	LEFT JOIN span_alias AS a ON a.span = p.name;\n"                                             \
	"CREATE VIEW measurement AS -- values of good samples; in a report by source, place, metric\n" \
	"SELECT g.campaign, g.cell, g.sample, g.iteration, g.environment,\n"                           \
	"	1 AS source, i.place AS place, i.name AS metric, 'ns' AS unit, i.better AS better,\n"        \
	"	CAST(b.t - a.t AS REAL) AS value\n"                                                          \
	"FROM good_sample AS g JOIN interval AS i ON i.scenario = g.scenario\n"                        \
	"	JOIN mark AS a ON a.sample = g.sample AND a.name = i.from_mark\n"                            \
	"	JOIN mark AS b ON b.sample = g.sample AND b.name = i.to_mark\n"                              \
	"UNION ALL\n"                                                                                  \
	"SELECT campaign, cell, sample, iteration, environment,\n"                                     \
	"	2, 0, time, 'ns', 'lower', sum(ns)\n"                                                        \
	"FROM good_span GROUP BY campaign, sample, time\n"                                             \
	"UNION ALL\n"                                                                                  \
	"SELECT campaign, cell, sample, iteration, environment,\n"                                     \
	"	2, 0, time || '_max', 'ns', 'lower', max(ns)\n"                                              \
	"FROM good_span GROUP BY campaign, sample, time\n"                                             \
	"UNION ALL\n"                                                                                  \
	"SELECT campaign, cell, sample, iteration, environment,\n"                                     \
	"	2, 0, time || '_' || kind, 'ns', 'lower', sum(ns)\n"                                         \
	"FROM good_span GROUP BY campaign, sample, time, kind\n"                                       \
	"UNION ALL\n"                                                                                  \
	"SELECT campaign, cell, sample, iteration, environment,\n"                                     \
	"	2, 0, calls, 'count', 'neither', CAST(count(*) AS REAL)\n"                                   \
	"FROM good_span GROUP BY campaign, sample, calls\n"                                            \
	"UNION ALL\n"                                                                                  \
	"SELECT g.campaign, g.cell, g.sample, g.iteration, g.environment,\n"                           \
	"	3, 0, m.name, m.unit, m.better, m.value\n"                                                   \
	"FROM good_sample AS g JOIN metric AS m ON m.sample = g.sample;\n"

static const char measurement[] =
	"CREATE TABLE span_alias (\n"
	"	span TEXT NOT NULL PRIMARY KEY,\n"
	"	time TEXT NOT NULL,\n"
	"	calls TEXT NOT NULL\n"
	") STRICT, WITHOUT ROWID;\n"
	"INSERT INTO span_alias VALUES\n"
	"	('dma_map', 'pin_time', 'pin_calls'),\n"
	"	('dma_unmap', 'unpin_time', 'unpin_calls');\n"

	"CREATE VIEW good_sample AS\n"
	"SELECT s.campaign, s.cell, s.id AS sample, s.iteration, s.environment, c.scenario\n"
	"FROM sample AS s JOIN cell AS c ON c.id = s.cell\n"
	"WHERE s.status = 'done';\n"

	SPANS_AND_MEASUREMENT;

/* Of the kernels that have any: whose work a report shows. */
static const char patches[] = "CREATE TABLE patch (\n"
			      "	kernel INTEGER NOT NULL REFERENCES kernel (id),\n"
			      "	place INTEGER NOT NULL, -- in the order applied, from 1\n"
			      "	subject TEXT NOT NULL,\n"
			      "	author TEXT, -- Name <address>\n"
			      "	PRIMARY KEY (kernel, place)\n"
			      ") STRICT, WITHOUT ROWID;\n";

/*
 * Warm-up samples are kept and enter no value. A cell has a side, so that a kernel can be
 * compared with itself. sqlite cannot change a UNIQUE in place: the table is made anew, which
 * is why foreign keys are off during a migration. A goal is what a campaign goes on for.
 */
static const char sides_and_goals[] =
	"DROP VIEW measurement;\n"
	"DROP VIEW good_span;\n"
	"DROP VIEW good_sample;\n"

	"CREATE TABLE cell_new (\n"
	"	id INTEGER PRIMARY KEY,\n"
	"	campaign INTEGER NOT NULL REFERENCES campaign,\n"
	"	kernel INTEGER NOT NULL REFERENCES kernel,\n"
	"	scenario INTEGER NOT NULL REFERENCES scenario,\n"
	"	params TEXT NOT NULL CHECK (json_type(params) = 'object'),\n"
	"	side INTEGER NOT NULL DEFAULT 0 CHECK (side >= 0), -- 1: the same kernel again\n"
	"	UNIQUE (campaign, kernel, scenario, params, side),\n"
	"	UNIQUE (id, campaign) -- for sample's foreign key\n"
	") STRICT;\n"
	"INSERT INTO cell_new SELECT id, campaign, kernel, scenario, params, 0 FROM cell;\n"
	"DROP TABLE cell;\n"
	"ALTER TABLE cell_new RENAME TO cell;\n"

	"ALTER TABLE sample ADD COLUMN warmup INTEGER NOT NULL DEFAULT 0 CHECK (warmup IN (0, 1));\n"

	"CREATE TABLE goal ( -- until when a campaign's samples are repeated\n"
	"	campaign INTEGER PRIMARY KEY REFERENCES campaign,\n"
	"	percent REAL NOT NULL CHECK (percent > 0), -- the mean known to plus or minus this\n"
	"	metric TEXT CHECK (metric <> ''), -- NULL: each scenario's main one\n"
	"	iterations INTEGER NOT NULL CHECK (iterations > 0), -- at most so many\n"
	"	seconds INTEGER CHECK (seconds > 0) -- of samples, at most; NULL: no limit\n"
	") STRICT;\n"

	"CREATE VIEW good_sample AS\n"
	"SELECT s.campaign, s.cell, s.id AS sample, s.iteration, s.environment, c.scenario\n"
	"FROM sample AS s JOIN cell AS c ON c.id = s.cell\n"
	"WHERE s.status = 'done' AND NOT s.warmup;\n"

	SPANS_AND_MEASUREMENT;

/*
 * A scenario's probe is the collector that its samples are run for, and that disturbs what it
 * watches: no time of theirs is a value. What the collector itself says, in metrics that begin
 * with its name and a dot, are values of a view of their own, under the rest of the name.
 */
static const char probes[] =
	"ALTER TABLE scenario ADD COLUMN probe TEXT CHECK (probe <> '');\n"
	"DROP VIEW good_sample;\n"
	"CREATE VIEW good_sample AS\n"
	"SELECT s.campaign, s.cell, s.id AS sample, s.iteration, s.environment, c.scenario\n"
	"FROM sample AS s JOIN cell AS c ON c.id = s.cell JOIN scenario AS n ON n.id = c.scenario\n"
	"WHERE s.status = 'done' AND NOT s.warmup AND n.probe IS NULL;\n"
	"CREATE VIEW probe_sample AS -- good samples in which a collector disturbed the workload\n"
	"SELECT s.campaign, s.cell, s.id AS sample, s.iteration, s.environment, n.probe\n"
	"FROM sample AS s JOIN cell AS c ON c.id = s.cell JOIN scenario AS n ON n.id = c.scenario\n"
	"WHERE s.status = 'done' AND NOT s.warmup AND n.probe IS NOT NULL;\n"
	"CREATE VIEW probe_measurement AS -- what those collectors saw; columns as in measurement\n"
	"SELECT p.campaign, p.cell, p.sample, p.iteration, p.environment,\n"
	"	4 AS source, 0 AS place, substr(m.name, length(p.probe) + 2) AS metric,\n"
	"	m.unit, m.better, m.value\n"
	"FROM probe_sample AS p JOIN metric AS m ON m.sample = p.sample\n"
	"	AND substr(m.name, 1, length(p.probe) + 1) = p.probe || '.';\n";

/*
 * A campaign may have a million samples. The first index finds where in the tables of events
 * those of a campaign begin and end, and counts them without a look at each; samples come in
 * the order of their numbers, which makes it cheap to keep. The second finds the few that are
 * not done: what is to be run next, what failed. (A query uses it that repeats its condition.)
 */
static const char many_samples[] =
	"CREATE INDEX sample_tally ON sample (campaign, id, cell, environment, status, warmup);\n"
	"CREATE INDEX sample_not_done ON sample (campaign, status, position) "
	"WHERE status <> 'done';\n";

/*
 * A campaign has an identity, which it keeps in every file that it is copied to; those made
 * before get one that all copies of this file give them. Samples measured elsewhere have a
 * source: the file that they were read from, which is read once only.
 */
static const char origins[] =
	"CREATE TABLE identity ( -- what a campaign is known by, in whatever file it is\n"
	"	campaign INTEGER PRIMARY KEY REFERENCES campaign,\n"
	"	uuid TEXT NOT NULL UNIQUE CHECK (uuid <> '')\n"
	") STRICT;\n"
	"INSERT INTO identity SELECT id, created || '-' || seed || '-' || id FROM campaign;\n"
	"CREATE TRIGGER campaign_has_identity AFTER INSERT ON campaign\n"
	"BEGIN\n"
	"	INSERT INTO identity VALUES (NEW.id, lower(hex(randomblob(16))));\n"
	"END;\n"
	"CREATE TABLE source ( -- files that samples measured elsewhere were read from\n"
	"	campaign INTEGER NOT NULL REFERENCES campaign,\n"
	"	place INTEGER NOT NULL CHECK (place > 0), -- in the order read\n"
	"	name TEXT NOT NULL CHECK (name <> ''),\n"
	"	format TEXT NOT NULL CHECK (format <> ''),\n"
	"	sha256 TEXT NOT NULL CHECK (length(sha256) = 64), -- of the file's bytes\n"
	"	identity TEXT NOT NULL, -- of those and of what the user said of them\n"
	"	PRIMARY KEY (campaign, place),\n"
	"	UNIQUE (identity, campaign)\n"
	") STRICT, WITHOUT ROWID;\n";

const char *const migrations[] = {tables, measurement,	patches, sides_and_goals,
				  probes, many_samples, origins};
const int migrations_count = G_N_ELEMENTS(migrations);
