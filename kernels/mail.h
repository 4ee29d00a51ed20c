/* SPDX-License-Identifier: GPL-2.0-only */
/* Mails, split and decoded by git, which does it for all who send patches. */
#ifndef KERNELS_MAIL_H
#define KERNELS_MAIL_H

#include "lab/error.h"

struct mail {
	char *file; /* the mail as it came */
	/*
	 * A file: its body decoded, without the headers that git takes from there; what is said
	 * in UTF-8, the diff in the bytes that it has.
	 */
	char *text;
	char *id;      /* its Message-ID without the brackets; NULL: it has none */
	char *subject; /* in UTF-8, whole, on one line */

	/* What the subject says: "[RFC PATCH v3 2/10] mm: Do it" */
	char *title;   /* "mm: Do it" */
	char *tag;     /* "patch rfc": what is in the brackets beside the numbers, sorted */
	guint version; /* 3; 1 where none is given */
	guint number;  /* 2 */
	guint total;   /* 10; 0: it has no n/m */
	bool reply;    /* "Re: ..." */

	bool diff;    /* the body holds one */
	bool encoded; /* the body is not in the mail as it is (base64, quoted-printable, MIME) */
	char *digest; /* of subject and body */
};

void mail_free(struct mail *mail);
typedef struct mail Mail;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Mail, mail_free)

/* Fills in what a subject says. */
void mail_parse_subject(struct mail *mail, const char *subject);

/*
 * Splits an mbox, or takes a single mail, into files in the folder, and reads each: adds Mail *
 * to `mails` in their order. Replies are read no further than their subject; what git cannot
 * read is left out with a warning. source: what messages call the mbox.
 */
bool mail_split(const char *mbox, const char *source, const char *folder, GPtrArray *mails,
		GError **err);

/*
 * Writes a mail as a patch file that git can apply: as it came where its body is plain, with
 * the body decoded where it is not.
 */
bool mail_write_patch(const struct mail *mail, const char *path, GError **err);

/* "mm-Do-it": a title as part of a file's name, as git format-patch does it. g_free it. */
char *mail_file_name(const char *title);

#endif
