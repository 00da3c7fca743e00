/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "lists/regex.h"

#include <stdlib.h>
#include <string.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

/*
 * Most steps of one match. A typical pattern for host names and addresses needs
 * some hundred steps. A step takes about 10 ns without PCRE2's just-in-time
 * compiler, which would need memory that is writable and executable.
 */
#define STEPS_MAX 2000

/*
 * Longest subject. The count of steps starts again at each octet of the
 * subject, so its length needs a limit too. No host name and no address is
 * longer (RFC 5321 4.5.3.1): 64 octets, "@" and 255 octets.
 */
#define SUBJECT_MAX  320
#define HEAP_KIB_MAX 256

#define PARENTHESES_MAX 50
#define COMPILED_MAX    65536 /* octets of one compiled pattern */

struct regex {
	pcre2_code *code;            /* owned */
	pcre2_match_data *data;      /* owned */
	pcre2_match_context *limits; /* owned */
	unsigned overruns_n;
};

void
regex_free(struct regex *regex)
{
	if (regex == NULL)
		return;
	pcre2_match_context_free(regex->limits);
	pcre2_match_data_free(regex->data);
	pcre2_code_free(regex->code);
	free(regex);
}

static pcre2_code *
compile(const char *text, size_t text_n, struct err *err)
{
	pcre2_compile_context *bounds = pcre2_compile_context_create(NULL);
	PCRE2_SIZE at = 0;
	PCRE2_UCHAR why[160] = "";
	pcre2_code *code;
	int error = 0;

	if (bounds == NULL) {
		err_no_memory(err);
		return NULL;
	}
	pcre2_set_parens_nest_limit(bounds, PARENTHESES_MAX);
	pcre2_set_max_pattern_length(bounds, text_n);
	code = pcre2_compile((PCRE2_SPTR)text, text_n,
	    PCRE2_CASELESS | PCRE2_NEVER_BACKSLASH_C | PCRE2_NEVER_UTF, &error,
	    &at, bounds);
	pcre2_compile_context_free(bounds);
	if (code == NULL && error == PCRE2_ERROR_HEAP_FAILED) {
		err_no_memory(err);
	} else if (code == NULL) {
		pcre2_get_error_message(error, why, sizeof(why));
		err_set(err,
		    "not a regular expression: %s, at octet %zu of %.*s",
		    (const char *)why, at + 1, (int)text_n, text);
	}
	return code;
}

static bool
is_too_large(const pcre2_code *code)
{
	size_t octets_n = 0;

	pcre2_pattern_info(code, PCRE2_INFO_SIZE, &octets_n);
	return octets_n > COMPILED_MAX;
}

/* Allocate what a match needs. PCRE2 allocates more in the first match: make
 * one here, so that no real match fails for lack of memory. Returns false if
 * memory is short. */
static bool
prepare(struct regex *regex)
{
	regex->data = pcre2_match_data_create(1, NULL);
	regex->limits = pcre2_match_context_create(NULL);
	if (regex->data == NULL || regex->limits == NULL)
		return false;
	pcre2_set_match_limit(regex->limits, STEPS_MAX);
	pcre2_set_heap_limit(regex->limits, HEAP_KIB_MAX);
	return pcre2_match(regex->code, (PCRE2_SPTR) "", 0, 0, 0, regex->data,
		   regex->limits) != PCRE2_ERROR_NOMEMORY;
}

struct regex *
regex_new(const char *text, struct err *err)
{
	struct regex *regex = calloc(1, sizeof(*regex));

	if (regex == NULL) {
		err_no_memory(err);
		return NULL;
	}
	regex->code = compile(text + 1, strlen(text) - 2, err);
	if (regex->code == NULL) {
		regex_free(regex);
		return NULL;
	}
	if (is_too_large(regex->code)) {
		err_set(err,
		    "the regular expression is too large (it takes more than "
		    "%d octets)",
		    COMPILED_MAX);
		regex_free(regex);
		return NULL;
	}
	if (!prepare(regex)) {
		err_no_memory(err);
		regex_free(regex);
		return NULL;
	}
	return regex;
}

bool
regex_match(struct regex *regex, const char *subject)
{
	size_t n = strlen(subject);
	int rc = PCRE2_ERROR_NOMATCH;

	if (n <= SUBJECT_MAX)
		rc = pcre2_match(regex->code, (PCRE2_SPTR)subject, n, 0, 0,
		    regex->data, regex->limits);
	if (rc < 0 && rc != PCRE2_ERROR_NOMATCH)
		regex->overruns_n++;
	return rc >= 0;
}

unsigned
regex_take_overruns(struct regex *regex)
{
	unsigned n = regex->overruns_n;

	regex->overruns_n = 0;
	return n;
}
