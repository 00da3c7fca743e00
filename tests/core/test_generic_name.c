/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * Names that machines made for addresses, and names of hosts that send. The
 * table holds what is true; rows that the rule gets wrong are marked, and the
 * test says so when that changes. Addresses are those that the names spell,
 * or made up where they spell none.
 */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "core/pool.h"

enum truth { GENERIC, OWN, GENERIC_MISSED, OWN_LOST };

/* clang-format off */
static const struct {
	const char *name, *address;
	enum truth truth;
	const char *pool; /* of OWN */
} rows[] = {
	/* Lines of providers. */
	{ "p4fc1a2b3.dip0.t-ipconnect.de", "79.193.162.179", GENERIC, NULL },
	{ "pd9e1f203.dip0.t-ipconnect.de", "217.225.242.3", GENERIC, NULL },
	{ "ip-95-223-12-7.hsi16.unitymediagroup.de", "95.223.12.7", GENERIC, NULL },
	{ "dslb-088-064-001-002.088.064.pools.vodafone-ip.de", "88.64.1.2", GENERIC, NULL },
	{ "ip5f5a1c2d.dynamic.kabel-deutschland.de", "95.90.28.45", GENERIC, NULL },
	{ "dynamic-077-011-022-033.77.11.pool.telefonica.de", "77.11.22.33", GENERIC, NULL },
	{ "x4d0b1621.dyn.telefonica.de", "77.11.22.33", GENERIC, NULL },
	{ "c-73-45-12-99.hsd1.il.comcast.net", "73.45.12.99", GENERIC, NULL },
	{ "pool-71-190-4-5.nycmny.fios.verizon.net", "71.190.4.5", GENERIC, NULL },
	{ "ip68-12-34-56.ok.ok.cox.net", "68.12.34.56", GENERIC, NULL },
	{ "cpe-76-90-1-2.socal.res.rr.com", "76.90.1.2", GENERIC, NULL },
	{ "047-012-034-056.res.spectrum.com", "47.12.34.56", GENERIC, NULL },
	{ "99-1-2-3.lightspeed.sntcca.sbcglobal.net", "99.1.2.3", GENERIC, NULL },
	{ "adsl-70-1-2-3.dsl.hstntx.swbell.net", "70.1.2.3", GENERIC, NULL },
	{ "host86-140-1-2.range86-140.btcentralplus.com", "86.140.1.2", GENERIC, NULL },
	{ "cpc1-brnt4-2-0-cust123.4-2.cable.virginm.net", "82.1.2.3", GENERIC, NULL },
	{ "5ec1a2b3.skybroadband.com", "94.193.162.179", GENERIC, NULL },
	{ "lfbn-par-1-123-45.w90-112.abo.wanadoo.fr", "90.112.45.6", GENERIC, NULL },
	{ "82-64-12-34.subs.proxad.net", "82.64.12.34", GENERIC, NULL },
	{ "34.12.64.82.rev.sfr.net", "82.64.12.34", GENERIC, NULL },
	{ "2a01cb0412345678.ipv6.abo.wanadoo.fr", "2a01:cb04:1234:5678::1", GENERIC, NULL },
	{ "host-79-12-34-56.retail.telecomitalia.it", "79.12.34.56", GENERIC, NULL },
	{ "93-41-1-2.ip82.fastwebnet.it", "93.41.1.2", GENERIC, NULL },
	{ "2-230-1-2.ip202.fastwebnet.it", "2.230.1.2", GENERIC, NULL },
	{ "88.234.1.2.dynamic.ttnet.com.tr", "88.234.1.2", GENERIC, NULL },
	{ "95-24-1-2.broadband.corbina.ru", "95.24.1.2", GENERIC, NULL },
	{ "ppp91-122-1-2.pppoe.avangarddsl.ru", "91.122.1.2", GENERIC, NULL },
	{ "pppoe.178-65-1-2.dynamic.avangarddsl.ru", "178.65.1.2", GENERIC, NULL },
	{ "broadband-46-242-1-2.ip.moscow.rt.ru", "46.242.1.2", GENERIC, NULL },
	{ "node-1w7jr9qxyz.ipv6.teleus.net", "2001:1::1", GENERIC_MISSED, NULL },
	{ "176-36-1-2.la.net.ua", "176.36.1.2", GENERIC, NULL },
	{ "2-1-36-176.pool.ukrtel.net", "176.36.1.2", GENERIC, NULL },
	{ "aaab123.neoplus.adsl.tpnet.pl", "83.5.1.2", GENERIC, NULL },
	{ "public-gprs12345.centertel.pl", "37.47.1.2", GENERIC, NULL },
	{ "user-46-112-1-2.play-internet.pl", "46.112.1.2", GENERIC, NULL },
	{ "89-64-1-2.dynamic.chello.pl", "89.64.1.2", GENERIC, NULL },
	{ "ip-89-176-1-2.net.upcbroadband.cz", "89.176.1.2", GENERIC, NULL },
	{ "dsl51b7a123.fixip.t-online.hu", "81.183.161.35", GENERIC, NULL },
	{ "catv-80-98-1-2.catv.broadband.hu", "80.98.1.2", GENERIC, NULL },
	{ "84-10-1-2.static.chello.pl", "84.10.1.2", GENERIC, NULL },
	{ "d5153abcd.static.telenet.be", "81.83.171.205", GENERIC, NULL },
	{ "ptr-123abc.dyn.18120a2.ip6.access.telenet.be", "2a02:1810::1", GENERIC, NULL },
	{ "1.2.3.91.adsl-dyn.isp.belgacom.be", "91.3.2.1", GENERIC, NULL },
	{ "5072a123.static.ziggozakelijk.nl", "80.114.161.35", GENERIC, NULL },
	{ "84-104-1-2.cable.dynamic.v4.ziggo.nl", "84.104.1.2", GENERIC, NULL },
	{ "86-80-1-2.fixed.kpn.net", "86.80.1.2", GENERIC, NULL },
	{ "h-155-4-1-2.a328.priv.bahnhof.se", "155.4.1.2", GENERIC, NULL },
	{ "78-70-1-2-no600.tbcn.telia.com", "78.70.1.2", GENERIC, NULL },
	{ "ti0123a400-1234.bb.online.no", "84.208.1.2", GENERIC, NULL },
	{ "85-76-1-2-nat.elisa-mobile.fi", "85.76.1.2", GENERIC, NULL },
	{ "dsl-hkibng31-54fa12-34.dhcp.inet.fi", "84.250.18.52", GENERIC, NULL },
	{ "p1234567-ipngn100401tokaisakaetozai.aichi.ocn.ne.jp", "114.1.2.3", GENERIC_MISSED, NULL },
	{ "kd106154001002.au-net.ne.jp", "106.154.1.2", GENERIC, NULL },
	{ "softbank126001002003.bbtec.net", "126.1.2.3", GENERIC, NULL },
	{ "pdcd3abcd.tokynt01.ap.so-net.ne.jp", "220.211.171.205", GENERIC, NULL },
	{ "1-2-3-114.dynamic-ip.hinet.net", "114.3.2.1", GENERIC, NULL },
	{ "114-32-1-2.hinet-ip.hinet.net", "114.32.1.2", GENERIC, NULL },
	{ "123.1.2.3.broad.sz.gd.dynamic.163data.com.cn", "123.1.2.3", GENERIC, NULL },
	{ "abts-north-dynamic-3.2.1.122.airtelbroadband.in", "122.1.2.3", GENERIC, NULL },
	{ "117.192.1.2.bb.bsnl.in", "117.192.1.2", GENERIC, NULL },
	{ "112.198.1.2.pldt.net", "112.198.1.2", GENERIC, NULL },
	{ "subs02-180-214-1-2.three.co.id", "180.214.1.2", GENERIC, NULL },
	{ "node-abc.pool-1-2.dynamic.totinternet.net", "1.2.3.4", GENERIC, NULL },
	{ "ppp-171-96-1-2.revip8.asianet.co.th", "171.96.1.2", GENERIC, NULL },
	{ "static.vnpt.vn", "14.1.2.3", GENERIC_MISSED, NULL },
	{ "dynamic-ip-adsl.viettel.vn", "27.64.1.2", GENERIC, NULL },
	{ "cpe-1-120-1-2.bpe6-r-962.pie.wa.bigpond.net.au", "1.120.1.2", GENERIC, NULL },
	{ "110-174-1-2.static.tpgi.com.au", "110.174.1.2", GENERIC, NULL },
	{ "122-56-1-2.mobile.spark.co.nz", "122.56.1.2", GENERIC, NULL },
	{ "dsl-189-146-1-2-dyn.prod-infinitum.com.mx", "189.146.1.2", GENERIC, NULL },
	{ "187-1-2-3.user.vivozap.com.br", "187.1.2.3", GENERIC, NULL },
	{ "177.1.2.3.dynamic.adsl.gvt.net.br", "177.1.2.3", GENERIC, NULL },
	{ "b1010203.virtua.com.br", "177.1.2.3", GENERIC, NULL },
	{ "190-1-2-3.speedy.com.ar", "190.1.2.3", GENERIC, NULL },
	{ "host123.190-1-2.telecom.net.ar", "190.1.2.123", GENERIC, NULL },
	{ "186-1-2-3.baf.movistar.cl", "186.1.2.3", GENERIC, NULL },
	{ "dynamic-ip-1901020003.cable.net.co", "190.102.0.3", GENERIC, NULL },
	{ "41-1-2-3.mobile.mtnbusiness.co.za", "41.1.2.3", GENERIC, NULL },
	{ "vc-gp-s-41-1-2-3.umts.vodacom.co.za", "41.1.2.3", GENERIC, NULL },
	{ "8ta-1-2-3.telkomadsl.co.za", "105.1.2.3", GENERIC, NULL },
	{ "bzq-79-177-1-2.red.bezeqint.net", "79.177.1.2", GENERIC, NULL },
	{ "5.36.1.2.dynamic-dsl-ip.omantel.net.om", "5.36.1.2", GENERIC, NULL },

	/* Rented machines. */
	{ "ec2-54-1-2-3.compute-1.amazonaws.com", "54.1.2.3", GENERIC, NULL },
	{ "ec2-3-1-2-3.eu-central-1.compute.amazonaws.com", "3.1.2.3", GENERIC, NULL },
	{ "3.2.1.35.bc.googleusercontent.com", "35.1.2.3", GENERIC, NULL },
	{ "myvm.westeurope.cloudapp.azure.com", "20.1.2.3", GENERIC, NULL },
	{ "172-104-1-2.ip.linodeusercontent.com", "172.104.1.2", GENERIC, NULL },
	{ "li1234-56.members.linode.com", "45.33.1.56", GENERIC, NULL },
	{ "45.76.1.2.vultrusercontent.com", "45.76.1.2", GENERIC, NULL },
	{ "static.88-198-1-2.clients.your-server.de", "88.198.1.2", GENERIC, NULL },
	{ "static.2.1.198.88.clients.your-server.de", "88.198.1.2", GENERIC, NULL },
	{ "vps-12ab34cd.vps.ovh.net", "51.1.2.3", GENERIC, NULL },
	{ "ns3123456.ip-51-1-2.eu", "51.1.2.3", GENERIC, NULL },
	{ "vmi123456.contaboserver.net", "173.212.1.2", GENERIC, NULL },
	{ "51-15-1-2.rev.poneytelecom.eu", "51.15.1.2", GENERIC, NULL },
	{ "ip-132-148-1-2.ip.secureserver.net", "132.148.1.2", GENERIC, NULL },
	{ "hwsrv-123456.hostwindsdns.com", "23.254.1.2", GENERIC_MISSED, NULL },
	{ "ecs-159-138-1-2.compute.hwclouds-dns.com", "159.138.1.2", GENERIC, NULL },

	/* Hosts that send for many. */
	{ "mail-am6eur05on2045.outbound.protection.outlook.com", "40.107.22.45", OWN, "outlook.com" },
	{ "mail-db8eur05lp2104.outbound.protection.outlook.com", "104.47.17.104", OWN, "outlook.com" },
	{ "mail-wr1-f54.google.com", "209.85.221.54", OWN, "google.com" },
	{ "mail-sor-f41.google.com", "209.85.220.41", OWN, "google.com" },
	{ "mail-ed1-x52c.google.com", "2a00:1450:4864:20::52c", OWN, "google.com" },
	{ "a8-45.smtp-out.amazonses.com", "54.240.8.45", OWN, "amazonses.com" },
	{ "e234-10.smtp-out.eu-west-1.amazonses.com", "23.251.234.10", OWN, "amazonses.com" },
	{ "b224-15.smtp-out.eu-central-1.amazonses.com", "69.169.224.15", OWN, "amazonses.com" },
	{ "o1.ptr1234.sendgrid.net", "167.89.1.2", OWN, "sendgrid.net" },
	{ "wrqvnxzt.outbound-mail.sendgrid.net", "149.72.1.2", OWN, "sendgrid.net" },
	{ "m42-5.mailgun.net", "69.72.42.5", OWN, "mailgun.net" },
	{ "rs224.mailgun.us", "209.61.151.224", OWN, "mailgun.us" },
	{ "mail132-5.atl131.mandrillapp.com", "198.2.132.5", OWN, "mandrillapp.com" },
	{ "mail15.mcsv.net", "205.201.131.15", OWN, "mcsv.net" },
	{ "mail234.suw14.mcdlv.net", "198.2.180.234", OWN, "mcdlv.net" },
	{ "mta195a-ord.mtasv.net", "104.245.209.195", OWN, "mtasv.net" },
	{ "sc-ord-mta123.mtasv.net", "50.31.205.123", OWN, "mtasv.net" },
	{ "sonic301-20.consmr.mail.ne1.yahoo.com", "66.163.184.146", OWN, "yahoo.com" },
	{ "mout.gmx.net", "212.227.17.20", OWN, "gmx.net" },
	{ "mout-xforward.web.de", "82.165.159.34", OWN, "web.de" },
	{ "mout.kundenserver.de", "212.227.126.131", OWN, "kundenserver.de" },
	{ "pv50p00im-ztdg10021801.me.com", "17.58.6.54", OWN, "me.com" },
	{ "st43p00im-ztbu10063701.me.com", "17.58.63.178", OWN, "me.com" },
	{ "mail-40131.protonmail.ch", "185.70.40.131", OWN, "protonmail.ch" },
	{ "mail-4316.protonmail.ch", "185.70.43.16", OWN, "protonmail.ch" },
	{ "mo512.mail-out.ovh.net", "178.32.228.1", OWN, "ovh.net" },
	{ "3.mo301.mail-out.ovh.net", "46.105.1.2", OWN, "ovh.net" },
	{ "eu-smtp-delivery-123.mimecast.com", "185.58.85.123", OWN, "mimecast.com" },
	{ "us-smtp-1.mimecast.com", "205.139.110.61", OWN, "mimecast.com" },
	{ "d192015a.ess.barracudanetworks.com", "209.222.82.15", OWN, "barracudanetworks.com" },
	{ "outbound-ip23a.ess.barracuda.com", "209.222.82.253", OWN, "barracuda.com" },
	{ "spruce-goose-ac.twitter.com", "199.59.150.77", OWN, "twitter.com" },
	{ "maile-fe.linkedin.com", "108.174.0.157", OWN, "linkedin.com" },
	{ "66-220-144-151.mail-mail.facebook.com", "66.220.144.151", OWN_LOST, NULL },
	{ "smtp05-ia4-sp1.mta.salesforce.com", "13.110.6.5", OWN, "salesforce.com" },
	{ "sender4-of-o51.zoho.com", "136.143.188.51", OWN, "zoho.com" },
	{ "out1-smtp.messagingengine.com", "66.111.4.25", OWN, "messagingengine.com" },
	{ "fhigh-a2-smtp.messagingengine.com", "103.168.172.153", OWN, "messagingengine.com" },
	{ "mta-70-5-54.sparkpostmail.com", "192.174.90.54", OWN, "sparkpostmail.com" },
	{ "mta-84-22-101.sparkpostmail.com", "147.253.22.101", OWN, "sparkpostmail.com" },
	{ "ccm164.constantcontact.com", "208.75.123.164", OWN, "constantcontact.com" },
	{ "outbyoip12.pod17.usw2.zendesk.com", "188.172.137.12", OWN, "zendesk.com" },
	{ "out-17.smtp.github.com", "192.30.252.200", OWN, "github.com" },
	{ "o1.p8.mailjet.com", "87.253.233.1", OWN, "mailjet.com" },
	{ "gs.d.sender-sib.com", "185.41.28.5", OWN, "sender-sib.com" },
	{ "out28-12.mail.aliyun.com", "115.124.28.12", OWN, "aliyun.com" },
	{ "out203-205-251-66.mail.qq.com", "203.205.251.66", OWN_LOST, NULL },
	{ "mo4-p00-ob.smtp.rzone.de", "81.169.146.220", OWN, "rzone.de" },
	{ "mailout08.t-online.de", "194.25.134.20", OWN, "t-online.de" },
	{ "smtp02.smtpout.orange.fr", "80.12.242.124", OWN, "orange.fr" },
	{ "smtp3-g21.free.fr", "212.27.42.3", OWN, "free.fr" },
	{ "libero-out.libero.it", "213.209.10.1", OWN, "libero.it" },
	{ "mxd-1-a12.seznam.cz", "77.75.78.12", OWN, "seznam.cz" },
	{ "f123.i.mail.ru", "94.100.1.2", OWN, "mail.ru" },
	{ "forward101a.mail.yandex.net", "178.154.239.84", OWN, "yandex.net" },
	{ "hc1234-56.iphmx.com", "68.232.141.1", OWN, "iphmx.com" },
	{ "mx0a-00123456.pphosted.com", "148.163.135.1", OWN, "pphosted.com" },
	{ "dispatch1-us1.ppe-hosted.com", "148.163.129.50", OWN, "ppe-hosted.com" },
	{ "mail1.bemta23.messagelabs.com", "67.219.246.1", OWN, "messagelabs.com" },
	{ "mx-relay47-hz2.antispameurope.com", "94.100.136.47", OWN, "antispameurope.com" },
	{ "p3plsmtpa11-10.prod.phx3.secureserver.net", "68.178.252.111", OWN, "secureserver.net" },
	{ "gateway24.websitewelcome.com", "192.185.50.66", OWN, "websitewelcome.com" },
	{ "smtp-out.kuleuven.be", "134.58.240.129", OWN, "kuleuven.be" },
	{ "mx1.informatik.uni-example.ac.uk", "192.0.2.1", OWN, "uni-example.ac.uk" },
	{ "mail.example.co.uk", "192.0.2.1", OWN, "example.co.uk" },
	{ "smtp1.example.com.br", "192.0.2.1", OWN, "example.com.br" },
};
/* clang-format on */

static void
set_request(struct request *request, const char *name, const char *address)
{
	request_clear(request);
	strcpy(request->client_name, name);
	request->client_name_confirmed = true;
	assert_int_equal(netaddr_parse(address, &request->client), 0);
}

static void
test_rows(void **state)
{
	static struct request request;
	unsigned missed_n = 0, lost_n = 0, generic_n = 0, own_n = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		bool is_own = rows[i].truth == OWN || rows[i].truth == OWN_LOST;
		bool want =
		    rows[i].truth == OWN || rows[i].truth == GENERIC_MISSED;
		char pool[POOL_SIZE] = "";
		bool got;

		set_request(&request, rows[i].name, rows[i].address);
		got = pool_of(&request, pool);
		if (got != want ||
		    (rows[i].pool != NULL && strcmp(pool, rows[i].pool) != 0))
			fail_msg("%s: pool \"%s\"", rows[i].name, pool);
		*(is_own ? &own_n : &generic_n) += 1;
		missed_n += rows[i].truth == GENERIC_MISSED;
		lost_n += rows[i].truth == OWN_LOST;
	}
	print_message("%u of %u generic names missed, %u of %u own names "
		      "lost\n",
	    missed_n, generic_n, lost_n, own_n);
}

static unsigned
below(unsigned n)
{
	static uint64_t seed = 88172645463325252ULL;

	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)(seed >> 33) % n;
}

/* Whatever way three octets or more of an address are spelled. */
static void
test_every_spelling(void **state)
{
	static const char *const separators[] = {"-", ".", "_", "x"};
	static struct request request;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		unsigned o[4] = {
		    1 + below(223), below(256), 1 + below(255), 1 + below(255)};
		const char *s = separators[below(4)];
		char name[256], address[64], pool[POOL_SIZE];

		snprintf(address, sizeof(address), "%u.%u.%u.%u", o[0], o[1],
		    o[2], o[3]);
		switch (below(8)) {
		case 0:
			snprintf(name, sizeof(name),
			    "a%u%s%u%s%u%s%u.example.com", o[0], s, o[1], s,
			    o[2], s, o[3]);
			break;
		case 1:
			snprintf(name, sizeof(name),
			    "%u%s%u%s%u%s%u.b.example.com", o[3], s, o[2], s,
			    o[1], s, o[0]);
			break;
		case 2:
			snprintf(name, sizeof(name),
			    "h%03u%s%03u%s%03u.example.com", o[1], s, o[2], s,
			    o[3]);
			break;
		case 3:
			snprintf(name, sizeof(name),
			    "h%03u%03u%03u%03u.example.com", o[0], o[1], o[2],
			    o[3]);
			break;
		case 4:
			snprintf(name, sizeof(name),
			    "x%02X%02x%02x%02x.example.com", o[0], o[1], o[2],
			    o[3]);
			break;
		case 5:
			snprintf(name, sizeof(name),
			    "h-%02x%02x%02x%02x.example.com", o[3], o[2], o[1],
			    o[0]);
			break;
		case 6:
			snprintf(name, sizeof(name), "h.%u%s%u%s%u.example.com",
			    o[0], s, o[1], s, o[2]);
			break;
		default:
			snprintf(name, sizeof(name), "h.%u%s%u%s%u.example.com",
			    o[3], s, o[2], s, o[1]);
			break;
		}
		set_request(&request, name, address);
		if (pool_of(&request, pool))
			fail_msg("%s, %s: pool %s", name, address, pool);
	}
}

/* Two octets are no spelling, and another address is none. */
static void
test_no_spelling(void **state)
{
	static struct request request;
	char pool[POOL_SIZE];

	(void)state;
	set_request(&request, "a50-60.mail.example.com", "192.0.50.60");
	assert_true(pool_of(&request, pool));
	set_request(&request, "a1-2-3-4.mail.example.com", "192.0.2.1");
	assert_true(pool_of(&request, pool));
	assert_string_equal(pool, "example.com");
	set_request(&request, "0-0-0.mail.example.com", "10.0.0.1");
	assert_true(pool_of(&request, pool));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_every_spelling),
	    cmocka_unit_test(test_no_spelling),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
