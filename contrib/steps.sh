# SPDX-License-Identifier: ISC
# Functions for contrib/quickstart and contrib/run-tests, which source this file.

build_packages="gcc make libc6-dev autoconf automake pkg-config \
libevent-dev libsqlite3-dev libpcre2-dev libpsl-dev libjansson-dev libdb-dev \
libspf2-dev libhiredis-dev libssl-dev"
# For make check.
check_packages="libcmocka-dev mandoc redis-server openssl"

step() {
	printf '\n==> %s\n' "$*"
}

fail() {
	printf '\n*** %s\n' "$*" >&2
	exit 1
}

# Run a command as root.
as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	elif command -v sudo >/dev/null; then
		sudo "$@"
	else
		fail "need root for: $* (install sudo, or run this as root)"
	fi
}

# Install the missing packages, on Debian and Ubuntu. If apt-get would remove an
# installed package (Exim conflicts with Postfix), it fails and removes nothing.
install_debian() {
	command -v apt-get >/dev/null ||
	    fail "this script works on Debian and Ubuntu only; install these yourself: $*"
	missing=
	for wanted in "$@"; do
		dpkg-query -W -f '${Status}' "$wanted" 2>/dev/null |
		    grep -q 'ok installed' || missing="$missing $wanted"
	done
	if [ -z "$missing" ]; then
		echo "already installed: $*"
		return
	fi
	echo "missing:$missing"
	as_root apt-get -qq update
	# shellcheck disable=SC2086 # each word is a package
	as_root env DEBIAN_FRONTEND=noninteractive \
	    apt-get -qq -y --no-install-recommends --no-remove install $missing \
	    >/dev/null || fail "could not install:$missing"
}
