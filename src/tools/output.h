/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TOOLS_OUTPUT_H
#define TARDIGREY_TOOLS_OUTPUT_H

/*
 * output: the form in which a command prints on standard output. Commands print
 * only by table.h and report.h, which know the three forms.
 *
 *   terminal  for people: aligned tables with a header, local times
 *   pipe      for shell scripts: tables without a header, UTC
 *   JSON      for programs: one object a line
 */

enum output_form { OUTPUT_TERMINAL, OUTPUT_PIPE, OUTPUT_JSON };

/* The form for text: OUTPUT_TERMINAL or OUTPUT_PIPE. */
enum output_form output_form_of_stdout(void);

/* Write the buffered output. Returns 0, or -1 if any part of the output could
 * not be written. */
int output_finish(void);

#endif
