// SPDX-License-Identifier: GPL-2.0-only
/* What each format of samples measured elsewhere comes to, and what is refused. */
#include "test-db-fixture.h"

#include "db/sql.h"
#include "lab/intake.h"

#define HEADING "kernel,scenario,params,iteration,metric,value,unit\n"

/* Everything that is in a db, as one text. free it. */
static char *dump(Db *db)
{
	static const char *const tables[] = {"kernel", "scenario", "environment", "campaign",
					     "cell",   "sample",   "metric",	  "source"};
	json_auto_t *all = json_object();

	for (size_t i = 0; i < G_N_ELEMENTS(tables); i++) {
		g_autofree char *sql = g_strdup_printf("SELECT * FROM %s", tables[i]);

		json_object_set_new(all, tables[i], sql_rows(db, sql, SQL_NO_ARGS, NULL));
	}
	return json_dumps(all, JSON_SORT_KEYS | JSON_INDENT(1));
}

static bool take_as(Db *db, const char *text, const struct intake_opts *opts,
		    struct intake_outcome *outcome, GError **err)
{
	struct intake_outcome unused;

	return intake_bytes(db, "f.csv", text, strlen(text), opts, outcome ? outcome : &unused,
			    err);
}

static const struct intake_opts plain = {.command = "bootlab import f.csv"};

static struct intake_outcome take(Db *db, const char *text)
{
	struct intake_outcome outcome;
	GError *err = NULL;

	if (!take_as(db, text, &plain, &outcome, &err))
		fail_msg("%s", err->message);
	return outcome;
}

/* The text is refused with this error, and the db is as it was. */
static void assert_refused_as(Db *db, const char *text, const struct intake_opts *opts,
			      const char *why)
{
	GError *err = NULL;
	char *before = dump(db);

	assert_false(take_as(db, text, opts, NULL, &err));
	assert_error(&err, why);
	char *after = dump(db);

	assert_string_equal(before, after);
	free(before);
	free(after);
}

static void assert_refused(Db *db, const char *text, const char *why)
{
	assert_refused_as(db, text, &plain, why);
}

/* All values of a campaign, "KERNEL SCENARIO PARAMS ITERATION METRIC=VALUE UNIT BETTER;". */
static char *values_of(Db *db, gint64 campaign)
{
	json_auto_t *rows = sql_rows(
		db,
		"SELECT group_concat(text, ';') AS text FROM (SELECT k.name || ' ' || n.name || ' '"
		" || c.params || ' ' || s.iteration || ' ' || m.name || '=' || m.value || ' ' ||"
		" m.unit || ' ' || m.better AS text FROM metric AS m JOIN sample AS s"
		" ON s.id = m.sample JOIN cell AS c ON c.id = s.cell JOIN kernel AS k"
		" ON k.id = c.kernel JOIN scenario AS n ON n.id = c.scenario"
		" WHERE s.campaign = ?1 ORDER BY s.position, m.name)",
		SQL_ARGS(SQL_INT(campaign)), NULL);

	return g_strdup(json_string_value(json_object_get(json_array_get(rows, 0), "text")));
}

static void assert_values(Db *db, gint64 campaign, const char *want)
{
	g_autofree char *got = values_of(db, campaign);

	assert_string_equal(got, want);
}

/* ---- CSV ---- */

static void csv_is_taken_in(void **state)
{
	struct fixture *f = *state;
	g_autoptr(Db) db = open_new(f->path);
	struct intake_outcome outcome = take(db, HEADING "6.1,boot,memory=1G t=2,1,init,12.5,s\n"
							 "6.1,boot,memory=1G t=2,1,rate,3,MiB/s\n"
							 "mine,boot,memory=1G t=2,1,init,11,s\n");

	assert_int_equal(outcome.samples, 2);
	assert_int_equal(outcome.values, 3);
	assert_values(db, outcome.campaign,
		      "6.1 boot {\"memory\":1073741824,\"t\":2} 1 init=12.5 s lower;"
		      "6.1 boot {\"memory\":1073741824,\"t\":2} 1 rate=3.0 MiB/s higher;"
		      "mine boot {\"memory\":1073741824,\"t\":2} 1 init=11.0 s lower");
	assert_true(db_check(db, NULL));
}

static void csv_as_others_write_it(void **state)
{
	struct fixture *f = *state;
	g_autoptr(Db) db = open_new(f->path);
	/* A byte order mark, CRLF, quotes, blank lines, blanks, no last newline. */
	struct intake_outcome outcome = take(db, "\xef\xbb\xbf"
						 "\"Kernel\",scenario , metric,value,unit\r\n\r\n"
						 "\"a \"\"b\"\", c\",boot,\"x\", 1e3 ,ns\r\n"
						 "k,boot,x,-1.5,ns");

	assert_values(db, outcome.campaign,
		      "a \"b\", c boot {} 1 x=1000.0 ns lower;k boot {} 1 x=-1.5 ns lower");
}

static void samples_are_counted_where_no_iteration_is_said(void **state)
{
	struct fixture *f = *state;
	g_autoptr(Db) db = open_new(f->path);
	struct intake_outcome outcome = take(db, "kernel,scenario,metric,value\n"
						 "k,s,a,1\nk,s,b,10\nk,s,a,2\nk,s,b,20\n");

	assert_int_equal(outcome.samples, 2);
	assert_values(db, outcome.campaign,
		      "k s {} 1 a=1.0  neither;k s {} 1 b=10.0  neither;"
		      "k s {} 2 a=2.0  neither;k s {} 2 b=20.0  neither");
}

/* As a report writes it: all samples of one metric, then those of the next. */
static void metric_by_metric(void **state)
{
	struct fixture *f = *state;
	g_autoptr(Db) db = open_new(f->path);
	g_autoptr(GString) text = g_string_new(HEADING);

	for (int metric = 0; metric < 3; metric++)
		for (int i = 10000; i > 0; i--)
			g_string_append_printf(text, "k,s,,%d,m%d,%d,s\n", i, metric, i);
	struct intake_outcome outcome = take(db, text->str);
	gint64 odd = -1;

	assert_int_equal(outcome.samples, 10000);
	assert_int_equal(outcome.values, 30000);
	assert_int_equal(sql_int(db,
				 "SELECT count(*) FROM metric AS m JOIN sample AS s "
				 "ON s.id = m.sample WHERE m.value <> s.iteration",
				 SQL_NO_ARGS, &odd, NULL),
			 1);
	assert_int_equal(odd, 0);
}

/* In no order at all, over several batches: values find their samples, stored or waiting. */
static void iterations_in_any_order(void **state)
{
	const int n = 100003; /* a prime: steps of any length reach each number once */
	struct fixture *f = *state;
	g_autoptr(Db) db = open_new(f->path);
	g_autoptr(GString) text = g_string_new(HEADING);
	gint64 odd = -1;

	for (int metric = 0; metric < 2; metric++)
		for (gint64 i = 0; i < n; i++)
			g_string_append_printf(text, "k%d,s,,%d,m%d,%d,s\n", (int)(i % 3),
					       (int)(i * 777 % n), metric, (int)(i * 777 % n));
	struct intake_outcome outcome = take(db, text->str);

	assert_int_equal(outcome.samples, n);
	assert_int_equal(outcome.values, 2 * n);
	sql_int(db,
		"SELECT count(*) FROM metric AS m JOIN sample AS s ON s.id = m.sample "
		"WHERE m.value <> s.iteration",
		SQL_NO_ARGS, &odd, NULL);
	assert_int_equal(odd, 0);
	assert_true(db_check(db, NULL));
}

static void what_the_file_does_not_say_is_said_by_options(void **state)
{
	struct fixture *f = *state;
	g_autoptr(Db) db = open_new(f->path);
	struct intake_outcome outcome;
	const struct intake_opts opts = {.kernel = "k", .scenario = "s", .command = "c"};

	assert_true(take_as(db, "metric,value,unit,better\nx,1,W,lower\n", &opts, &outcome, NULL));
	assert_values(db, outcome.campaign, "k s {} 1 x=1.0 W lower");
	assert_refused(db, "metric,value\nx,1\n", "f.csv:2: names no kernel: --kernel says it");
	assert_refused(db, "metric,value,kernel\nx,1,k\n", "names no scenario: --scenario");
}

static void times_are_kept(void **state)
{
	struct fixture *f = *state;
	g_autoptr(Db) db = open_new(f->path);
	gint64 times = 0;

	take(db, "kernel,scenario,metric,value,time\nk,s,m,1,1700000000\n"
		 "k,s,m,2,2023-11-14T22:13:21Z\n");
	sql_int(db, "SELECT sum(started) FROM sample", SQL_NO_ARGS, &times, NULL);
	assert_int_equal(times, 2 * 1700000000LL + 1);
	assert_refused(db, "kernel,scenario,metric,value,time\nk,s,m,1,noon\n",
		       "f.csv:2: field 'time': 'noon'");
}

static void unlike_machines_are_kept_apart(void **state)
{
	struct fixture *f = *state;
	g_autoptr(Db) db = open_new(f->path);
	gint64 environments = 0;

	take(db, "kernel,scenario,metric,value,machine\nk,s,m,1,a\nk,s,m,2,b\nk,s,m,2,a\n");
	sql_int(db, "SELECT count(DISTINCT environment) FROM sample", SQL_NO_ARGS, &environments,
		NULL);
	assert_int_equal(environments, 2);
	assert_refused(db,
		       "kernel,scenario,iteration,metric,value,machine\n"
		       "k,s,1,m,1,a\nk,s,1,n,2,b\n",
		       "f.csv:3: this sample was measured in another environment above");
}

static void malformed_csv_is_refused(void **state)
{
	static const struct {
		const char *text, *why;
	} cases[] = {
		{"", "is in no format that is known: --format says which"},
		{"one word\n", "is in no format that is known"},
		{HEADING, "f.csv: holds no sample"},
		{"kernel,metric\n", "f.csv:1: the heading has no field 'value'"},
		{"kernel,value\nk,1\n", "f.csv:1: the heading has no field 'metric'"},
		{"kernel,value,metric,kernel\n", "f.csv:1: field 'kernel' is there twice"},
		{"kernel,colour\n", "f.csv:1: the heading has a field 'colour', and those that "},
		{HEADING "k,s,,1,m,1,s\nk,s,,2,m,1\n", "f.csv:3: has 6 fields, and the heading 7"},
		{HEADING "k,s,,1,m,1,s,x\n", "f.csv:2: has 8 fields, and the heading 7"},
		{HEADING "k,s,,1,m,fast,s\n", "f.csv:2: field 'value': 'fast' is no number"},
		{HEADING "k,s,,1,m,inf,s\n", "field 'value': 'inf' is no number"},
		{HEADING "k,s,,1,m,,s\n", "field 'value': '' is no number"},
		{HEADING "k,s,,-1,m,1,s\n", "f.csv:2: field 'iteration': '-1' is no number"},
		{HEADING "k,s,,1.5,m,1,s\n", "field 'iteration': '1.5'"},
		{HEADING "k,s,,99999999999,m,1,s\n", "field 'iteration': '99999999999'"},
		{HEADING "k,s,x,1,m,1,s\n", "f.csv:2: field 'params': 'x' is no NAME=VALUE"},
		{HEADING "k,s,x=,1,m,1,s\n", "field 'params': 'x' is no NAME=VALUE"},
		{HEADING "k,s,x=1 x=2,1,m,1,s\n", "parameter 'x' is given twice"},
		{HEADING "k,s,{x,1,m,1,s\n", "field 'params': is no JSON object"},
		{HEADING "k,s,x=1,1,m,1,s\nk,s,y=1,1,m,1,s\n",
		 "f.csv:3: field 'params': samples of scenario 's' above have x"},
		{HEADING "k,s,,1,m,1,s\n\n\nk,s,,1,m,1,s\n",
		 "f.csv:5: metric 'm' of this sample was given before"},
		{HEADING "k,s,,1,,1,s\n", "f.csv:2: there is no metric"},
		{HEADING "k,s,,1,\"a\nb\",1,s\n", "field 'metric': holds a control character"},
		{HEADING "k,s,,1,\"a\nb\",1,s\nk,s,,1,m,x,s\n", "f.csv:2: field 'metric'"},
		{HEADING "\"k\nl\",s,,1,m,1,s\n", "field 'kernel': holds a control character"},
		{HEADING "k\xff,s,,1,m,1,s\n", "field 'kernel': is no name, which is UTF-8"},
		{HEADING "k,s,x=\xff,1,m,1,s\n", "field 'params': is not UTF-8"},
		{HEADING "k,s,,1,m,1,s\nk,s,,2,\"m\"x,1,s\n", "f.csv:3: column 11: a quote"},
		{HEADING "k,s,,1,m,1,s\nk,s,,2,\"m,1,s\n", "f.csv:3: a quote is opened"},
		{"kernel,scenario,metric,value,better\nk,s,m,1,more\n",
		 "f.csv:2: field 'better': 'more' is not lower, higher or neither"},
		{"kernel,scenario,metric,value,better\nk,s,m,1,lower\nk,s,m,1,higher\n",
		 "f.csv:3: metric 'm': higher is better here, and lower above"},
	};
	struct fixture *f = *state;
	g_autoptr(Db) db = open_new(f->path);
	g_autofree char *name = g_strnfill(201, 'n');
	g_autofree char *text = g_strdup_printf(HEADING "%s,s,,1,m,1,s\n", name);

	take(db, HEADING "kept,s,,1,m,1,s\n");
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		assert_refused(db, cases[i].text, cases[i].why);
	assert_refused(db, text, "of at most 200 bytes");
}

/* Of a row over several lines, the line where it begins; and beyond a batch's end. */
static void errors_name_the_line(void **state)
{
	struct fixture *f = *state;
	g_autoptr(Db) db = open_new(f->path);
	g_autoptr(GString) text = g_string_new(HEADING);

	for (int i = 1; i <= 70000; i++)
		g_string_append_printf(text, "k,s,,%d,m,1,s\n", i);
	g_autofree char *twice = g_strconcat(text->str, "k,s,,17,m,1,s\n", NULL);
	g_autofree char *wrong = g_strconcat(text->str, "k,s,,70001,m,x,s\n", NULL);

	assert_refused(db, twice, "f.csv:70002: metric 'm' of this sample was given before");
	assert_refused(db, wrong, "f.csv:70002: field 'value'");
	assert_refused(db, HEADING "k,s,,1,\"m\nn\no\",1,s\n", "f.csv:2: ");
}

static void text_with_nul_is_none(void **state)
{
	static const char text[] = HEADING "k,s,,1,m\0n,1,s\n";
	struct fixture *f = *state;
	g_autoptr(Db) db = open_new(f->path);
	struct intake_outcome outcome;
	GError *err = NULL;

	assert_false(intake_bytes(db, "f", text, sizeof(text) - 1, &plain, &outcome, &err));
	assert_error(&err, "f: is no text: byte 60 is 0");
}

/* ---- once, and together ---- */

static void same_content_is_taken_in_once(void **state)
{
	static const char text[] = HEADING "k,s,,1,m,1,s\n";
	struct fixture *f = *state;
	g_autoptr(Db) db = open_new(f->path);
	struct intake_outcome first = take(db, text);
	char *before = dump(db);
	struct intake_outcome second = take(db, text);
	char *after = dump(db);

	assert_true(second.known);
	assert_int_equal(second.campaign, first.campaign);
	assert_string_equal(before, after);
	free(before);
	free(after);

	/* Of another kernel, the same content is another measurement. */
	struct intake_opts opts = {.kernel = "k", .scenario = "s", .command = "c"};

	assert_true(take_as(db, "metric,value\nm,1\n", &opts, &first, NULL));
	opts.kernel = "l";
	assert_true(take_as(db, "metric,value\nm,1\n", &opts, &second, NULL));
	assert_false(second.known);
	assert_int_not_equal(second.campaign, first.campaign);
}

static void files_of_a_campaign_count_on(void **state)
{
	struct fixture *f = *state;
	g_autoptr(Db) db = open_new(f->path);
	struct intake_opts opts = plain;
	struct intake_outcome first = take(db, HEADING "k,s,,1,m,1,s\nk,s,,2,m,2,s\n"), second;

	opts.campaign = first.campaign;
	assert_true(take_as(db, HEADING "k,s,,1,m,3,s\nl,s,,1,m,4,s\n", &opts, &second, NULL));
	assert_int_equal(second.campaign, first.campaign);
	assert_values(db, first.campaign,
		      "k s {} 1 m=1.0 s lower;k s {} 2 m=2.0 s lower;k s {} 3 m=3.0 s lower;"
		      "l s {} 1 m=4.0 s lower");
	assert_true(db_check(db, NULL));
}

/* A load does without references, which holds for no other statement after it. */
static void references_are_checked_after(void **state)
{
	static const char *const texts[] = {
		HEADING "k,s,,1,m,1,s\n", /* is taken in */
		HEADING "k,s,,1,m,1,s\n", /* is known */
		HEADING "k,s,,1,m,x,s\n", /* is refused */
	};
	struct fixture *f = *state;
	g_autoptr(Db) db = open_new(f->path);

	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(GError) refused = NULL, err = NULL;

		take_as(db, texts[i], &plain, NULL, &refused);
		assert_false(sql_run(db,
				     "INSERT INTO cell (campaign, kernel, scenario, params) "
				     "VALUES (77, 77, 77, '{}')",
				     SQL_NO_ARGS, &err));
		assert_non_null(strstr(err->message, "FOREIGN KEY"));
	}
	assert_true(db_check(db, NULL));
}

static void only_imported_campaigns_are_added_to(void **state)
{
	struct fixture *f = *state;
	g_autoptr(Db) db = open_new(f->path);
	struct intake_opts opts = {.campaign = plan_campaign(db, 1), .command = "c"};

	assert_refused_as(db, HEADING "k,s,,1,m,1,s\n", &opts,
			  "campaign 1 is none of samples that were imported");
	opts.campaign = 77;
	assert_refused_as(db, HEADING "k,s,,1,m,1,s\n", &opts, "campaign 77 is none");
}

/* Names mean nothing between campaigns: each has kernels and environments of its own. */
static void campaigns_share_nothing(void **state)
{
	struct fixture *f = *state;
	g_autoptr(Db) db = open_new(f->path);
	gint64 kernels = 0, environments = 0;

	take(db, HEADING "k,s,,1,m,1,s\n");
	take(db, HEADING "k,s,,1,m,2,s\n");
	sql_int(db, "SELECT count(*) FROM kernel", SQL_NO_ARGS, &kernels, NULL);
	sql_int(db, "SELECT count(*) FROM environment", SQL_NO_ARGS, &environments, NULL);
	assert_int_equal(kernels, 2);
	assert_int_equal(environments, 2);
}

/* ---- JSON ---- */

#define OBJECT(value)                                                                           \
	"{\"kernel\": \"k\", \"scenario\": \"s\", \"params\": {\"memory\": \"2G\", \"t\": 1}, " \
	"\"metric\": \"m\", \"value\": " value ", \"unit\": \"ms\"}"

static void json_is_taken_in(void **state)
{
	static const char *const texts[] = {
		"[" OBJECT("1") ",\n " OBJECT("2.5") "]\n",
		OBJECT("1") "\n" OBJECT("2.5"),
	};
	struct fixture *f = *state;
	g_autoptr(Db) db = open_new(f->path);

	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		struct intake_outcome outcome = take(db, texts[i]);

		assert_values(db, outcome.campaign,
			      "k s {\"memory\":2147483648,\"t\":1} 1 m=1.0 ms lower;"
			      "k s {\"memory\":2147483648,\"t\":1} 2 m=2.5 ms lower");
	}
}

static void malformed_json_is_refused(void **state)
{
	static const struct {
		const char *text, *why;
	} cases[] = {
		{"[]", "holds no sample"},
		{"[" OBJECT("1") ",\n 5]", "f.csv:2: is no object"},
		{"[\n" OBJECT("1") "\n" OBJECT("2") "]", "f.csv:3: column 1: a comma or"},
		{"[\n" OBJECT("1") ",\n", "f.csv:3: column "},
		{"[\n" OBJECT("1") ",\n]", "f.csv:3: column 1: "},
		{"[" OBJECT("1") "]\n\nx", "f.csv:3: column 1: something comes after the end"},
		{OBJECT("1") "\n{\"value\": 1,\n \"value\": 2}", "f.csv:3: column 8: duplicate"},
		{"{\"value\":\n\n tru}", "f.csv:3: column "},
		{OBJECT("\"1\""), "f.csv:1: field 'value': has a wrong value"},
		{OBJECT("1, \"iteration\": 1.5"), "field 'iteration': has a wrong value"},
		{OBJECT("1, \"colour\": 1"), "field 'colour' is none that is known"},
		{"{\"metric\": \"m\"}", "there is no field 'value'"},
		{"{\"value\": 1, \"params\": 3}", "field 'params': is no text and no object"},
		{"{\"value\": 1, \"kernel\": 3}", "field 'kernel': has a wrong value"},
		{"{\"value\": 1, \"kernel\": \"k\", \"scenario\": \"s\", \"metric\": \"m\","
		 " \"params\": {\"a\": 1.5}}",
		 "field 'params': 'a' is no integer and no text"},
		{"{\"tables\": [], \"statistics\": {}}", "is a report, which has averages"},
	};
	struct fixture *f = *state;
	g_autoptr(Db) db = open_new(f->path);

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		assert_refused(db, cases[i].text, cases[i].why);
}

/* ---- pft ---- */

#define PFT_HEADING "  Gb  Thr CLine   User     System     Wall    flt/cpu/s fault/wsec\n"
#define PFT_LINE    "   1    2   1     0.04s     0.61s     0.33s  400812.118 779341.274\n"

static void pft_is_taken_in(void **state)
{
	struct fixture *f = *state;
	g_autoptr(Db) db = open_new(f->path);
	const struct intake_opts opts = {.kernel = "k", .command = "c"};
	struct intake_outcome outcome;

	assert_true(take_as(db, "TAG pft:anon-x:y\n" PFT_HEADING PFT_LINE PFT_LINE, &opts, &outcome,
			    NULL));
	assert_int_equal(outcome.samples, 2);
	assert_true(take_as(db, PFT_LINE, &opts, &outcome, NULL));
	assert_values(db, outcome.campaign,
		      "k pft {\"gib\":1,\"threads\":2} 1 faults_per_cpu_second=400812.118 faults/s"
		      " higher;k pft {\"gib\":1,\"threads\":2} 1 faults_per_second=779341.274"
		      " faults/s higher;k pft {\"gib\":1,\"threads\":2} 1 system=0.61 s lower;"
		      "k pft {\"gib\":1,\"threads\":2} 1 user=0.04 s lower;"
		      "k pft {\"gib\":1,\"threads\":2} 1 wall=0.33 s lower");
}

static void malformed_pft_is_refused(void **state)
{
	struct fixture *f = *state;
	g_autoptr(Db) db = open_new(f->path);
	const struct intake_opts opts = {.kernel = "k", .command = "c"};

	assert_refused_as(db, PFT_LINE "1 2 1 0.04s 0.61s 0.33s 400812.118\n", &opts,
			  "f.csv:2: is no run of pft");
	assert_refused_as(db, PFT_LINE "1 2 1 0.04s 0.61s 0.33s 1 2 3\n", &opts, "f.csv:2: ");
	assert_refused_as(db, PFT_HEADING, &opts, "holds no sample");
	assert_refused(db, PFT_LINE, "names no kernel: --kernel says it");
}

/* ---- fio ---- */

#define FIO_IO                                                                           \
	"{\"total_ios\": 9, \"bw_bytes\": 1000, \"bw\": 0, \"iops\": 2.5, \"clat_ns\": " \
	"{\"mean\": 7.0, \"percentile\": {\"99.000000\": 8, \"99.500000\": 9}}}"
#define FIO_NONE "{\"total_ios\": 0, \"bw_bytes\": 0, \"iops\": 0}"
#define FIO(job, error)                                                      \
	"{\"jobname\": \"" job "\", \"error\": " error ", \"read\": " FIO_IO \
	", \"write\": " FIO_NONE "}"
#define FIO_RUN(jobs) \
	"{\"fio version\": \"fio-3.33\", \"timestamp\": 1700000000, \"jobs\": [" jobs "]}"

static void fio_is_taken_in(void **state)
{
	struct fixture *f = *state;
	g_autoptr(Db) db = open_new(f->path);
	const struct intake_opts opts = {.kernel = "k", .command = "c"};
	struct intake_outcome outcome;
	gint64 failed = 0, time = 0;

	assert_true(take_as(db, "fio: this is odd\n" FIO_RUN(FIO("a", "0") "," FIO("a", "5")),
			    &opts, &outcome, NULL));
	assert_values(db, outcome.campaign,
		      "k fio {\"job\":\"a\"} 1 read_bandwidth=1000.0 B/s higher;"
		      "k fio {\"job\":\"a\"} 1 read_clat_mean=7.0 ns lower;"
		      "k fio {\"job\":\"a\"} 1 read_clat_p99=8.0 ns lower;"
		      "k fio {\"job\":\"a\"} 1 read_iops=2.5 IO/s higher");
	sql_int(db, "SELECT count(*) FROM sample WHERE reason LIKE 'fio''s job ended in error 5%'",
		SQL_NO_ARGS, &failed, NULL);
	assert_int_equal(failed, 1);
	sql_int(db, "SELECT max(started) FROM sample", SQL_NO_ARGS, &time, NULL);
	assert_int_equal(time, 1700000000);
}

static void malformed_fio_is_refused(void **state)
{
	static const struct {
		const char *text, *why;
	} cases[] = {
		{"\"fio version\"", "f.csv:1: holds no JSON of fio's"},
		{"{\"fio version\": 3}", "it has no array 'jobs'"},
		{FIO_RUN("{}"), "it has no text 'jobname'"},
		{FIO_RUN("{\"jobname\": \"a\", \"read\": {\"total_ios\": 1}}"),
		 "f.csv:1: job 'a': 'read' has no number 'bw_bytes'"},
		{FIO_RUN("{\"jobname\": \"a\"}"), "holds no sample"},
		{"{\"fio version\": \"x\",\n \"jobs\": [}", "f.csv:2: column "},
	};
	struct fixture *f = *state;
	g_autoptr(Db) db = open_new(f->path);
	const struct intake_opts opts = {.kernel = "k", .command = "c"};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		assert_refused_as(db, cases[i].text, &opts, cases[i].why);
}

static void format_can_be_said(void **state)
{
	struct fixture *f = *state;
	g_autoptr(Db) db = open_new(f->path);
	struct intake_opts opts = {.kernel = "k", .format = "csv", .command = "c"};

	assert_refused_as(db, PFT_LINE, &opts, "f.csv:1: the heading has a field");
	opts.format = "xml";
	assert_refused_as(db, PFT_LINE, &opts, "--format xml: there are ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		fixture_test(csv_is_taken_in),
		fixture_test(csv_as_others_write_it),
		fixture_test(samples_are_counted_where_no_iteration_is_said),
		fixture_test(metric_by_metric),
		fixture_test(iterations_in_any_order),
		fixture_test(what_the_file_does_not_say_is_said_by_options),
		fixture_test(times_are_kept),
		fixture_test(unlike_machines_are_kept_apart),
		fixture_test(malformed_csv_is_refused),
		fixture_test(errors_name_the_line),
		fixture_test(text_with_nul_is_none),
		fixture_test(same_content_is_taken_in_once),
		fixture_test(files_of_a_campaign_count_on),
		fixture_test(references_are_checked_after),
		fixture_test(only_imported_campaigns_are_added_to),
		fixture_test(campaigns_share_nothing),
		fixture_test(json_is_taken_in),
		fixture_test(malformed_json_is_refused),
		fixture_test(pft_is_taken_in),
		fixture_test(malformed_pft_is_refused),
		fixture_test(fio_is_taken_in),
		fixture_test(malformed_fio_is_refused),
		fixture_test(format_can_be_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
