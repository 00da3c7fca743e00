#!/bin/sh
# SPDX-License-Identifier: ISC
#
# All sequences of five events. TORTURE in the environment: of seven, which takes
# some minutes and a gigabyte of memory.
set -eu
: "${builddir:=.}"
exec "$builddir/tests/explore/explore" ${TORTURE:+7}
