/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TOOLS_OUTPUT_H
#define TARDIGREY_TOOLS_OUTPUT_H

/*
 * output: the form of what a command prints on standard output. Commands print
 * by table.h and report.h only, which know the three forms.
 *
 *   terminal  for people: aligned tables with a header, local times
 *   pipe      for shell scripts: tables without a header, UTC
 *   JSON      for programs: one object a line
 */

enum output_form { OUTPUT_TERMINAL, OUTPUT_PIPE, OUTPUT_JSON };

/* The form for text: OUTPUT_TERMINAL or OUTPUT_PIPE. */
enum output_form output_form_of_stdout(void);

/* Write what is still buffered. Returns 0, or -1 if anything that was printed
 * could not be written. */
int output_finish(void);

#endif
