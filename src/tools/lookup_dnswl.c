/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "tools/lookup_dnswl.h"

#include <arpa/nameser.h>
#include <netinet/in.h>
#include <resolv.h>
#include <stdio.h>

#define NAME_SIZE   256
#define ANSWER_SIZE 4096

/* "1.2.0.192.ZONE", or the 32 hexadecimal digits of an IPv6 address. Returns
 * false if the name is too long for DNS. */
static bool
make_name(const struct netaddr *client, const char *zone, char out[NAME_SIZE])
{
	const uint8_t *octets = client->octets;
	int n = 0;

	if (client->family == NETADDR_IPV4)
		n = snprintf(out, NAME_SIZE, "%u.%u.%u.%u.", octets[3],
		    octets[2], octets[1], octets[0]);
	else
		for (int i = 15; i >= 0; i--)
			n += snprintf(out + n, (size_t)(NAME_SIZE - n),
			    "%x.%x.", octets[i] & 15U, octets[i] >> 4);
	return snprintf(out + n, (size_t)(NAME_SIZE - n), "%s.", zone) <
	    NAME_SIZE - n;
}

static bool
is_listed(const ns_rr *record)
{
	const unsigned char *octets = ns_rr_rdata(*record);

	return ns_rr_type(*record) == ns_t_a && ns_rr_rdlen(*record) == 4 &&
	    octets[0] == 127 && octets[1] == 0 && octets[3] >= 1 &&
	    octets[3] <= 3;
}

bool
lookup_dnswl_lists(const struct netaddr *client, const char *zone)
{
	unsigned char answer[ANSWER_SIZE];
	char name[NAME_SIZE];
	ns_msg message;
	ns_rr record;
	int n;

	if (!make_name(client, zone, name))
		return false;
	n = res_query(name, ns_c_in, ns_t_a, answer, sizeof(answer));
	if (n < 0 || n > (int)sizeof(answer) ||
	    ns_initparse(answer, n, &message) != 0)
		return false;
	for (int i = 0; i < ns_msg_count(message, ns_s_an); i++)
		if (ns_parserr(&message, ns_s_an, i, &record) == 0 &&
		    is_listed(&record))
			return true;
	return false;
}
