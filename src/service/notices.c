/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "service/notices.h"

#include <string.h>

void
notices_add(struct notices *notices, enum notice_kind kind, const char *text)
{
	struct notice *notice = &notices->items[notices->n];
	size_t n = strlen(text);

	if (notices->n == NOTICES_MAX)
		return;
	if (n >= sizeof(notice->text))
		n = sizeof(notice->text) - 1;
	notice->kind = kind;
	memcpy(notice->text, text, n);
	notice->text[n] = '\0';
	notices->n++;
}

void
notices_move(struct notices *from, struct notices *to)
{
	for (size_t i = 0; i < from->n; i++)
		notices_add(to, from->items[i].kind, from->items[i].text);
	from->n = 0;
}
