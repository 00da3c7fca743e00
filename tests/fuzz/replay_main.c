/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * replay_main: runs a fuzz target without a fuzzer. The arguments are files,
 * and folders with files. The target gets the content of each file.
 */
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MAX (1 << 20)
#define HANG_S   60 /* longest time for one file */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned files_n;

static void
die(const char *path)
{
	fprintf(stderr, "%s: %s\n", path, strerror(errno));
	exit(1);
}

/* The target gets a buffer of exactly the size of the file, so that a sanitizer
 * reports reads beyond it. */
static void
replay_file(const char *path)
{
	static uint8_t whole[FILE_MAX];
	FILE *file = fopen(path, "rb");
	uint8_t *data;
	size_t n;

	if (file == NULL)
		die(path);
	n = fread(whole, 1, sizeof(whole), file);
	data = malloc(n > 0 ? n : 1);
	if (ferror(file) || data == NULL)
		die(path);
	fclose(file);
	memcpy(data, whole, n);
	/* If the target aborts, the last line names the file. */
	fprintf(stderr, "%s\n", path);
	alarm(HANG_S);
	LLVMFuzzerTestOneInput(data, n);
	free(data);
	files_n++;
}

static void
replay_folder(const char *path)
{
	DIR *folder = opendir(path);
	struct dirent *entry;
	char name[4096];

	if (folder == NULL)
		die(path);
	while ((entry = readdir(folder)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
		replay_file(name);
	}
	closedir(folder);
}

int
main(int argc, char **argv)
{
	struct stat stat_buf;

	for (int i = 1; i < argc; i++) {
		if (stat(argv[i], &stat_buf) != 0)
			die(argv[i]);
		if (S_ISDIR(stat_buf.st_mode))
			replay_folder(argv[i]);
		else
			replay_file(argv[i]);
	}
	printf("%u files\n", files_n);
	return files_n > 0 ? 0 : 1;
}
