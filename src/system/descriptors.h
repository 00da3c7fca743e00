/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_SYSTEM_DESCRIPTORS_H
#define TARDIGREY_SYSTEM_DESCRIPTORS_H

/* Whoever started us may have closed the standard descriptors; a socket or a
 * database must not come to stand in their place. Opens /dev/null there. */
void descriptors_fill_standard(void);

#endif
