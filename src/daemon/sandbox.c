/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "daemon/sandbox.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "daemon/log.h"
#include "store/store_open.h"
#include "system/call_filter.h"
#include "system/file_rules.h"

/* ---- Folders ---- */

/* The folder of an absolute path. */
static void
folder_of(const char *path, char folder[PATH_MAX])
{
	const char *slash = strrchr(path, '/');

	snprintf(folder, PATH_MAX, "%.*s",
	    slash != NULL && slash > path ? (int)(slash - path) : 1, path);
}

static bool
is_root(const char *folder)
{
	return strcmp(folder, "/") == 0;
}

/* True if another file system is mounted on the folder. */
static bool
is_mount_point(const char *folder)
{
	char parent[PATH_MAX];
	struct stat below, above;

	folder_of(folder, parent);
	return stat(folder, &below) == 0 && stat(parent, &above) == 0 &&
	    below.st_dev != above.st_dev;
}

/* ---- The rules for files ---- */

/* Allow reading all files in the folder of a file, because an editor replaces
 * the file with a new one. For a device, or for a file in the folder /, allow
 * only this file. A file that does not exist needs no rule. */
static void
allow_folder_of(const struct file_rules *rules, const char *path)
{
	char folder[PATH_MAX];
	struct stat st;
	struct err err;

	folder_of(path, folder);
	if (is_root(folder) || (stat(path, &st) == 0 && S_ISCHR(st.st_mode)))
		file_rules_allow(rules, path, FILE_READ, &err);
	else
		file_rules_allow(rules, folder, FOLDER_READ, &err);
}

/* The path may be a symbolic link. Then allow the folders of the link and of
 * its target. */
static void
allow_reading(const struct file_rules *rules, const char *path)
{
	char target[PATH_MAX];

	allow_folder_of(rules, path);
	if (realpath(path, target) != NULL && strcmp(target, path) != 0)
		allow_folder_of(rules, target);
}

static void
allow_lists(const struct file_rules *rules, const struct config *config)
{
	for (size_t i = 0; i < CONFIG_OPTIONS; i++) {
		const struct option_row *row = config_row(i);
		const struct config_files *files =
		    (const void *)((const char *)config + row->offset);

		if (row->type != OPTION_FILES)
			continue;
		for (size_t j = 0; j < files->n; j++)
			allow_reading(rules, config_files_item(files, j));
	}
}

/*
 * The folder of the database. A rule holds for a folder, and not for its name.
 * So if the database is on a file system of its own, take the folder above the
 * mount point: the store must find its files again after the file system has
 * been unmounted and mounted. But do not take the folder /.
 */
static void
find_database_folder(const char *path, char folder[PATH_MAX])
{
	char at[PATH_MAX], above[PATH_MAX];

	folder_of(realpath(path, at) != NULL ? at : path, folder);
	strcpy(at, folder);
	while (!is_root(at) && !is_mount_point(at)) {
		folder_of(at, above);
		strcpy(at, above);
	}
	folder_of(at, above);
	if (!is_root(above))
		strcpy(folder, above);
}

static int
allow_database(const struct file_rules *rules, const char *uri, struct err *err)
{
	const char *path = store_uri_path(uri);
	char folder[PATH_MAX];

	if (path == NULL)
		return 0;
	find_database_folder(path, folder);
	return file_rules_allow(rules, folder, FOLDER_WRITE, err);
}

static void
allow_removing(const struct file_rules *rules, const char *path)
{
	char folder[PATH_MAX];
	struct err err;

	if (path[0] != '/')
		return;
	folder_of(path, folder);
	file_rules_allow(rules, folder, FOLDER_REMOVE, &err);
}

static void
allow_cleaning_up(const struct file_rules *rules, const struct config *config)
{
	allow_removing(rules, config->pid_file);
	allow_removing(rules, config->lookup);
	for (size_t i = 0; i < config->listen.n; i++)
		allow_removing(rules, config->listen.items[i].path);
	for (size_t i = 0; i < config->http.n; i++)
		allow_removing(rules, config->http.items[i].path);
}

/* SQLite reads random octets. */
static void
allow_devices(const struct file_rules *rules)
{
	struct err err;

	file_rules_allow(rules, "/dev/null", FILE_READ_WRITE, &err);
	file_rules_allow(rules, "/dev/urandom", FILE_READ, &err);
}

/* A list of folders, with colons between them. */
static void
allow_folders(const struct file_rules *rules, const char *list)
{
	char folder[PATH_MAX];
	struct err err;

	while (*list != '\0') {
		size_t n = strcspn(list, ":");

		if (n > 0 && n < sizeof(folder)) {
			memcpy(folder, list, n);
			folder[n] = '\0';
			file_rules_allow(rules, folder, FOLDER_READ, &err);
		}
		list += n + (list[n] == ':');
	}
}

/* OpenSSL looks for the CA of a certificate when it needs it. In the folder of
 * the CAs are symbolic links to the other folders. */
static void
allow_system_ca(const struct file_rules *rules)
{
	static const char *const folders[] = {"/etc/ssl/certs",
	    "/etc/ca-certificates", "/etc/pki/ca-trust", "/etc/pki/tls/certs",
	    "/usr/share/ca-certificates", "/usr/local/share/ca-certificates"};
	const char *file = getenv("SSL_CERT_FILE");
	const char *list = getenv("SSL_CERT_DIR");
	struct err err;

	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		file_rules_allow(rules, folders[i], FOLDER_READ, &err);
	if (file != NULL)
		file_rules_allow(rules, file, FILE_READ, &err);
	if (list != NULL)
		allow_folders(rules, list);
}

/* The files are read for each new connection. */
static void
allow_tls(const struct file_rules *rules, const struct store_tls *tls)
{
	const char *const paths[] = {
	    tls->ca_file, tls->cert_file, tls->key_file};

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		if (paths[i][0] != '\0')
			allow_reading(rules, paths[i]);
	if (tls->ca_file[0] == '\0')
		allow_system_ca(rules);
}

/* A server of the database may have another address after it was away, so its
 * name is looked up again. Programs replace the files of the resolver with new
 * ones, so allow their folders: /etc, and that of a link's target. */
static void
allow_server(const struct file_rules *rules, const struct config *config)
{
	static const char *const files[] = {"/etc/hosts", "/etc/resolv.conf",
	    "/etc/nsswitch.conf", "/etc/host.conf", "/etc/gai.conf"};

	if (config->database_password_file[0] != '\0')
		allow_reading(rules, config->database_password_file);
	if (!store_uri_is_remote(config->database))
		return;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		allow_reading(rules, files[i]);
	allow_tls(rules, &config->store.tls);
}

static int
limit_files(const struct config *config, const char *config_file,
    struct err *err)
{
	struct file_rules rules;
	int rc = store_uri_is_remote(config->database)
	    ? file_rules_begin_with_network(&rules, err)
	    : file_rules_begin(&rules, err);

	if (rc != 0)
		return rc;
	rc = allow_database(&rules, config->database, err);
	if (rc == 0)
		rc = allow_database(&rules, config->database_fallback, err);
	if (rc == 0) {
		allow_reading(&rules, config_file);
		allow_server(&rules, config);
		allow_lists(&rules, config);
		allow_cleaning_up(&rules, config);
		allow_devices(&rules);
		rc = file_rules_enforce(&rules, err);
	}
	file_rules_end(&rules);
	return rc;
}

/* ---- All ---- */

/* A sanitizer makes system calls and reads files of its own. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer) || \
    __has_feature(thread_sanitizer)
#define HAS_SANITIZER true
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define HAS_SANITIZER true
#endif
#ifndef HAS_SANITIZER
#define HAS_SANITIZER false
#endif

void
sandbox_enter(const struct config *config, const char *config_file)
{
	struct err err;
	bool is_whole = true;

	if (!config->sandbox)
		return;
	if (HAS_SANITIZER) {
		log_info("sandbox: off, because this is a sanitizer build");
		return;
	}
	if (limit_files(config, config_file, &err) != 0) {
		log_warning("sandbox: no rules for files: %s", err.text);
		is_whole = false;
	}
	if (call_filter_enforce(store_uri_is_remote(config->database)
		    ? CALLS_SERVE_WITH_NETWORK
		    : CALLS_SERVE,
		&err) != 0) {
		log_warning("sandbox: no filter of system calls: %s", err.text);
		is_whole = false;
	}
	if (is_whole)
		log_info("sandbox: files and system calls are limited");
}
