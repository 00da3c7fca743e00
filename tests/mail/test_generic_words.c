/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* Words of access lines, of mail servers, and ends of names of hosters. */
#include "test.h"

#include <stdio.h>

#include "mail/generic_words.h"

/* clang-format off */
/* Each word alone, in a name without an address. */
static const char *const word_names[] = {
	"dyn-7.example.com",
	"dhcp7.example.com",
	"dinamic_adsl.example.com",
	"dinamico-7.example.com",
	"dip0.example.com",
	"staticdynamic.example.com",
	"adslgp7.example.com",
	"dial-7.example.com",
	"dialin7.example.com",
	"dialup7.example.com",
	"dslline7.example.com",
	"vdsl-7.example.com",
	"cablemodem7.example.com",
	"docsismodem7.example.com",
	"pppoe-7.example.com",
	"7.broad.sh.sh.example.com",
	"7.broadband.example.com",
	"cablelink7.example.com",
	"upccable7.example.com",
	"catv7.example.com",
	"cpe-7.example.com",
	"7.ftth.example.com",
	"7.hfc.example.com",
	"node7.hsd1.ca.example.com",
	"p7-ipngn801kyoto.example.com",
	"p7-ipoe.example.com",
	"7.per.nbn.example.com",
	"gprs7.example.com",
	"hotspot-7.example.com",
	"7.lte.example.com",
	"7.umts.example.com",
	"wifi7.example.com",
	"wireless-7.example.com",
	"wlan-7.example.com",
	"cgnat-7.example.com",
	"dorm-7.example.com",
	"eduroam7.example.com",
	"resnet-7.example.com",
	"lfbn-7.abo.example.com",
	"client-7.example.com",
	"h-7.cust.example.com",
	"customers7.example.com",
	"7.home3.example.com",
	"kunden-7.example.com",
	"7.res.example.com",
	"subscriber7.example.com",
	"users-7.example.com",
	"7.access.example.com",
	"7.bb.example.com",
	"bras7.example.com",
	"cm-7.example.com",
	"7.fiber7.example.com",
	"fibreop-7.example.com",
	"ip-7.example.com",
	"p7-ipad203funabasi.example.com",
	"p7-ipbfp203osaka.example.com",
	"lns7.example.com",
	"mobile-7.example.com",
	"pl7.nas921.example.com",
	"nat-7.example.com",
	"pools-7.example.com",
	"ippool-7.example.com",
	"7.rev.example.com",
	"static-7.example.com",
	"unassigned-7.example.com",
	"unused-7.example.com",
	"vpn7.example.com",
	"dedicated-7.example.com",
	"hosted-by.isp.example.com",
	"vds-7.example.com",
	"vm7.example.com",
	"vpsnode-7.example.com",
	"cvps-7.example.com",
};

/* With one of these labels, a weak word is not generic. */
static const char *const mail_labels[] = {
	"bounce7", "bounces7", "mail7", "mailout7", "email7", "mout", "mta7",
	"mx7", "outbound7", "outgoing", "relay7", "smtp7", "smtpout7", "esmtp7",
};
/* clang-format on */

static void
test_words(void **state)
{
	char name[128];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(word_names); i++) {
		if (!generic_words_inside(word_names[i]))
			fail_msg("%s: not generic", word_names[i]);
	}
	for (size_t i = 0; i < ARRAY_LEN(mail_labels); i++) {
		snprintf(name, sizeof(name), "%s.static.example.com",
		    mail_labels[i]);
		if (generic_words_inside(name))
			fail_msg("%s: generic", name);
	}
}

/* Words in the registered domain do not count. */
static void
test_domains(void **state)
{
	static const char *const names[] = {"", "mobile.de", "mx.mobile.de",
	    "cable.co.uk", "mx.cable.co.uk", "pool.net.pl", "dynamic", "dsl.de",
	    "a.dsl.co.uk"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (generic_words_inside(names[i]))
			fail_msg("%s: generic", names[i]);
	assert_true(generic_words_inside("a.cable.example.co.uk"));
	assert_true(generic_words_inside("a.cable.mobile.de"));
}

static void
test_ends(void **state)
{
	(void)state;
	assert_true(generic_words_at_end("x.amazonaws.com"));
	assert_true(generic_words_at_end("vmi123456.contaboserver.net"));
	assert_true(generic_words_at_end(".vps.ovh.net"));
	assert_false(generic_words_at_end("amazonaws.com"));
	assert_false(generic_words_at_end("xamazonaws.com"));
	assert_false(generic_words_at_end("x.amazonaws.com.example"));
	assert_false(generic_words_at_end("mo4-p00-ob.smtp.rzone.de"));
	assert_false(generic_words_at_end(""));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_words),
	    cmocka_unit_test(test_domains),
	    cmocka_unit_test(test_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
