/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "store/redis/redis_format.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define NUMBER_SIZE 24 /* of 64 bits, with a sign */

static bool
append(struct redis_text *text, const char *octets, size_t n)
{
	if (text->size - text->n < n) {
		size_t size = 2 * (text->n + n) + 1024;
		char *more = realloc(text->octets, size);

		if (more == NULL)
			return false;
		text->octets = more;
		text->size = size;
	}
	memcpy(text->octets + text->n, octets, n);
	text->n += n;
	return true;
}

/* Write a number before end. Returns its first digit or sign. */
static char *
number_text(long long number, char *end)
{
	char *at = end;
	unsigned long long rest = number < 0 ? 0 - (unsigned long long)number
					     : (unsigned long long)number;

	do
		*--at = (char)('0' + rest % 10);
	while ((rest /= 10) > 0);
	if (number < 0)
		*--at = '-';
	return at;
}

static bool
append_number(struct redis_text *text, long long number)
{
	char digits[NUMBER_SIZE];
	char *end = digits + sizeof(digits);
	const char *begin = number_text(number, end);

	return append(text, begin, (size_t)(end - begin));
}

/* "*3\r\n" or "$3\r\n". */
static bool
append_count(struct redis_text *text, char mark, size_t n)
{
	return append(text, &mark, 1) && append_number(text, (long long)n) &&
	    append(text, "\r\n", 2);
}

/* ---- Words ---- */

#define PIECES_MAX 6 /* of a word */

struct values {
	va_list ap;
};

struct word {
	const char *pieces[PIECES_MAX]; /* borrowed */
	size_t sizes[PIECES_MAX];
	size_t pieces_n;
	char digits[PIECES_MAX][NUMBER_SIZE];
};

static void
add_piece(struct word *word, const char *octets, size_t n)
{
	word->pieces[word->pieces_n] = octets;
	word->sizes[word->pieces_n++] = n;
}

/* Add the value for a conversion. Returns the format after it. */
static const char *
add_value(struct word *word, const char *format, struct values *values)
{
	const char *text;

	switch (format[1]) {
	case 's':
		text = va_arg(values->ap, const char *);
		add_piece(word, text, strlen(text));
		return format + 2;
	case 'b':
		text = va_arg(values->ap, const char *);
		add_piece(word, text, va_arg(values->ap, size_t));
		return format + 2;
	default: { /* lld */
		char *end = word->digits[word->pieces_n] + NUMBER_SIZE;

		text = number_text(va_arg(values->ap, long long), end);
		add_piece(word, text, (size_t)(end - text));
		return format + 4;
	}
	}
}

/* Split a word of the format into pieces. Returns the format after it. */
static const char *
read_word(struct word *word, const char *format, struct values *values)
{
	word->pieces_n = 0;
	while (*format != ' ' && *format != '\0') {
		size_t n = strcspn(format, "% ");

		if (n > 0)
			add_piece(word, format, n);
		format += n;
		if (*format == '%')
			format = add_value(word, format, values);
	}
	return format;
}

static bool
append_word(struct redis_text *text, const struct word *word)
{
	size_t n = 0;

	for (size_t i = 0; i < word->pieces_n; i++)
		n += word->sizes[i];
	if (!append_count(text, '$', n))
		return false;
	for (size_t i = 0; i < word->pieces_n; i++)
		if (!append(text, word->pieces[i], word->sizes[i]))
			return false;
	return append(text, "\r\n", 2);
}

static size_t
count_words(const char *format)
{
	size_t n = 1;

	for (; *format != '\0'; format++)
		n += *format == ' ';
	return n;
}

int
redis_format(struct redis_text *text, const char *format, va_list ap)
{
	size_t before_n = text->n;
	struct values values;
	struct word word;
	bool is_good = append_count(text, '*', count_words(format));

	va_copy(values.ap, ap);
	while (is_good && *format != '\0') {
		format = read_word(&word, format, &values);
		is_good = append_word(text, &word);
		format += *format == ' ';
	}
	va_end(values.ap);
	if (is_good)
		return 0;
	text->n = before_n;
	return -1;
}
