/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_SYSTEM_DESCRIPTORS_H
#define TARDIGREY_SYSTEM_DESCRIPTORS_H

/* Open /dev/null as each standard descriptor that is closed. Otherwise a socket
 * or a database would get its number, and messages would be written there. */
void descriptors_fill_standard(void);

#endif
