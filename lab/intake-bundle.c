// SPDX-License-Identifier: GPL-2.0-only
/* Bundles: see db/bundle.h. */
#include "lab/intake.h"

#include "db/bundle.h"
#include "lab/json-stream.h"

/* How often the user sees how far it got, in records. */
#define PROGRESS_RECORDS 0x100

static bool take_records(struct intake *in, struct db_bundle *bundle, const char *data,
			 gsize length, GError **err)
{
	struct json_stream stream = json_stream(intake_name(in), data, length);
	json_t *record;
	bool ok = true;
	int more = 0;

	for (guint64 n = 1; ok && (more = json_stream_next(&stream, &record, err)) > 0; n++) {
		ok = db_bundle_record(bundle, record, stream.value, err) &&
		     (n % PROGRESS_RECORDS || intake_progress(in, stream.at - data, err));
		json_decref(record);
	}
	return ok && !more;
}

bool intake_bundle(struct intake *in, const char *data, gsize length,
		   struct intake_outcome *outcome, GError **err)
{
	const struct intake_opts *opts = intake_options(in);
	struct db_bundled done;

	if (opts->kernel || opts->scenario || opts->machine || opts->campaign)
		return bl_fail(err, BL_ERROR_INPUT,
			       "%s: is a bundle, which says all of itself: leave --kernel, "
			       "--scenario, --machine and --campaign away",
			       intake_name(in));
	struct db_bundle *bundle = db_bundle_begin(intake_db(in), intake_name(in), err);

	if (!bundle ||
	    !db_bundle_end(bundle, take_records(in, bundle, data, length, err), &done, err))
		return false;
	*outcome = (struct intake_outcome){
		.campaign = done.campaign,
		.campaigns = done.added,
		.samples = done.samples,
		.values = done.values,
		.bundle = true,
		.known = !done.added,
	};
	return true;
}
