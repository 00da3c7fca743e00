#!/bin/sh
# SPDX-License-Identifier: ISC
# The AppArmor profile must be valid.
set -eu
PATH=$PATH:/usr/sbin:/sbin
command -v apparmor_parser >/dev/null &&
    [ -d /etc/apparmor.d/abstractions ] || {
	echo "no apparmor_parser; not checked"
	exit 77
}
apparmor_parser --skip-kernel-load --skip-cache \
    "$srcdir/contrib/apparmor/tardigreyd"
