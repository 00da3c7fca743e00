#!/bin/sh
# SPDX-License-Identifier: ISC
# tardigrey(8): the commands import and import settings.
# shellcheck source=tests/tools/ctl_lib.sh
. "${srcdir:=.}/tests/tools/ctl_lib.sh"

# ---- Settings ----

# translated PROGRAM FILE: the output must be equal to standard input.
translated() {
	golden import settings "$1" "$folder/$2"
}

# refused_settings PROGRAM FILE PATTERN: the import must refuse the file. The
# pattern follows the name of the file.
refused_settings() {
	expect_ctl 1 "$folder/$2:$3" import settings "$1" "$folder/$2"
}

# The text ends where the file ends.
printf 'inet = 2501\n' > "$folder/short"
translated sqlgrey short <<END
listen = inet:127.0.0.1:2501
END
printf 'timeout 5d' > "$folder/short"
translated milter-greylist short <<END
retry_window = 5d
END
printf 'POSTGREY_OPTS=--delay=60' > "$folder/short"
translated postgrey short <<END
delay = 60s
delay_suspicious = 60s
END
printf '# one\n#\0two\n# three\n' > "$folder/nul"
for program in milter-greylist postgrey sqlgrey; do
	refused_settings $program nul \
	    "2: the line has a NUL octet; FILE must be the configuration file of $program"
done

leave
