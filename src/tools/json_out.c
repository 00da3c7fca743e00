/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "tools/json_out.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/memory.h"

/* End the program if a function of jansson has failed. The arguments are valid,
 * so memory is short. */
static void
check(int status)
{
	if (status != 0)
		memory_out();
}

static struct json_t *
check_new(struct json_t *json)
{
	if (json == NULL)
		memory_out();
	return json;
}

struct json_t *
json_out_new(void)
{
	return check_new(json_object());
}

struct json_t *
json_out_new_list(void)
{
	return check_new(json_array());
}

void
json_out_free(struct json_t *json)
{
	json_decref(json);
}

/* ---- Members ---- */

static void
set(struct json_t *object, const char *name, struct json_t *value)
{
	check(json_object_set_new_nocheck(object, name, value));
}

static void
set_hexadecimal(struct json_t *object, const char *name, const char *text)
{
	size_t n = strlen(text);
	char *hex = memory_alloc(2 * n + 1, 1);
	char hex_name[64];

	for (size_t i = 0; i < n; i++)
		snprintf(hex + 2 * i, 3, "%02x", (unsigned char)text[i]);
	snprintf(hex_name, sizeof(hex_name), "%s_hex", name);
	set(object, hex_name, json_string(hex));
	free(hex);
}

void
json_out_text(struct json_t *object, const char *name, const char *text)
{
	struct json_t *value;

	if (text == NULL || text[0] == '\0') {
		json_out_null(object, name);
		return;
	}
	value = json_string(text);
	if (value == NULL) /* perhaps memory was short: try again */
		value = json_string(text);
	if (value != NULL)
		set(object, name, value);
	else
		set_hexadecimal(object, name, text);
}

void
json_out_number(struct json_t *object, const char *name, int64_t number)
{
	set(object, name, json_integer(number));
}

void
json_out_null(struct json_t *object, const char *name)
{
	set(object, name, json_null());
}

void
json_out_list(struct json_t *object, const char *name, struct json_t *list)
{
	set(object, name, list);
}

void
json_out_append(struct json_t *list, struct json_t *object)
{
	check(json_array_append_new(list, object));
}

/* ---- Printing ---- */

/* jansson escapes all ASCII control characters except DEL. Escape DEL here. */
static int
write_escaped(const char *text, size_t n, void *arg)
{
	(void)arg;
	for (const char *end = text + n; text < end;) {
		const char *del = memchr(text, 0x7f, (size_t)(end - text));
		size_t plain_n = (size_t)((del != NULL ? del : end) - text);

		fwrite(text, 1, plain_n, stdout);
		text += plain_n;
		if (del != NULL) {
			fputs("\\u007F", stdout);
			text++;
		}
	}
	return 0;
}

void
json_out_print(struct json_t *object)
{
	if (json_object_size(object) == 0)
		return;
	check(json_dump_callback(object, write_escaped, NULL,
	    JSON_COMPACT | JSON_ENSURE_ASCII));
	putchar('\n');
	json_object_clear(object);
}
