#!/bin/sh
# SPDX-License-Identifier: ISC
#
# A checksum of the sources that decide what a golden database contains.
#
#   tests/golden/sources.sh SOURCE-FOLDER
set -eu
cd "$1"
cat sql/[0-9]*.sql src/decide/key.h src/decide/key.c src/tools/json_row.c |
    cksum
