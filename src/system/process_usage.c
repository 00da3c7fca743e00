/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "system/process_usage.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

static int memory_fd = -1; /* of /proc/self/statm */
static DIR *files_folder;  /* /proc/self/fd */

void
process_usage_open(void)
{
	memory_fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
	files_folder = opendir("/proc/self/fd");
}

static void
read_memory(struct process_usage *out)
{
	int64_t page = sysconf(_SC_PAGESIZE);
	char text[128], *end;
	ssize_t n = pread(memory_fd, text, sizeof(text) - 1, 0);

	if (n <= 0)
		return;
	text[n] = '\0';
	out->virtual_octets = strtoll(text, &end, 10) * page;
	out->resident_octets = strtoll(end, NULL, 10) * page;
}

static void
count_files(struct process_usage *out)
{
	int64_t n = 0;

	if (files_folder == NULL)
		return;
	rewinddir(files_folder);
	for (const struct dirent *item = readdir(files_folder); item != NULL;
	     item = readdir(files_folder))
		n += item->d_name[0] != '.';
	if (n > 0)
		out->open_files_n = n;
}

void
process_usage_read(struct process_usage *out)
{
	struct rusage usage;
	struct rlimit files;

	*out = (struct process_usage){-1, -1, -1, -1, -1};
	if (getrusage(RUSAGE_SELF, &usage) == 0)
		out->cpu_us =
		    (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 +
		    usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
	if (getrlimit(RLIMIT_NOFILE, &files) == 0)
		out->files_max = (int64_t)files.rlim_cur;
	read_memory(out);
	count_files(out);
}
