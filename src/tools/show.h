/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TOOLS_SHOW_H
#define TARDIGREY_TOOLS_SHOW_H

#include <stdint.h>

#include "mail/request.h"

/*
 * show: values as text. Anyone who sends mail can put text into the database,
 * such as control sequences of a terminal. show_text() makes such text
 * harmless.
 *
 * Each function returns one of eight buffers in turn, so a text is valid until
 * the eighth call after it.
 */

/* A text of this size, with its NUL, is shown whole. It has room for two
 * addresses and a sentence around them. Longer ones are cut. */
#define SHOW_TEXT_SIZE (3 * REQUEST_ADDRESS_MAX)

/* Copy printable ASCII and, in a UTF-8 locale, visible UTF-8 characters. Every
 * other octet becomes \xHH. */
const char *show_text(const char *text);

/* The number of characters of a shown text. */
int show_width(const char *shown);

/* If standard output is a terminal, the local time, "2026-11-21 06:10:00".
 * Otherwise UTC, "2026-11-21T05:10:00Z". A time outside the years 1900 to 9999
 * is shown in Unix seconds. */
const char *show_time(int64_t time_s);

/* For people: the local time, "2026-11-21 06:10". */
const char *show_minute(int64_t time_s);

/* For people: "2 minutes 10 seconds", the two largest units. */
const char *show_span(int64_t span_s);

/* "s" unless n is 1. */
const char *show_plural(int64_t n);

#endif
