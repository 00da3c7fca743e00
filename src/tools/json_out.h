/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TOOLS_JSON_OUT_H
#define TARDIGREY_TOOLS_JSON_OUT_H

#include <stdint.h>

/*
 * json_out: JSON objects for standard output, in ASCII. If memory is short, the
 * functions end the program: an object that lacks members looks complete.
 */

struct json_t; /* of jansson: an object or a list */

struct json_t *json_out_new(void);
struct json_t *json_out_new_list(void);
void json_out_free(struct json_t *json);

/* Set a member of an object. A text of NULL or "" becomes null. A text that is
 * not UTF-8 is written in hexadecimal, and its name gets the suffix "_hex". */
void json_out_text(struct json_t *object, const char *name, const char *text);
void json_out_number(struct json_t *object, const char *name, int64_t number);
void json_out_null(struct json_t *object, const char *name);
/* The object owns the list from now on. */
void json_out_list(struct json_t *object, const char *name,
    struct json_t *list);

/* Append an object to a list, which owns it from now on. */
void json_out_append(struct json_t *list, struct json_t *object);

/* Print an object on a line, if it has members, and remove them. */
void json_out_print(struct json_t *object);

#endif
