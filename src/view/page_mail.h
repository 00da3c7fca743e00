/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_VIEW_PAGE_MAIL_H
#define TARDIGREY_VIEW_PAGE_MAIL_H

#include "view/page_data.h"
#include "view/text.h"

/* page_mail: the sections of the status page that show single messages. */

/* The mail that waits for a second attempt, with the time left. */
void page_add_waiting(struct text *out, const struct page *page);

/* The clients with the most waiting mail, among the newest. */
void page_add_clients(struct text *out, const struct page *page);

/* The latest decisions, with their reasons in words. */
void page_add_decisions(struct text *out, const struct page *page);

#endif
