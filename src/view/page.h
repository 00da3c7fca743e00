/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_VIEW_PAGE_H
#define TARDIGREY_VIEW_PAGE_H

#include "view/page_data.h"
#include "view/text.h"

/*
 * page: the status page, one HTML document without outside resources. It is
 * complete without JavaScript. Strangers choose many of its values, so each is
 * escaped.
 */

/* "nonce" is a new random word of letters and digits for each document. The
 * header Content-Security-Policy must allow styles and scripts with it. */
void page_write(const struct page *page, const char *nonce, struct text *out);

#endif
