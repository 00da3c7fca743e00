/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "tools/lookup_spf.h"

#include <netinet/in.h>
#include <stdio.h>
#include <time.h> /* spf.h uses time_t */
#include <spf2/spf.h>
#include <string.h>

#include "mail/pool.h"

/* Addresses that no host has (RFC 1112 4, RFC 6666): only a record such as
 * "+all" or "ip4:0.0.0.0/0" lets them send. */
#define NOBODY_IPV4 "240.0.0.1"
#define NOBODY_IPV6 "100::1"

static SPF_server_t *server;

/* By default the library writes errors in SPF records to standard error. */
static void
ignore(const char *file, int line, const char *text)
{
	(void)file;
	(void)line;
	(void)text;
}

/* Without the cache of the library: it also keeps failures. */
int
lookup_spf_begin(void)
{
	SPF_warning_handler = ignore;
	SPF_info_handler = ignore;
	SPF_debug_handler = ignore;
	server = SPF_server_new(SPF_DNS_RESOLV, 0);
	return server != NULL ? 0 : -1;
}

static SPF_errcode_t
set_client(SPF_request_t *request, const struct netaddr *client)
{
	char address[NETADDR_TEXT_SIZE];

	netaddr_format(client, address);
	return client->family == NETADDR_IPV4
	    ? SPF_request_set_ipv4_str(request, address)
	    : SPF_request_set_ipv6_str(request, address);
}

static bool
passes(const struct netaddr *client, const char *domain)
{
	SPF_request_t *request = SPF_request_new(server);
	SPF_response_t *response = NULL;
	char sender[POOL_SIZE + sizeof("postmaster@")];
	bool is_pass = false;

	if (request == NULL)
		return false;
	snprintf(sender, sizeof(sender), "postmaster@%s", domain);
	if (set_client(request, client) == SPF_E_SUCCESS &&
	    SPF_request_set_helo_dom(request, domain) == SPF_E_SUCCESS &&
	    SPF_request_set_env_from(request, sender) == 0) {
		SPF_request_query_mailfrom(request, &response);
		is_pass = response != NULL &&
		    SPF_response_result(response) == SPF_RESULT_PASS;
	}
	if (response != NULL)
		SPF_response_free(response);
	SPF_request_free(request);
	return is_pass;
}

bool
lookup_spf_passes(const struct netaddr *client, const char *domain)
{
	struct netaddr nobody;

	netaddr_parse(client->family == NETADDR_IPV4 ? NOBODY_IPV4
						     : NOBODY_IPV6,
	    &nobody);
	return passes(client, domain) && !passes(&nobody, domain);
}
