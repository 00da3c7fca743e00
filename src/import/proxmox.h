/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_IMPORT_PROXMOX_H
#define TARDIGREY_IMPORT_PROXMOX_H

#include "import/sql_program.h"

/*
 * proxmox: the records of Proxmox Mail Gateway, in the table cgreylist of its
 * database Proxmox_ruledb: ipnet, sender, receiver, rctime, delay, passed,
 * mtime. ipnet is a network, or the first three numbers of an IPv4 address.
 * rctime is the first attempt, delay the seconds up to the first pass, passed
 * the number of passes, and mtime the last attempt.
 */

extern const struct sql_program proxmox_program;

#endif
