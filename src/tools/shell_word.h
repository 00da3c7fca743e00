/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TOOLS_SHELL_WORD_H
#define TARDIGREY_TOOLS_SHELL_WORD_H

/*
 * shell_word: a text as one word of sh(1), in single quotes if it needs them.
 * Strangers choose sender addresses, and the administrator pastes the command
 * that a report prints.
 */

/* The caller frees the word. */
char *shell_word(const char *text);

#endif
