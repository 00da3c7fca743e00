/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "mail/sender_batv.h"

#include "mail/sender_text.h"

/* KDDDSSSSSS: the number of a key, a day, and six hexadecimal digits. Some
 * implementations leave out a leading zero of the six. */
static bool
is_batv_tag(const char *from, const char *to)
{
	size_t n = text_shape_n(from, "DDDDHHHHH");

	n += n > 0 && text_is_hex(from[n]);
	return n > 0 && from + n == to;
}

/* Both "prvs=TAG=user", as in the draft, and "prvs=user=TAG" are in use. If
 * both forms fit, the draft's is meant. */
static bool
remove_prvs(char *address)
{
	char *end = text_local_end(address), *first, *last = end;

	if (!text_starts_with(address, "prvs="))
		return false;
	address += strlen("prvs=");
	first = memchr(address, '=', (size_t)(end - address));
	if (first == NULL)
		return false;
	while (*last != '=')
		last--;
	if (is_batv_tag(address, first) && first + 1 < end) {
		text_cut(address - strlen("prvs="), first + 1);
		return true;
	}
	if (!is_batv_tag(last + 1, end) || last == address)
		return false;
	text_cut(last, end);
	text_cut(address - strlen("prvs="), address);
	return true;
}

/* Other schemes like BATV. Their tags have no known form. */
static bool
remove_tag(char *address, const char *start, const char *separator)
{
	char *tag = address + strlen(start);
	char *user;

	if (!text_starts_with(address, start) || *tag == '=')
		return false;
	user = strstr(tag, separator);
	if (user == NULL)
		return false;
	user += strlen(separator);
	if (user >= text_local_end(address))
		return false;
	text_cut(address, user);
	return true;
}

bool
sender_remove_batv(char *address)
{
	return remove_prvs(address) ||
	    remove_tag(address, "btv1==", "==") || /* Barracuda */
	    remove_tag(address, "msprvs1=", "=");  /* SparkPost */
}
