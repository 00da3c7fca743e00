#!/bin/sh
# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The Tardigrey developers
#
# Measure the cost of a check for each recipient: the time from exec to exit of
# tardigrey-rcptcheck with a running daemon. Compare it with a program that does
# nothing, and with a shell script that calls sqlite3(1). Print medians and
# ratios. Nothing passes or fails.
#
#   tests/bench/rcptcheck.sh [BUILD [RUNS]]
#
# BUILD is the folder where make ran (default: "."). Each program is run RUNS
# times (default: 500). If root runs this, the daemon runs as nobody.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "${1:-.}" && pwd)
runs=${2:-500}
check=$build/src/tardigrey-rcptcheck
scratch=$(mktemp -d /tmp/tardigrey-bench.XXXXXX)
daemon=
trap '[ -z "$daemon" ] || { kill "$daemon"; wait "$daemon" || :; }
    rm -rf "$scratch"' EXIT
trap 'exit 1' INT TERM
chmod 755 "$scratch"

${CC:-cc} -O2 -o "$scratch/null_exec" "$here/null_exec.c"
${CC:-cc} -O2 -std=c11 -D_GNU_SOURCE -o "$scratch/exec_time" \
    "$here/exec_time.c"

database=$scratch/state/tardigrey.db
mkdir "$scratch/state"
[ "$(id -u)" != 0 ] || chown nobody "$scratch/state"
cat > "$scratch/tardigrey.conf" <<END
listen = unix:$scratch/policy.sock
database = sqlite:$database
user = nobody
log = stderr
END
"$build/src/tardigreyd" -f -c "$scratch/tardigrey.conf" \
    2> "$scratch/log" &
daemon=$!
tries=100
until [ -S "$scratch/policy.sock" ]; do
	tries=$((tries - 1))
	[ $tries -gt 0 ] || { cat "$scratch/log"; exit 1; }
	sleep 0.1
done

# The smallest possible script: one query, and nothing is stored.
cat > "$scratch/asks" <<'END'
#!/bin/sh
known=$(sqlite3 "$DATABASE" "SELECT 1 FROM record WHERE
    client = '192.0.2.0/24' AND sender = '$SENDER'
    AND recipient = '$RECIPIENT' AND passed IS NOT NULL")
[ "$known" = 1 ] || exit 111
END
# A script that greylists: it stores the time of the first attempt.
cat > "$scratch/decides" <<'END'
#!/bin/sh
key="client = '$TCPREMOTEIP' AND sender = '$SENDER'
    AND recipient = '$RECIPIENT'"
seen=$(sqlite3 "$DATABASE" "SELECT seen FROM grey WHERE $key")
if [ -z "$seen" ]; then
	sqlite3 "$DATABASE" "INSERT INTO grey VALUES
	    ('$TCPREMOTEIP', '$SENDER', '$RECIPIENT', $(date +%s))"
	exit 111
fi
[ $(($(date +%s) - seen)) -ge 180 ] || exit 111
END
chmod 755 "$scratch/asks" "$scratch/decides"

export SENDER=a@example.net RECIPIENT=b@example.org TCPREMOTEIP=192.0.2.7
export TARDIGREY_SOCKET="$scratch/policy.sock" TARDIGREY_ON_FAILURE=pass
"$check" && { echo "the check does not defer" >&2; exit 1; }

set -- "does nothing" "$scratch/null_exec" \
    -- "nothing to ask (relay client)" "$check" RELAYCLIENT= \
    -- "daemon, early retry (no write)" "$check" \
    -- "daemon, new triplet (a commit)" "$check" RECIPIENT='r#@example.org' \
    -- "direct, early retry (no write)" "$check" \
    TARDIGREY_DATABASE="sqlite:$scratch/direct.db" \
    -- "direct, new triplet (a commit)" "$check" RECIPIENT='r#@example.org' \
    TARDIGREY_DATABASE="sqlite:$scratch/direct.db"
if command -v sqlite3 >/dev/null; then
	sqlite3 "$scratch/grey.db" 'PRAGMA journal_mode = WAL;
	    CREATE TABLE grey (client, sender, recipient, seen,
	    PRIMARY KEY (client, sender, recipient))' >/dev/null
	set -- "$@" \
	    -- "script that asks sqlite3 once" "$scratch/asks" \
	    DATABASE="$database" \
	    -- "script that decides, new triplet" "$scratch/decides" \
	    DATABASE="$scratch/grey.db" RECIPIENT='r#@example.org'
else
	echo "no sqlite3(1): without the script"
fi
"$scratch/exec_time" "$runs" "$@"
