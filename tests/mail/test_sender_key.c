/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* The sender in keys, with each rule. Covers sender_batv, sender_srs and
 * sender_verp. [G27] */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "base/lowercase.h"
#include "mail/sender_key.h"

#define NONE 0U
#define EXT  SENDER_EXTENSION
#define BATV SENDER_BATV
#define SRS  SENDER_SRS
#define VERP SENDER_VERP
#define ALL  SENDER_ALL
/* All rules but one. */
#define NO(rule) (SENDER_ALL & ~(unsigned)(rule))

/* clang-format off */
static const struct {
	const char *name;
	unsigned rules;
	const char *first, *second; /* two messages, or two attempts */
	bool same;
	const char *key; /* the key of the first */
} pairs[] = {
	/* No rule, or nothing that changes. [C9, C10] */
	{ "case", NONE, "Anna@Example.NET", "anna@example.net", true, "anna@example.net" },
	{ "case, all rules", ALL, "Anna@Example.NET", "aNNA@example.net", true, "anna@example.net" },
	{ "null sender", NONE, "", "<>", true, "<>" },
	{ "null sender, all rules", ALL, "", "<>", true, "<>" },
	{ "qmail's double bounce", ALL, "#@[]", "", true, "<>" },
	{ "longer than a double bounce", ALL, "#@[]x", "", false, "#@[]x" },
	{ "nearly one", ALL, "1234567@bounce.[]", "", false, "#@bounce.[]" },
	{ "null without an extension", EXT, "#+a@[]", "", true, "<>" },
	{ "two people", ALL, "anna@example.net", "berta@example.net", false, "anna@example.net" },
	{ "two domains", ALL, "info@a.example", "info@b.example", false, "info@a.example" },
	{ "two hosts", ALL, "info@mx1.example", "info@mx2.example", false, "info@mx1.example" },
	{ "8-bit octets", ALL, "\xc3\xa4@x", "\xc3\xb6@x", false, "\xc3\xa4@x" },
	{ "no domain", ALL, "root", "ROOT", true, "root" },
	{ "an at sign alone", ALL, "@", "@x", false, "@" },

	/* Two people with addresses that differ in digits stay two. */
	{ "a year of birth", ALL, "john1984@x.example", "john1985@x.example", false, "john1984@x.example" },
	{ "a number after a dot", ALL, "anna.smith2@x.example", "anna.smith3@x.example", false, "anna.smith2@x.example" },
	{ "a year after a dash", ALL, "user-2024@x.example", "user-2025@x.example", false, "user-2024@x.example" },
	{ "a number after an underscore", ALL, "sales_12@x.example", "sales_13@x.example", false, "sales_12@x.example" },
	{ "a name like hexadecimals", ALL, "abc123def456@x.example", "abc123def457@x.example", false, "abc123def456@x.example" },
	{ "a number", ALL, "123456789@qq.example", "123456780@qq.example", false, "123456789@qq.example" },
	{ "a telephone number", ALL, "0170.123.45.67@x.example", "0170.123.45.68@x.example", false, "0170.123.45.67@x.example" },
	{ "a date", ALL, "2024-01-31@x.example", "2024-02-01@x.example", false, "2024-01-31@x.example" },
	{ "a date of birth", ALL, "anna_1984_12_31@x.example", "anna_1984_12_30@x.example", false, "anna_1984_12_31@x.example" },
	{ "an address as a name", ALL, "192.0.2.1@x.example", "192.0.2.2@x.example", false, "192.0.2.1@x.example" },
	{ "a UUID, for a mailbox", ALL, "26c3b8bb-3ca1-415d-8c70-5df72ba44c66@x.example",
	  "26c3b8bb-3ca1-415d-8c70-5df72ba44c67@x.example", false, "26c3b8bb-3ca1-415d-8c70-5df72ba44c66@x.example" },
	{ "a long token, for a mailbox", ALL, "5qlgtdx4557tnyn5qlgtdx4@x.example",
	  "5qlgtdx4557tnyn5qlgtdx5@x.example", false, "5qlgtdx4557tnyn5qlgtdx4@x.example" },
	{ "a name with a mark in it", ALL, "bouncer-1@x.example", "bouncer-2@x.example", false, "bouncer-1@x.example" },
	{ "a mark with a number grown on", ALL, "bounce1@x.example", "bounce2@x.example", false, "bounce1@x.example" },
	{ "a name that ends in a mark", ALL, "dj.bounce.1@x.example", "dj.bounce.2@x.example", false, "dj.bounce.1@x.example" },
	{ "returns of a shop", ALL, "returns-1@shop.example", "returns-2@shop.example", false, "returns-1@shop.example" },
	{ "lists, before the mark", ALL, "python2-bounces@x.example", "python3-bounces@x.example", false, "python2-bounces@x.example" },
	{ "lists, before ezmlm's mark", ALL, "dev2-return-17-a=b.example@x.example",
	  "dev3-return-17-a=b.example@x.example", false, "dev2-return-#-a=b.example@x.example" },
	{ "people at a bounce domain", ALL, "anna1984@bounce.x.example", "anna1985@bounce.x.example", false, "anna1984@bounce.x.example" },
	{ "years at a bounce domain", ALL, "anna.1984@bounce.x.example", "anna.1985@bounce.x.example", false, "anna.1984@bounce.x.example" },
	{ "a label with a mark in it", ALL, "anna.19840101@bounce-house.example",
	  "anna.19840102@bounce-house.example", false, "anna.19840101@bounce-house.example" },
	{ "msg and one number", ALL, "msg-12@x.example", "msg-13@x.example", false, "msg-12@x.example" },
	{ "msg and a word", ALL, "msg-anna-12-13@x.example", "msg-anna-12-14@x.example", false, "msg-anna-12-13@x.example" },
	{ "v and one word", ALL, "v-anna_smith@bounce.x.example", "v-berta_smith@bounce.x.example", false, "v-anna_smith@bounce.x.example" },
	{ "v and an underscore in the domain", ALL, "v-anna_smith@bounce.x_y.example", "v-berta_smith@bounce.x_y.example", false, "v-anna_smith@bounce.x_y.example" },
	{ "two underscores", ALL, "anna__1984@x.example", "anna__1985@x.example", false, "anna__1984@x.example" },
	{ "v elsewhere", ALL, "v-anna_maria_smith@x.example", "v-berta_maria_smith@x.example", false, "v-anna_maria_smith@x.example" },

	/* Extensions. */
	{ "extension", EXT, "user+a@x.example", "user+b@x.example", true, "user@x.example" },
	{ "extension and none", EXT, "user+a@x.example", "user@x.example", true, "user@x.example" },
	{ "extension, off", NO(EXT), "user+a@x.example", "user+b@x.example", false, "user+a@x.example" },
	{ "empty extension", EXT, "user+@x.example", "user@x.example", true, "user@x.example" },
	{ "two pluses", EXT, "user+a+b@x.example", "user+c@x.example", true, "user@x.example" },
	{ "begins with a plus", EXT, "+49170@x.example", "+49171@x.example", false, "+49170@x.example" },
	{ "begins with one, and another", EXT, "+a+b@x.example", "+a+c@x.example", false, "+a+b@x.example" },
	{ "a plus in the domain", EXT, "user@x+a", "user@x+b", false, "user@x+a" },
	{ "extension, two users", EXT, "anna+a@x.example", "berta+a@x.example", false, "anna@x.example" },
	{ "extension, no domain", EXT, "user+a", "user", true, "user" },
	{ "quoted", ALL, "\"a+b\"@x.example", "\"a+c\"@x.example", false, "\"a+b\"@x.example" },
	{ "quoted, with an at sign", ALL, "\"A@b\"+c@x.example", "\"a@b\"+C@x.example", true, "\"a@b\"+c@x.example" },
	{ "quoted, with a mark", ALL, "\"bounce-1\"@x.example", "\"bounce-2\"@x.example", false, "\"bounce-1\"@x.example" },
	{ "Google Groups", EXT, "list+bncBD4NDKWHQYDRBFO67OCAMGQE6JCTGDY@googlegroups.example",
	  "list+bncBC4LXIPCY4NRBUM3XX6QKGQEUTFDLYQ@googlegroups.example", true, "list@googlegroups.example" },
	{ "Gmail forwarding", ALL, "123456+caf_=a=b.example@gmail.example",
	  "123457+caf_=a=b.example@gmail.example", false, "123456@gmail.example" },
	{ "Gmail forwarding, without extension", NO(EXT), "123456+caf_=a=b.example@gmail.example",
	  "123457+caf_=a=b.example@gmail.example", false, "123456+caf_=a=b.example@gmail.example" },
	{ "Facebook", EXT, "notification+zj4oaa6yy2@facebookmail.example",
	  "notification+kjdmim_5@facebookmail.example", true, "notification@facebookmail.example" },
	{ "Mailman", EXT, "list-bounces+user=b.example@x.example", "list-bounces@x.example", true, "list-bounces@x.example" },

	/* BATV. */
	{ "BATV", BATV, "prvs=4068eb2540=anna@x.example", "prvs=4079a31c2f=anna@x.example", true, "anna@x.example" },
	{ "BATV and none", BATV, "prvs=4068eb2540=anna@x.example", "anna@x.example", true, "anna@x.example" },
	{ "BATV, off", NO(BATV), "prvs=4068eb2540=anna@x.example", "prvs=4079a31c2f=anna@x.example", false, "prvs=4068eb2540=anna@x.example" },
	{ "BATV in capitals", BATV, "PRVS=4068EB2540=Anna@x.example", "anna@x.example", true, "anna@x.example" },
	{ "BATV, nine", BATV, "prvs=81176a5d5=anna@x.example", "prvs=09697c964=anna@x.example", true, "anna@x.example" },
	{ "BATV, two people", BATV, "prvs=4068eb2540=anna1@x.example", "prvs=4068eb2540=anna2@x.example", false, "anna1@x.example" },
	{ "BATV, swapped", BATV, "prvs=anna=4068eb2540@x.example", "prvs=anna=4079a31c2f@x.example", true, "anna@x.example" },
	{ "BATV, swapped, two people", BATV, "prvs=anna=4068eb2540@x.example", "prvs=berta=4068eb2540@x.example", false, "anna@x.example" },
	{ "BATV, both look like tags", BATV, "prvs=4068eb2540=4079a31c2f@x.example", "4079a31c2f@x.example", true, "4079a31c2f@x.example" },
	{ "BATV, user with a sign", BATV, "prvs=4068eb2540=a=b@x.example", "prvs=4079a31c2f=a=b@x.example", true, "a=b@x.example" },
	{ "BATV, swapped, user with a sign", BATV, "prvs=a=b=4068eb2540@x.example", "prvs=a=b=4079a31c2f@x.example", true, "a=b@x.example" },
	{ "BATV, numbered user, swapped", BATV, "prvs=12345678=4068eb2540@x.example",
	  "prvs=12345679=4068eb2540@x.example", false, "12345678@x.example" },
	{ "BATV, no user", BATV, "prvs=4068eb2540=@x.example", "prvs=4079a31c2f=@x.example", false, "prvs=4068eb2540=@x.example" },
	{ "BATV, swapped, no user", BATV, "prvs==4068eb2540@x.example", "prvs==4079a31c2f@x.example", false, "prvs==4068eb2540@x.example" },
	{ "BATV, one field", BATV, "prvs=4068eb2540@x.example", "prvs=4079a31c2f@x.example", false, "prvs=4068eb2540@x.example" },
	{ "BATV, eight", BATV, "prvs=4068eb25=anna@x.example", "anna@x.example", false, "prvs=4068eb25=anna@x.example" },
	{ "BATV, eleven", BATV, "prvs=4068eb25400=anna@x.example", "anna@x.example", false, "prvs=4068eb25400=anna@x.example" },
	{ "BATV, a day in letters", BATV, "prvs=406aeb2540=anna@x.example", "anna@x.example", false, "prvs=406aeb2540=anna@x.example" },
	{ "BATV, not hexadecimal", BATV, "prvs=4068eb254g=anna@x.example", "anna@x.example", false, "prvs=4068eb254g=anna@x.example" },
	{ "BATV not at the beginning", BATV, "xprvs=4068eb2540=anna@x.example", "anna@x.example", false, "xprvs=4068eb2540=anna@x.example" },
	{ "BATV twice", BATV, "prvs=4068eb2540=prvs=4079a31c2f=anna@x.example", "anna@x.example", true, "anna@x.example" },
	{ "BATV, tag in the domain", BATV, "prvs=x@4068eb2540=anna", "anna", false, "prvs=x@4068eb2540=anna" },
	{ "BATV and extension", ALL, "prvs=4068eb2540=anna+a@x.example", "prvs=4079a31c2f=anna+b@x.example", true, "anna@x.example" },
	{ "BATV and VERP", ALL, "prvs=4068eb2540=bounce-17@x.example", "prvs=4079a31c2f=bounce-18@x.example", true, "bounce-#@x.example" },
	{ "Barracuda", BATV, "btv1==760cdc7c545==anna@x.example", "btv1==34826e458e2==anna@x.example", true, "anna@x.example" },
	{ "Barracuda, off", NO(BATV), "btv1==760cdc7c545==anna@x.example", "btv1==34826e458e2==anna@x.example", false, "btv1==760cdc7c545==anna@x.example" },
	{ "Barracuda, two people", BATV, "btv1==760cdc7c545==anna@x.example", "btv1==760cdc7c545==berta@x.example", false, "anna@x.example" },
	{ "Barracuda, no tag", BATV, "btv1====anna@x.example", "anna@x.example", false, "btv1====anna@x.example" },
	{ "Barracuda, no user", BATV, "btv1==760cdc7c545==@x.example", "@x.example", false, "btv1==760cdc7c545==@x.example" },
	{ "Barracuda, no end", BATV, "btv1==760cdc7c545@x.example", "x", false, "btv1==760cdc7c545@x.example" },
	{ "SparkPost", BATV, "msprvs1=17582Z2TKy0DK=news@x.example", "msprvs1=17583abcdefgh=news@x.example", true, "news@x.example" },
	{ "SparkPost, with VERP", ALL, "msprvs1=20676xgzi92p-=bounces-1898-1322@x.example",
	  "msprvs1=20677abcdefgh=bounces-1899-1322@x.example", true, "bounces-#-#@x.example" },
	{ "SparkPost, VERP alone", VERP, "msprvs1=19212abc=bounces-1898-1322@x.example",
	  "msprvs1=19213cde=bounces-1899-1322@x.example", true, "msprvs1=#=bounces-#-#@x.example" },

	/* SRS. */
	{ "SRS0", SRS, "SRS0=i6a/=S4=a.example=anna@fwd.example", "SRS0=r+5q=VJ=a.example=anna@fwd.example", true, "anna@a.example" },
	{ "SRS0 and the original", SRS, "SRS0=i6a/=S4=a.example=Anna@fwd.example", "anna@a.example", true, "anna@a.example" },
	{ "SRS0, off", NO(SRS), "SRS0=i6a/=S4=a.example=anna@fwd.example", "SRS0=r+5q=VJ=a.example=anna@fwd.example", false, "srs0=i6a/=s4=a.example=anna@fwd.example" },
	{ "SRS0 with a plus, off", NO(SRS), "SRS0=r+5q=VJ=a.example=anna@fwd.example", "SRS0=r+5q=VJ=a.example=berta@fwd.example", false, "srs0=r+5q=vj=a.example=anna@fwd.example" },
	{ "SRS0, other forwarder", SRS, "SRS0=i6a/=S4=a.example=anna@fwd.example", "SRS0=i6a/=S4=a.example=anna@fwe.example", true, "anna@a.example" },
	{ "SRS0, two people", SRS, "SRS0=i6a/=S4=a.example=anna1@fwd.example", "SRS0=i6a/=S4=a.example=anna2@fwd.example", false, "anna1@a.example" },
	{ "SRS0, two domains", SRS, "SRS0=i6a/=S4=a.example=anna@fwd.example", "SRS0=i6a/=S4=b.example=anna@fwd.example", false, "anna@a.example" },
	{ "SRS0+", SRS, "SRS0+i6a/=S4=a.example=anna@fwd.example", "anna@a.example", true, "anna@a.example" },
	{ "SRS0-", SRS, "srs0-i6a/=s4=a.example=anna@fwd.example", "anna@a.example", true, "anna@a.example" },
	{ "SRS0, other separator", SRS, "srs0.i6a/=s4=a.example=anna@fwd.example", "anna@a.example", false, "srs0.i6a/=s4=a.example=anna@fwd.example" },
	{ "SRS0, long hash, no dot", SRS, "srs0=abcdefghi=s4=localhost=anna@fwd.example", "anna@localhost", true, "anna@localhost" },
	{ "SRS0, user with signs", SRS, "srs0=i6a/=s4=a.example=a=b.example@fwd.example", "a=b.example@a.example", true, "a=b.example@a.example" },
	{ "SRS0, no hash", ALL, "srs0==s4=a.example=anna@fwd.example", "anna@a.example", false, "srs0==s4=a.example=anna@fwd.example" },
	{ "SRS0, no timestamp", ALL, "srs0=i6a/=a.example=anna@fwd.example", "anna@a.example", false, "srs0=i6a/=a.example=anna@fwd.example" },
	{ "SRS0, long timestamp", ALL, "srs0=i6a/=s4t=a.example=anna@fwd.example", "anna@a.example", false, "srs0=i6a/=s4t=a.example=anna@fwd.example" },
	{ "SRS0, short timestamp", ALL, "srs0=i6a/=s=a.example=anna@fwd.example", "anna@a.example", false, "srs0=i6a/=s=a.example=anna@fwd.example" },
	{ "SRS0, a domain with digits", ALL, "srs0=i6a/=s4=mail-1.a.example=anna@fwd.example", "anna@mail-1.a.example", true, "anna@mail-1.a.example" },
	{ "SRS0, a domain with a dot at its end", ALL, "srs0=i6a/=s4=a.example.=anna@fwd.example", "anna@a.example.", false, "srs0=i6a/=s4=a.example.=anna@fwd.example" },
	{ "SRS0, no domain", ALL, "srs0=i6a/=s4==anna@fwd.example", "anna@", false, "srs0=i6a/=s4==anna@fwd.example" },
	{ "SRS0, not a domain", ALL, "srs0=i6a/=s4=a+b=anna@fwd.example", "anna@a+b", false, "srs0=i6a/=s4=a+b=anna@fwd.example" },
	{ "SRS0, a domain of dots", ALL, "srs0=i6a/=s4=a..b=anna@fwd.example", "anna@a..b", false, "srs0=i6a/=s4=a..b=anna@fwd.example" },
	{ "SRS0, no user", ALL, "srs0=i6a/=s4=a.example=@fwd.example", "@a.example", false, "srs0=i6a/=s4=a.example=@fwd.example" },
	{ "SRS0, no domain of its own", SRS, "srs0=i6a/=s4=a.example=anna", "anna@a.example", true, "anna@a.example" },
	{ "SRS0, user with an at sign", SRS, "srs0=i6a/=s4=a.example=an@na@fwd.example", "an@na@a.example", true, "an@na@a.example" },
	{ "SRS0, quoted user", ALL, "srs0=i6a/=s4=a.example=\"a+b\"@fwd.example", "\"a+b\"@a.example", true, "\"a+b\"@a.example" },
	{ "SRS1", SRS, "SRS1=Xy/z=fwd.example==i6a/=S4=a.example=anna@fwe.example", "SRS1=aB+c=fwd.example==r+5q=VJ=a.example=anna@fwe.example", true, "anna@a.example" },
	{ "SRS1 and SRS0", SRS, "SRS1=Xy/z=fwd.example==i6a/=S4=a.example=anna@fwe.example", "SRS0=i6a/=S4=a.example=anna@fwd.example", true, "anna@a.example" },
	{ "SRS1, of SRS0+", SRS, "SRS1+Xy/z=fwd.example=+i6a/=S4=a.example=anna@fwe.example", "anna@a.example", true, "anna@a.example" },
	{ "SRS1, of SRS0-", SRS, "SRS1-Xy/z=fwd.example=-i6a/=S4=a.example=anna@fwe.example", "anna@a.example", true, "anna@a.example" },
	{ "SRS1, off", NO(SRS), "SRS1=Xy/z=fwd.example==i6a/=S4=a.example=anna@fwe.example", "anna@a.example", false, "srs1=xy/z=fwd.example==i6a/=s4=a.example=anna@fwe.example" },
	{ "SRS1, no separator", ALL, "srs1=xy/z=fwd.example=i6a/=s4=a.example=anna@fwe.example", "anna@a.example", false, "srs1=xy/z=fwd.example=i6a/=s4=a.example=anna@fwe.example" },
	{ "SRS1, of nothing", ALL, "srs1=xy/z=fwd.example=@fwe.example", "@fwd.example", false, "srs1=xy/z=fwd.example=@fwe.example" },
	{ "SRS2", SRS, "srs2=i6a/=s4=a.example=anna@fwd.example", "anna@a.example", false, "srs2=i6a/=s4=a.example=anna@fwd.example" },
	{ "SRS0 of SRS0", SRS, "srs0=i6a/=s4=fwd.example=srs0=r+5q=vj=a.example=anna@fwe.example", "anna@a.example", true, "anna@a.example" },
	{ "SRS0 of BATV", ALL, "srs0=i6a/=s4=a.example=prvs=4068eb2540=anna@fwd.example", "anna@a.example", true, "anna@a.example" },
	{ "SRS0 of an extension", ALL, "srs0=i6a/=s4=a.example=anna+x@fwd.example", "srs0=i6a/=s4=a.example=anna+y@fwd.example", true, "anna@a.example" },
	{ "SRS0 of VERP", ALL, "SRS0=pxZo=OX=bounce.a.example=bounce-md_30504962.669fdf8f.v1-3735091ab57244a69d6a9754f20f9e49@fwd.example",
	  "SRS0=+ad7=2D=bounce.a.example=bounce-md_30504962.687fd366.v1-ad5ab1e21acf480e9a26de76f4bee34f@fwd.example", true, "bounce-md_#.#.#-#@bounce.a.example" },
	{ "Exchange Online", SRS, "bob+SRS=44ldt=IX=a.example=anna@fwd.example", "bob+SRS=Dm+zc=V3=a.example=anna@fwd.example", true, "anna@a.example" },
	{ "Exchange Online, without SRS", NO(SRS), "bob+SRS=44ldt=IX=a.example=anna@fwd.example", "bob@fwd.example", true, "bob@fwd.example" },
	{ "Exchange Online, short", ALL, "bounces+SRS=DmMzc=V3@fwd.example", "bounces+SRS=HnE87=C7@fwd.example", true, "bounces@fwd.example" },
	{ "Exchange Online, no mailbox", ALL, "+SRS=44ldt=IX=a.example=anna@fwd.example", "x", false, "+srs=44ldt=ix=a.example=anna@fwd.example" },
	{ "Exchange Online, in the domain", SRS, "bob@x+srs=44ldt=ix=a.example=anna", "x", false, "bob@x+srs=44ldt=ix=a.example=anna" },

	/* VERP: marks in the local part. */
	{ "bounce, number", VERP, "bounce-123@x.example", "bounce-4567@x.example", true, "bounce-#@x.example" },
	{ "bounce, off", NO(VERP), "bounce-123@x.example", "bounce-4567@x.example", false, "bounce-123@x.example" },
	{ "bounce, one digit", VERP, "bounce-1@x.example", "bounce-22@x.example", true, "bounce-#@x.example" },
	{ "bounce, domains stay", VERP, "bounce-123@x1.example", "bounce-123@x2.example", false, "bounce-#@x1.example" },
	{ "bounce, words stay", VERP, "bounce-news-123@x.example", "bounce-shop-123@x.example", false, "bounce-news-#@x.example" },
	{ "bounce, recipient", VERP, "bounce-123-user=dom.example@x.example", "bounce-124-user=dom.example@x.example", true, "bounce-#-user=dom.example@x.example" },
	{ "bounce, recipients", VERP, "bounce-123-user=dom.example@x.example", "bounce-124-user=mod.example@x.example", false, "bounce-#-user=dom.example@x.example" },
	{ "bounce-return", VERP, "bounce-return=user=dom.example@x.example", "BOUNCE-return=user=dom.example@x.example", true, "bounce-return=user=dom.example@x.example" },
	{ "Debian", VERP, "bounce-nbd=lists+nbd=b.example@x.example", "bounce-user=lists+nbd=b.example@x.example", false, "bounce-nbd=lists+nbd=b.example@x.example" },
	{ "Mandrill", VERP, "bounce-md_10612303.5adf1f70.v1-0f662aa357fe4841870c6a233ce23b66@x.example",
	  "bounce-md_10612303.5adf3013.v1-9e0c6a233ce23b660f662aa357fe4841@x.example", true, "bounce-md_#.#.#-#@x.example" },
	{ "Mailchimp", VERP, "bounce-mc.us11_46973437.796437-anna=b.example@mail148.x.example",
	  "bounce-mc.us11_46973437.796501-anna=b.example@mail148.x.example", true, "bounce-mc.#_#.#-anna=b.example@mail148.x.example" },
	{ "Mailchimp, numbers", VERP, "bounce-mc.us2_146412474.3551972-e3616ba718@mail.x.example",
	  "bounce-mc.us2_146412474.3551973-e3616ba719@mail.x.example", true, "bounce-mc.#_#.#-#@mail.x.example" },
	{ "SendGrid", VERP, "bounces+45329440-6cd3-anna=b.example@em1847.x.example",
	  "bounces+45329441-7ce4-anna=b.example@em1847.x.example", true, "bounces+#-#-anna=b.example@em1847.x.example" },
	{ "SendGrid, all", ALL, "bounces+45329440-6cd3-anna=b.example@em1847.x.example",
	  "bounces+45329440-abcd-anna=b.example@em1847.x.example", true, "bounces@em1847.x.example" },
	{ "Mailgun", VERP, "bounce+c8aaba.9f5a2-anna=b.example@mg.example",
	  "bounce+35b744.72834a-anna=b.example@mg.example", true, "bounce+#.#-anna=b.example@mg.example" },
	{ "Mailgun, all", ALL, "bounce+ab12cd.efabcd-anna=b.example@mg.example",
	  "bounce+35b744.72834a-anna=b.example@mg.example", true, "bounce@mg.example" },
	{ "groups.io", VERP, "bounce+64575+143059+4520527+8129362@x.example",
	  "bounce+64575+218910+4520527+8129362@x.example", true, "bounce+#+#+#+#@x.example" },
	{ "Brevo", VERP, "bounces-haeu5-hr=b.example@ke.d.x.example", "bounces-133768474-hr=b.example@ke.d.x.example", true, "bounces-#-hr=b.example@ke.d.x.example" },
	{ "Brevo, numbers", VERP, "bounces-91910830-4256376833@x.example", "bounces-91910830-4256399999@x.example", true, "bounces-#-#@x.example" },
	{ "ActiveCampaign", VERP, "bounce-411654-17-29016-anna=b.example@s4.x.example",
	  "bounce-411655-18-29016-anna=b.example@s4.x.example", true, "bounce-#-#-#-anna=b.example@s4.x.example" },
	{ "Salesforce Marketing Cloud", VERP, "bounce-810_HTML-769869545-477063-1070564-43@bounce.x.example",
	  "bounce-811_HTML-769869546-477064-1070564-44@bounce.x.example", true, "bounce-#_html-#-#-#-#@bounce.x.example" },
	{ "bounce and a UUID", VERP, "bounce-deadbeef-dead-beef-dead-beefdeadbeef@x.example",
	  "bounce-26c3b8bb-3ca1-415d-8c70-5df72ba44c66@x.example", true, "bounce-#@x.example" },
	{ "a UUID, and more of it", VERP, "bounce-deadbeef-dead-beef-dead-beefdeadbeefx@x.example", "x", false,
	  "bounce-deadbeef-dead-beef-dead-beefdeadbeefx@x.example" },
	{ "verp", VERP, "verp-17-x@x.example", "verp-18-x@x.example", true, "verp-#-x@x.example" },
	{ "bnc", VERP, "bnc-17a@x.example", "bnc-18b@x.example", true, "bnc-#@x.example" },
	{ "Mailman with VERP", VERP, "list-bounces+user7=b.example@x.example", "list-bounces+user8=b.example@x.example", true, "list-bounces+#=b.example@x.example" },
	{ "return", VERP, "return-123456-abc@x.example", "return-123457-abc@x.example", true, "return-#-abc@x.example" },
	{ "return, tokens", VERP, "return-b443a1b34703-ddad3f5708=10@x.example", "return-c443a1b34704-edad3f5709=11@x.example", true, "return-#-#=#@x.example" },
	{ "return, a name", VERP, "return-anna1@x.example", "return-anna2@x.example", false, "return-anna1@x.example" },
	{ "ezmlm", VERP, "dev-list-return-18919-anna=b.example@x.example", "dev-list-return-18421-anna=b.example@x.example", true, "dev-list-return-#-anna=b.example@x.example" },
	{ "ezmlm, no recipient", VERP, "list-return-18919-@x.example", "list-return-18920-@x.example", true, "list-return-#-@x.example" },
	{ "ezmlm, two lists", VERP, "dev-return-1-a=b.example@x.example", "doc-return-1-a=b.example@x.example", false, "dev-return-#-a=b.example@x.example" },
	{ "Yahoo Groups", VERP, "sentto-4328378-18698-1074787260-anna=b.example@returns.x.example",
	  "sentto-4328378-18699-1074787299-anna=b.example@returns.x.example", true, "sentto-#-#-#-anna=b.example@returns.x.example" },
	{ "msg, two numbers", VERP, "msg-12-34@x.example", "msg-13-35@x.example", true, "msg-#-#@x.example" },
	{ "msg, an empty number", VERP, "msg-12--34@x.example", "msg-13--34@x.example", false, "msg-12--34@x.example" },
	{ "BATV, off, and bounces", VERP, "prvs=4068eb2540=bounce-17@x.example", "prvs=4068eb2540=bounce-18@x.example", true, "prvs=4068eb2540=bounce-#@x.example" },
	{ "msg", VERP, "msg_12-34.56@x.example", "msg_13-35.57@x.example", true, "msg_#-#.#@x.example" },

	/* VERP: known forms of the local part. */
	{ "Amazon SES", VERP, "010001725bf247e4-26c3b8bb-3ca1-415d-8c70-5df72ba44c66-000000@amazonses.example",
	  "0100017681122b89-19b22605-1bae-40ca-b120-0ba8d69dbfce-000000@amazonses.example", true, "#-#-#@amazonses.example" },
	{ "Amazon SES, a customer's domain", VERP, "01000156e5986888-b6a0e7cf-dc11-4c3c-be7b-06d369aed7a1-000000@email.x.example",
	  "01000156e5986999-dddddddd-dddd-dddd-dddd-dddddddddddd-000000@email.x.example", true, "#-#-#@email.x.example" },
	{ "Amazon SES, off", NO(VERP), "010001725bf247e4-26c3b8bb-3ca1-415d-8c70-5df72ba44c66-000000@amazonses.example",
	  "0100017681122b89-19b22605-1bae-40ca-b120-0ba8d69dbfce-000000@amazonses.example", false,
	  "010001725bf247e4-26c3b8bb-3ca1-415d-8c70-5df72ba44c66-000000@amazonses.example" },
	{ "nearly Amazon SES", VERP, "010001725bf247e4-26c3b8bb-3ca1-415d-8c70-5df72ba44c66-000000a@x.example", "x", false,
	  "010001725bf247e4-26c3b8bb-3ca1-415d-8c70-5df72ba44c66-000000a@x.example" },
	{ "Marketo", VERP, "107-FMS-070.0.16516.0.0.5375.9.10954819@em.x.example",
	  "107-FMS-070.0.8007.0.0.4076.9.8319249@em.x.example", true, "107-fms-070.#.#.#.#.#.#.#@em.x.example" },
	{ "Marketo, two accounts", VERP, "107-FMS-070.0.16516.0@em.x.example", "107-FMS-071.0.16516.0@em.x.example", false, "107-fms-070.#.#.#@em.x.example" },
	{ "nearly Marketo", VERP, "107-fms-070.0.16516.a@x.example", "107-fms-070.0.16517.a@x.example", false, "107-fms-070.0.16516.a@x.example" },
	{ "Constant Contact", ALL, "AigXeKlyIRLG+DvWkRMsGUA==_1133104752381_sUQcUKVBEeynm/oWPlvdBA==@in.x.example",
	  "A1vDEk4EQTVi/ni3ked62sg==_1103304917473_t+iblfA0Ee+fkPowPmt8pw==@in.x.example", true, "#==_#_#==@in.x.example" },
	{ "nearly Constant Contact", VERP, "abcdef==_1133_abcdef==@x.example", "x", false, "abcdef==_1133_abcdef==@x.example" },
	{ "Constant Contact, and more", VERP, "abcdef==_11331_abcdef==x@x.example", "x", false, "abcdef==_11331_abcdef==x@x.example" },
	{ "Constant Contact, not base64", VERP, "abc.def==_11331_abcdef==@x.example", "x", false, "abc.def==_11331_abcdef==@x.example" },
	{ "Salesforce", VERP, "support=a.example__9m4vlv27x6v0rxwe@x.bnc.salesforce.example",
	  "support=a.example__8k4vlv27x6v0rxwf@x.bnc.salesforce.example", true, "support=a.example__#@x.bnc.salesforce.example" },
	{ "Salesforce, more parts", VERP, "info=a.example__0-1r12zvjmnf8rqu.l9azxrxo3x5g2pzm@x.bnc.salesforce.example",
	  "info=a.example__0-4faoc4mc7i68gc.k9azxrxo3x5g2pz@x.bnc.salesforce.example", true, "info=a.example__#-#.#@x.bnc.salesforce.example" },
	{ "Salesforce, two people", VERP, "anna.19841=a.example__0-1r12@x.bnc.salesforce.example",
	  "anna.19842=a.example__0-1r12@x.bnc.salesforce.example", false, "anna.19841=a.example__#-#@x.bnc.salesforce.example" },

	/* VERP: bounce domains and encoded recipients. */
	{ "Acoustic", VERP, "v-biheobc_begnlldjf_icanamoe_icanamoe_a-1@bounce.x.example",
	  "v-biheobc_bgedmglac_cgfdlgfn_cgfdlgfn_a-1@bounce.x.example", true, "v-#_#_#_#_#-#@bounce.x.example" },
	{ "Acoustic, numbers", VERP, "v-abc_123_456@bounce.example", "v-abc_124_457@bounce.example", true, "v-#_#_#@bounce.example" },
	{ "LinkedIn", VERP, "m-j7q2rwb8aca3ozj7n0uy4hluj7tlsdydo5j1tw9dvhagtr25o3b@bounce.x.example",
	  "m-2kfvrwb8aca3ozj7n0uy4hluj7tlsdydo5j1tw9dvhagtr25o3b@bounce.x.example", true, "m-#@bounce.x.example" },
	{ "X", VERP, "n01361f1607-0fe582ccfc934393-user===email.example@bounce.x.example",
	  "n01361f1699-1fe582ccfc934394-user===email.example@bounce.x.example", true, "#-#-user===email.example@bounce.x.example" },
	{ "X, short", VERP, "n0136..user===dom.example@bounce.x", "n0137..user===dom.example@bounce.x", true, "#..user===dom.example@bounce.x" },
	{ "Twitter", VERP, "b05372b0afdanna=b.example@bounce.twitter.example",
	  "b013614b853anna=b.example@bounce.twitter.example", true, "#=b.example@bounce.twitter.example" },
	{ "Amazon", VERP, "20220907101812f8fb95bae5cc4c4bb24dc960fe80p0eu-C1N7BPP2IWLHN@bounces.x.example",
	  "20220908101812f8fb95bae5cc4c4bb24dc960fe81p0eu-C1N7BPP2IWLHN@bounces.x.example", true, "#-c1n7bpp2iwlhn@bounces.x.example" },
	{ "HubSpot", VERP, "1axca06p9dhadejfcj89bda3kxmimwrspi50nd@bf01x.hubspotemail.example",
	  "1axbzngfdqrw3qttkekmmouflkgrjnzptdk8su@bf01x.hubspotemail.example", true, "#@bf01x.hubspotemail.example" },
	{ "HubSpot, recipient", VERP, "1axca06p9dhadejfcj89bda3kxmimwrspi50nd-anna=b.example@x.example",
	  "1axbzngfdqrw3qttkekmmouflkgrjnzptdk8su-anna=b.example@x.example", true, "#-anna=b.example@x.example" },
	{ "a number at a bounce domain", VERP, "12345.abc@bounce.x.example", "12346.abc@bounce.x.example", true, "#.abc@bounce.x.example" },
	{ "a UUID at a bounce domain", VERP, "26c3b8bb-3ca1-415d-8c70-5df72ba44c66@eu.bounces.example",
	  "deadbeef-dead-beef-dead-beefdeadbeef@eu.bounces.example", true, "#@eu.bounces.example" },
	{ "a short number there", VERP, "1234.abc@bounce.x.example", "1235.abc@bounce.x.example", false, "1234.abc@bounce.x.example" },
	{ "eight hexadecimals", VERP, "abcdef12@bounce.x.example", "abcdef13@bounce.x.example", true, "#@bounce.x.example" },
	{ "seven hexadecimals", VERP, "abcdef1@bounce.x.example", "abcdef2@bounce.x.example", false, "abcdef1@bounce.x.example" },
	{ "sixteen letters and digits", VERP, "abcdefghijklmno1@bounce.x.example", "abcdefghijklmno2@bounce.x.example", true, "#@bounce.x.example" },
	{ "fifteen letters and digits", VERP, "abcdefghijklmn1@bounce.x.example", "abcdefghijklmn2@bounce.x.example", false, "abcdefghijklmn1@bounce.x.example" },
	{ "letters alone", VERP, "abcdefabcdefabcdef@bounce.x.example", "fbcdefabcdefabcdef@bounce.x.example", false, "abcdefabcdefabcdef@bounce.x.example" },
	{ "a recipient and numbers", VERP, "news-12-345-anna=b.example@x.example", "news-13-346-anna=b.example@x.example", true, "news-#-#-anna=b.example@x.example" },
	{ "a recipient with a number", VERP, "news-12-anna2=b.example@x.example", "news-12-anna3=b.example@x.example", false, "news-#-anna2=b.example@x.example" },
	{ "a recipient with a number word", VERP, "anna-2=b.example@relay.example", "anna-3=b.example@relay.example", false, "anna-2=b.example@relay.example" },
	{ "a recipient with a number, triple", VERP, "news-12-17===b.example@x.example", "news-12-18===b.example@x.example", false, "news-#-17===b.example@x.example" },
	{ "a recipient like a UUID", VERP, "12-26c3b8bb-3ca1-415d-8c70-5df72ba44c66=b.example@x.example", "x", false,
	  "#-#-3ca1-415d-8c70-5df72ba44c66=b.example@x.example" },
	{ "a recipient without a dot", VERP, "news-12-anna=localhost@x.example", "news-13-anna=localhost@x.example", false, "news-12-anna=localhost@x.example" },
	{ "a recipient not at the end", VERP, "news-12-anna=b.example=@x.example", "news-13-anna=b.example=@x.example", false, "news-12-anna=b.example=@x.example" },
	{ "no recipient before the sign", VERP, "=b.example@x.example", "=c.example@x.example", false, "=b.example@x.example" },
	{ "a recipient behind a mailbox", VERP, "123456+news-12-anna=b.example@x.example", "123456+news-13-anna=b.example@x.example", true, "123456+news-#-anna=b.example@x.example" },
	{ "a relay's encoding of senders", VERP, "anna1=b.example@relay.example", "anna2=b.example@relay.example", false, "anna1=b.example@relay.example" },

	/* Bulk senders with an address that does not change. */
	{ "Postmark", ALL, "pm_bounces@pm-bounces.x.example", "pm_bounces@pm-bounces.x.example", true, "pm_bounces@pm-bounces.x.example" },
	{ "LISTSERV", ALL, "owner-LIST*anna**B.EXAMPLE@x.example", "owner-list*berta**b.example@x.example", false, "owner-list*anna**b.example@x.example" },
	{ "Sympa", ALL, "bounce+anna==a==b.example==list@x.example", "bounce+anna==a==b.example==list@x.example", true, "bounce@x.example" },
};
/* clang-format on */

static void
test_pairs(void **state)
{
	char first[REQUEST_ADDRESS_MAX + 1], second[REQUEST_ADDRESS_MAX + 1];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
		sender_key(pairs[i].first, pairs[i].rules, first);
		sender_key(pairs[i].second, pairs[i].rules, second);
		if (strcmp(first, pairs[i].key) != 0 ||
		    (strcmp(first, second) == 0) != pairs[i].same)
			fail_msg("%s: got %s and %s", pairs[i].name, first,
			    second);
	}
}

/* Without rules, a key is the sender in lower case. [C9] */
static void
test_no_rule(void **state)
{
	char lowered[REQUEST_ADDRESS_MAX + 1], key[REQUEST_ADDRESS_MAX + 1];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
		sender_key(pairs[i].first, NONE, key);
		lowercase(pairs[i].first, lowered);
		if (lowered[0] == '\0' || strcmp(lowered, "#@[]") == 0)
			assert_string_equal(key, "<>");
		else
			assert_string_equal(key, lowered);
	}
}

/* ---- Ordinary addresses, and pieces of others, always the same ones ---- */

static uint64_t random_state;

static size_t
below(size_t n)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (size_t)((random_state >> 11) % n);
}

static char *
add(char *at, const char *text)
{
	size_t n = strlen(text);

	memcpy(at, text, n + 1);
	return at + n;
}

static char *
add_number(char *at, size_t digits)
{
	while (digits-- > 0)
		*at++ = (char)('0' + below(10));
	*at = '\0';
	return at;
}

static char *
add_hex(char *at, size_t digits)
{
	while (digits-- > 0)
		*at++ = "0123456789abcdef"[below(16)];
	*at = '\0';
	return at;
}

/* Names; some have a mark, a tag, or nearly one. */
static const char *const names[] = {"anna", "Berta", "smith", "o'neil", "li",
    "sales", "info", "no-reply", "bouncer", "rebounce", "returns", "returned",
    "verpa", "msg", "message", "v", "m", "srs9", "prvs", "batv", "btv1", "bnc2",
    "deadbeef", "cafe", "facade", "newsletter", "mailer-daemon", "owner",
    "request", "us1", "html", "postmaster", "x", "q", "\xc3\xb6zg\xc3\xbcr"};
static const char *const domains[] = {"a.example", "mx1.example",
    "mail-2.b.example", "bounces-r-us.example", "gmail.example", "x"};

/* A name or a number as people choose it. */
static char *
add_part(char *at)
{
	switch (below(6)) {
	case 0:
		return add_number(at, 1 + below(12));
	case 1:
		return add_number(add(at, names[below(ARRAY_LEN(names))]),
		    1 + below(4));
	case 2:
		return add_hex(at, 1 + below(12));
	default:
		return add(at, names[below(ARRAY_LEN(names))]);
	}
}

static void
ordinary(char *at)
{
	static const char *const separators[] = {".", "-", "_", ""};

	at = add_part(at);
	for (size_t n = below(4); n > 0; n--)
		at = add_part(add(at, separators[below(4)]));
	at = add(at, "@");
	add(at, domains[below(ARRAY_LEN(domains))]);
}

#define ORDINARY_N 300000

/* "msg" and two numbers: the only form of VERP that these names can have. */
static bool
is_msg(const char *address)
{
	return strncmp(address, "msg", 3) == 0 &&
	    strspn(address + 3, "0123456789-._") == strcspn(address + 3, "@") &&
	    strpbrk(address + 3, "-._") == address + 3;
}

/* An ordinary sender only changes to lower case. So no two of them have the
 * same key. */
static void
test_ordinary_stay_apart(void **state)
{
	char address[256], lowered[256], key[REQUEST_ADDRESS_MAX + 1];

	(void)state;
	random_state = 88172645463325252U;
	for (size_t i = 0; i < ORDINARY_N; i++) {
		ordinary(address);
		if (is_msg(address))
			continue;
		sender_key(address, ALL, key);
		lowercase(address, lowered);
		if (strcmp(key, lowered) != 0)
			fail_msg("%s: got %s", address, key);
	}
}

/* The key is the same with and without an extension. */
static void
test_ordinary_with_extension(void **state)
{
	char address[256], extended[256], key[REQUEST_ADDRESS_MAX + 1];
	char want[REQUEST_ADDRESS_MAX + 1];

	(void)state;
	random_state = 1181783497276652981U;
	for (size_t i = 0; i < ORDINARY_N / 10; i++) {
		const char *at;

		ordinary(address);
		at = strchr(address, '@');
		memcpy(extended, address, (size_t)(at - address));
		strcpy(add_part(add(extended + (at - address), "+")), at);
		sender_key(extended, ALL, key);
		sender_key(address, ALL, want);
		if (strcmp(key, want) != 0)
			fail_msg("%s: got %s", extended, key);
	}
}

static const char *const pieces[] = {"bounce", "bounces", "return", "verp",
    "msprvs1=", "prvs=4068eb2540=", "=4079a31c2f",
    "btv1==ab==", "SRS0=", "srs1+", "h=tt=", "a.example=", "==", "===", "=",
    "+", "+srs=", "-", ".", "_", "__", "@", "@bounce.example", "\"", "#", "[]",
    "v-", "msg", "123", "12345", "a1b2c3d4", "abcdefghijklmno1", "x", "user",
    "b.example", "26c3b8bb-3ca1-415d-8c70-5df72ba44c66", "==_12345_",
    "107-fms-070.0.1.2", "010001725bf247e4-", "-000000", "\xff", " "};

#define PIECES_N 60000

/* For random senders: the key of a key is the same key; a key is not longer
 * than its sender; without SRS the domain stays. */
static void
test_key_of_key(void **state)
{
	char address[1024], key[REQUEST_ADDRESS_MAX + 1];
	char again[REQUEST_ADDRESS_MAX + 1];

	(void)state;
	random_state = 2685821657736338717U;
	for (size_t i = 0; i < PIECES_N; i++) {
		unsigned rules = (unsigned)below(SENDER_ALL + 1);
		char *at = address;

		for (size_t n = 1 + below(12); n > 0; n--)
			at = add(at, pieces[below(ARRAY_LEN(pieces))]);
		sender_key(address, rules, key);
		sender_key(key, rules, again);
		if (strcmp(key, again) != 0 || strlen(key) > strlen(address))
			fail_msg("%s, %u: got %s, then %s", address, rules, key,
			    again);
		lowercase(address, address);
		at = strrchr(address, '@');
		if (at == NULL || (rules & SRS) != 0)
			continue;
		if (strrchr(key, '@') == NULL ||
		    strcmp(strrchr(key, '@'), at) != 0)
			fail_msg("%s, %u: got %s", address, rules, key);
	}
}

/* The longest senders, with many changing parts. [C20] */
static void
test_longest(void **state)
{
	static char address[REQUEST_ADDRESS_MAX + 1];
	static char key[REQUEST_ADDRESS_MAX + 1];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(pieces); i++) {
		size_t n = strlen(pieces[i]);

		for (size_t at = 0; at < REQUEST_ADDRESS_MAX; at++)
			address[at] = pieces[i][at % n];
		sender_key(address, ALL, key);
		assert_true(strlen(key) <= REQUEST_ADDRESS_MAX);
	}
	memset(address, 'A', REQUEST_ADDRESS_MAX);
	sender_key(address, ALL, key);
	assert_int_equal(strlen(key), REQUEST_ADDRESS_MAX);
	assert_int_equal(key[REQUEST_ADDRESS_MAX - 1], 'a');
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_pairs),
	    cmocka_unit_test(test_no_rule),
	    cmocka_unit_test(test_ordinary_stay_apart),
	    cmocka_unit_test(test_ordinary_with_extension),
	    cmocka_unit_test(test_key_of_key),
	    cmocka_unit_test(test_longest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
