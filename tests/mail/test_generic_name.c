/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * Names that are nobody's own, and names of senders. The names follow those in
 * use, with addresses that fit; a provider that could not be found has one of
 * example.com. What the tables say is true; a rule that is wrong about it has
 * a reason there, and exactly those may be wrong.
 */
#include "test.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "mail/generic_name.h"

struct row {
	const char *name, *address;
	const char *why_wrong; /* NULL: the rule is right */
};

/* clang-format off */
static const struct row generic[] = {
	/* Germany, Austria, Switzerland. */
	{ "p4fd80c22.dip0.t-ipconnect.de", "79.216.12.34", NULL },
	{ "pD9F60C22.dip0.t-ipconnect.de", "217.246.12.34", NULL },
	{ "p200300cbc7000500021122fffe334455.dip0.t-ipconnect.de",
	  "2003:cb:c700:500:211:22ff:fe33:4455", NULL },
	{ "p200300dc6f0009000000000000000001.dip0.t-ipconnect.de",
	  "2003:dc:6f00:900::1", NULL },
	{ "p5B0E0C22.dip.t-dialin.net", "91.14.12.34", NULL },
	{ "dslb-088-064-012-034.088.064.pools.vodafone-ip.de",
	  "88.64.12.34", NULL },
	{ "ip5f5a1c22.dynamic.kabel-deutschland.de", "95.90.28.34", NULL },
	{ "ipservice-092-208-012-034.092.208.pools.vodafone-ip.de",
	  "92.208.12.34", NULL },
	{ "HSI-KBW-046-005-012-034.hsi8.kabel-badenwuerttemberg.de",
	  "46.5.12.34", NULL },
	{ "ip-037-201-012-034.um10.pools.vodafone-ip.de",
	  "37.201.12.34", NULL },
	{ "x4db01c22.dyn.telefonica.de", "77.176.28.34", NULL },
	{ "dynamic-077-176-012-034.77.176.pool.telefonica.de",
	  "77.176.12.34", NULL },
	{ "i59F72C22.versanet.de", "89.247.44.34", NULL },
	{ "mue-88-130-12-34.dsl.tropolys.de", "88.130.12.34", NULL },
	{ "dyndsl-091-096-012-034.ewe-ip-backbone.de", "91.96.12.34", NULL },
	{ "87-122-12-34.dyn.osnatel.de", "87.122.12.34", NULL },
	{ "xdsl-87-78-12-34.nc.de", "87.78.12.34", NULL },
	{ "i5387C522.versanet.de", "83.135.197.34", NULL },
	{ "ppp-93-104-12-34.dynamic.mnet-online.de", "93.104.12.34", NULL },
	{ "host-091-097-012-034.ewe-ip-backbone.de", "91.97.12.34", NULL },
	{ "84-115-12-34.cable.dynamic.surfer.at", "84.115.12.34", NULL },
	{ "chello062178012034.2.11.vie.surfer.at", "62.178.12.34", NULL },
	{ "188-22-12-34.adsl.highway.telekom.at", "188.22.12.34", NULL },
	{ "N734P011.adsl.highway.telekom.at", "62.47.12.34", NULL },
	{ "80-218-12-34.dclient.hispeed.ch", "80.218.12.34", NULL },
	{ "adsl-178-39-12-34.adslplus.ch", "178.39.12.34", NULL },
	{ "34.12.195.178.dynamic.wline.res.cust.swisscom.ch",
	  "178.195.12.34", NULL },
	{ "85.195.12.34.static.init7.net", "85.195.12.34", NULL },
	/* France, Belgium, the Netherlands, Luxembourg. */
	{ "lfbn-tou-1-1502-34.w90-89.abo.wanadoo.fr", "90.89.68.34", NULL },
	{ "amontpellier-657-1-18-34.w109-210.abo.wanadoo.fr",
	  "109.210.65.34", NULL },
	{ "2a01cb0592009a00021122fffe334455.ipv6.abo.wanadoo.fr",
	  "2a01:cb05:9200:9a00:211:22ff:fe33:4455", NULL },
	{ "APastourelles-108-2-1-3.abo.wanadoo.fr", "80.14.139.3", NULL },
	{ "cag06-3-82-243-12-34.fbx.proxad.net", "82.243.12.34", NULL },
	{ "34.12.64.86.rev.sfr.net", "86.64.12.34", NULL },
	{ "abo-34-12-69.bdx.modulonet.fr", "85.69.12.34", NULL },
	{ "i15-les02-ntr-213-44-12-34.sfr.lns.abo.bbox.fr",
	  "213.44.12.34", NULL },
	{ "176-148-12-34.abo.bbox.fr", "176.148.12.34", NULL },
	{ "static-176-183-12-34.ncc.abo.bbox.fr", "176.183.12.34", NULL },
	{ "78-21-12-34.access.telenet.be", "78.21.12.34", NULL },
	{ "d54C10C22.access.telenet.be", "84.193.12.34", NULL },
	{ "2a02-1812-1600-8f00-211-22ff-fe33-4455.ip6.access.telenet.be",
	  "2a02:1812:1600:8f00:211:22ff:fe33:4455", NULL },
	{ "ptr-7tznw14xncxzsvibs42.18120a2.ip6.access.telenet.be",
	  "2a02:1811:500:f0f0:211:22ff:fe33:4455", NULL },
	{ "34.12-243-81.adsl-dyn.isp.belgacom.be", "81.243.12.34", NULL },
	{ "34.12-64-91.adsl-static.isp.belgacom.be", "91.64.12.34", NULL },
	{ "host-85-201-12-34.dynamic.voo.be", "85.201.12.34", NULL },
	{ "ip51cc0c22.speed.planet.nl", "81.204.12.34", NULL },
	{ "dhcp-077-248-012-034.chello.nl", "77.248.12.34", NULL },
	{ "2001-1c00-0c00-bf00-0211-22ff-fe33-4455.cable.dynamic.v6.ziggo.nl",
	  "2001:1c00:c00:bf00:211:22ff:fe33:4455", NULL },
	{ "84-24-12-34.cable.dynamic.v4.ziggo.nl", "84.24.12.34", NULL },
	{ "86-82-12-34.fixed.kpn.net", "86.82.12.34", NULL },
	{ "ip4da1c0c22.direct-adsl.nl", "77.161.192.194", NULL },
	{ "82-170-12-34.ip.telfort.nl", "82.170.12.34", NULL },
	{ "a83-162-12-34.adsl.xs4all.nl", "83.162.12.34", NULL },
	{ "ip-83-134-12-34.dsl.scarlet.be", "83.134.12.34", NULL },
	{ "vodsl-9234.vo.lu", "85.93.12.34", NULL },
	/* Britain and Ireland. */
	{ "host86-138-12-34.range86-138.btcentralplus.com",
	  "86.138.12.34", NULL },
	{ "host-92-3-12-34.as13285.net", "92.3.12.34", NULL },
	{ "cpc86377-aztw32-2-0-cust226.18-1.cable.virginm.net",
	  "92.233.12.34", NULL },
	{ "chfd-03-b2-v4wan-176392-cust229.vm15.cable.virginm.net",
	  "82.19.12.34", NULL },
	{ "cpc1-brnt3-2-0-cust60.4-2.cable.virgin.net", "86.15.12.34", NULL },
	{ "05400c22.skybroadband.com", "5.64.12.34", NULL },
	{ "5e0c2238.bb.sky.com", "94.12.34.56", NULL },
	{ "82-69-12-34.dsl.in-addr.zen.co.uk", "82.69.12.34", NULL },
	{ "34.12.115.87.dyn.plus.net", "87.115.12.34", NULL },
	{ "host-78-150-12-34.as9105.com", "78.150.12.34", NULL },
	{ "dsl-217-155-12-34.zen.co.uk", "217.155.12.34", NULL },
	{ "188-141-12-34.dynamic.upc.ie", "188.141.12.34", NULL },
	{ "86-44-12-34-dynamic.agg2.rsl.blp-srl.eircom.net",
	  "86.44.12.34", NULL },
	/* Spain, Portugal, Italy, Greece. */
	{ "235.red-83-57-12.dynamicip.rima-tde.net", "83.57.12.235", NULL },
	{ "136.red-2-136-12.staticip.rima-tde.net", "2.136.12.136", NULL },
	{ "81.172.12.34.dyn.user.ono.com", "81.172.12.34", NULL },
	{ "205.pool92-176-12.dynamic.orange.es", "92.176.12.205", NULL },
	{ "34.12.60.213.dynamic.mundo-r.com", "213.60.12.34", NULL },
	{ "static-34-12-225-77.ipcom.comunitel.net", "77.225.12.34", NULL },
	{ "cable-static-12-34.intercable.net", "200.35.12.34", NULL },
	{ "bl5-12-34.dsl.telepac.pt", "82.154.12.34", NULL },
	{ "a89-152-12-34.cpe.netcabo.pt", "89.152.12.34", NULL },
	{ "83.240.12.34.rev.vodafone.pt", "83.240.12.34", NULL },
	{ "host34-12-dynamic.45-79-r.retail.telecomitalia.it",
	  "79.45.12.34", NULL },
	{ "host-79-45-12-34.retail.telecomitalia.it", "79.45.12.34", NULL },
	{ "host34-12-static.56-88-b.business.telecomitalia.it",
	  "88.56.12.34", NULL },
	{ "2-230-12-34.ip202.fastwebnet.it", "2.230.12.34", NULL },
	{ "93-40-12-34.ip36.fastwebnet.it", "93.40.12.34", NULL },
	{ "net-93-66-12-34.cust.vodafonedsl.it", "93.66.12.34", NULL },
	{ "adsl-ull-34-12.51-151.net24.it", "151.51.12.34", NULL },
	{ "ppp-34-12.32-151.libero.it", "151.32.12.34", NULL },
	{ "dynamic-adsl-94-36-12-34.clienti.tiscali.it", "94.36.12.34", NULL },
	{ "athedsl-4453234.home.otenet.gr", "79.131.12.34", NULL },
	{ "ppp079166012034.access.hol.gr", "79.166.12.34", NULL },
	{ "adsl-34.79.107.12.tellas.gr", "79.107.12.34", NULL },
	/* The north. */
	{ "c80-216-12-34.bredband.comhem.se", "80.216.12.34", NULL },
	{ "81-234-12-34-no94.tbcn.telia.com", "81.234.12.34", NULL },
	{ "h117n1fls20o53.telia.com",
	  "213.64.12.34",
	  "old names of Telia spell nothing and have no word" },
	{ "host-90-238-12-34.mobileonline.telia.com", "90.238.12.34", NULL },
	{ "h-82-196-12-34.NA.cust.bahnhof.se", "82.196.12.34", NULL },
	{ "ua-83-227-12-34.bbcust.telenor.se", "83.227.12.34", NULL },
	{ "c-83-233-12-34.cust.bredband2.com", "83.233.12.34", NULL },
	{ "85-156-12-34.elisa-laajakaista.fi", "85.156.12.34", NULL },
	{ "a81-197-12-34.elisa-laajakaista.fi", "81.197.12.34", NULL },
	{ "dsl-hkibng42-5673c0-34.dhcp.inet.fi", "86.115.192.34", NULL },
	{ "mobile-access-5d6a0c-34.dhcp.inet.fi", "93.106.12.34", NULL },
	{ "cable-hki-50dc0c-34.dhcp.inet.fi", "80.220.12.34", NULL },
	{ "87-93-12-34.bb.dnainternet.fi", "87.93.12.34", NULL },
	{ "ti0056a400-0234.bb.online.no", "83.109.12.34", NULL },
	{ "34.12.202.84.customer.cdi.no", "84.202.12.34", NULL },
	{ "ip-5-186-12-34.cgn.fibianet.dk", "5.186.12.34", NULL },
	{ "0x50a10c22.adsl.cybercity.dk", "80.161.12.34", NULL },
	{ "x1-6-00-1e-2a-3b-4c-5d.cpe.webspeed.dk", "2.108.12.34", NULL },
	{ "85.82.12.34.static.fibianet.dk", "85.82.12.34", NULL },
	{ "dsl-149-64-12-34.hive.is", "149.64.12.34", NULL },
	{ "34.12.191.90.dyn.estpak.ee", "90.191.12.34", NULL },
	{ "balticom-143-34.balticom.lv",
	  "46.109.12.34",
	  "two octets at most, and no word" },
	{ "78-60-12-34.static.zebra.lt", "78.60.12.34", NULL },
	/* Poland, Czechia, Slovakia, Hungary, Romania, the Balkans. */
	{ "aacd34.neoplus.adsl.tpnet.pl", "83.5.12.34", NULL },
	{ "83.5.12.34.ipv4.supernova.orange.pl", "83.5.12.34", NULL },
	{ "abrq234.internetdsl.tpnet.pl", "83.14.12.34", NULL },
	{ "87-205-12-34.adsl.inetia.pl", "87.205.12.34", NULL },
	{ "public-gprs375234.centertel.pl", "37.47.12.34", NULL },
	{ "178235012034.warszawa.vectranet.pl", "178.235.12.34", NULL },
	{ "89-66-12-34.dynamic.chello.pl", "89.66.12.34", NULL },
	{ "user-31-175-12-34.play-internet.pl", "31.175.12.34", NULL },
	{ "apn-95-41-12-34.dynamic.gprs.plus.pl", "95.41.12.34", NULL },
	{ "ip-86-49-12-34.net.upcbroadband.cz", "86.49.12.34", NULL },
	{ "34.12.80.78.in-addr.arpa.o2.cz.adsl.iol.cz", "78.80.12.34", NULL },
	{ "ip-89-176-12-34.bb.vodafone.cz", "89.176.12.34", NULL },
	{ "adsl-dyn34.78-98-12.t-com.sk", "78.98.12.34", NULL },
	{ "catv-89-132-12-34.catv.broadband.hu", "89.132.12.34", NULL },
	{ "54007022.dsl.pool.telekom.hu", "84.0.112.34", NULL },
	{ "BC240C22.dsl.pool.telekom.hu", "188.36.12.34", NULL },
	{ "5-14-12-34.residential.rdsnet.ro", "5.14.12.34", NULL },
	{ "86-124-12-34.rdsnet.ro", "86.124.12.34", NULL },
	{ "79-114-12-34.dynamic.brasov.rdsnet.ro", "79.114.12.34", NULL },
	{ "cable-178-148-12-34.dynamic.sbb.rs", "178.148.12.34", NULL },
	{ "178-220-12-34.dynamic.isp.telekom.rs", "178.220.12.34", NULL },
	{ "93-138-12-34.adsl.net.t-com.hr", "93.138.12.34", NULL },
	{ "BSN-176-34-12.dial-up.dsl.siol.net", "95.176.12.34", NULL },
	{ "46-10-12-34.ip.btc-net.bg", "46.10.12.34", NULL },
	/* Russia, Ukraine, the Caucasus, central Asia. */
	{ "broadband-46-242-12-34.ip.moscow.rt.ru", "46.242.12.34", NULL },
	{ "ppp91-77-12-34.pppoe.mtu-net.ru", "91.77.12.34", NULL },
	{ "95-24-12-34.broadband.corbina.ru", "95.24.12.34", NULL },
	{ "128-68-12-34.broadband.corbina.ru", "128.68.12.34", NULL },
	{ "dynamicip-5-166-12-34.pppoe.perm.ertelecom.ru",
	  "5.166.12.34", NULL },
	{ "pool-34-12.is74.ru", "46.191.12.34", NULL },
	{ "host-83-220-12-34.gprs.mts.ru", "83.220.12.34", NULL },
	{ "213.87.12.34.mts.moscow", "213.87.12.34", NULL },
	{ "ip-95-220-12-34.bb.netbynet.ru", "95.220.12.34", NULL },
	{ "customer-89-179-12-34.dsl.vimpelcom.ru", "89.179.12.34", NULL },
	{ "178-133-12-34.mobile.vf-ua.net", "178.133.12.34", NULL },
	{ "34-12-132-95.pool.ukrtel.net", "95.132.12.34", NULL },
	{ "46-219-12-34-dynamic.retail.datagroup.ua", "46.219.12.34", NULL },
	{ "194-44-12-34-kyivstar.dynamic.kyivstar.net", "194.44.12.34", NULL },
	{ "SOL-FTTB.34.12.118.46.sovam.net.ua", "46.118.12.34", NULL },
	{ "176-59-12-34.nat.tele2.ru", "176.59.12.34", NULL },
	{ "mm-34-12-57-86.static.mgts.by", "86.57.12.34", NULL },
	{ "2.133.12.34.megaline.telecom.kz", "2.133.12.34", NULL },
	{ "host-213-131-12-34.customer.magticom.ge", "213.131.12.34", NULL },
	/* North America. */
	{ "c-73-162-12-34.hsd1.ca.comcast.net", "73.162.12.34", NULL },
	{ "asus.hsd1.ca.comcast.net", "2601:647:4000:d7::2", NULL },
	{ "50-78-12-34-static.hfc.comcastbusiness.net", "50.78.12.34", NULL },
	{ "ip68-109-12-34.oc.oc.cox.net", "68.109.12.34", NULL },
	{ "wsip-70-168-12-34.dc.dc.cox.net", "70.168.12.34", NULL },
	{ "pool-71-163-12-34.washdc.fios.verizon.net", "71.163.12.34", NULL },
	{ "static-71-163-12-34.washdc.fios.verizon.net", "71.163.12.34", NULL },
	{ "cpe-76-175-12-34.socal.res.rr.com", "76.175.12.34", NULL },
	{ "rrcs-24-97-12-34.nys.biz.rr.com", "24.97.12.34", NULL },
	{ "2603-8090-2000-39b3-0000-0000-0000-100a.res6.spectrum.com",
	  "2603:8090:2000:39b3::100a", NULL },
	{ "syn-075-082-012-034.res.spectrum.com", "75.82.12.34", NULL },
	{ "66-214-12-34.static.gldl.ca.charter.com", "66.214.12.34", NULL },
	{ "104-57-12-34.lightspeed.austtx.sbcglobal.net",
	  "104.57.12.34", NULL },
	{ "adsl-75-18-12-34.dsl.pltn13.sbcglobal.net", "75.18.12.34", NULL },
	{ "mobile-166-137-012-034.mycingular.net", "166.137.12.34", NULL },
	{ "34.sub-174-204-12.myvzw.com", "174.204.12.34", NULL },
	{ "172-56-12-34.t-mobile.example.net", "172.56.12.34", NULL },
	{ "71-212-12-34.tukw.qwest.net", "71.212.12.34", NULL },
	{ "50-39-12-34.bvtn.or.frontiernet.net", "50.39.12.34", NULL },
	{ "ool-4577c22.dyn.optonline.net", "69.119.12.34", NULL },
	{ "ool-45770c22.dyn.optonline.net", "69.119.12.34", NULL },
	{ "d47-69-12-34.try.wideopenwest.com", "47.69.12.34", NULL },
	{ "h96-61-12-34.mtjltn.dsl.dynamic.tds.net", "96.61.12.34", NULL },
	{ "24-155-12-34.dyn.grandenetworks.net", "24.155.12.34", NULL },
	{ "107-190-12-34.cpe.teksavvy.com", "107.190.12.34", NULL },
	{ "S0106001122334455.cg.shawcable.net", "68.147.12.34", NULL },
	{ "h24-64-12-34.cg.shawcable.net", "24.64.12.34", NULL },
	{ "d24-150-12-34.home.cgocable.net", "24.150.12.34", NULL },
	{ "d75-157-12-34.bchsia.telus.net", "75.157.12.34", NULL },
	{ "hlfxns017vw-142-68-12-34.dhcp-dynamic.fibreop.ns.bellaliant.net",
	  "142.68.12.34", NULL },
	{ "bras-base-toroon0628w-grc-34-70-48-12-34.dsl.bell.ca",
	  "70.48.12.34", NULL },
	{ "CPE00fc8d1a2b3c-CM00fc8d1a2b3a.cpe.net.cable.rogers.com",
	  "99.224.12.34", NULL },
	{ "modemcable034.12-21-96.mc.videotron.ca", "96.21.12.34", NULL },
	{ "wiley-268-8196.roadrunner.nf.net",
	  "205.251.12.34",
	  "a city and two numbers; the word is in the domain" },
	/* Latin America. */
	{ "dsl-189-133-12-34-dyn.prod-infinitum.com.mx",
	  "189.133.12.34", NULL },
	{ "customer-187-188-12-34.totalplay.net", "187.188.12.34", NULL },
	{ "fixed-187-190-12-34.totalplay.net", "187.190.12.34", NULL },
	{ "189-46-12-34.dsl.telesp.net.br", "189.46.12.34", NULL },
	{ "177-95-12-34.dsl.telesp.net.br", "177.95.12.34", NULL },
	{ "201-43-12-34.customer.tdatabrasil.net.br", "201.43.12.34", NULL },
	{ "177.132.12.34.dynamic.adsl.gvt.net.br", "177.132.12.34", NULL },
	{ "bd20c122.virtua.com.br", "189.32.193.34", NULL },
	{ "b3dc0c22.virtua.com.br", "179.220.12.34", NULL },
	{ "179-98-12-34.user.vivozap.com.br", "179.98.12.34", NULL },
	{ "177-17-12-34.user3p.v-tal.net.br", "177.17.12.34", NULL },
	{ "200-171-12-34.static.oi.net.br", "200.171.12.34", NULL },
	{ "186-204-12-34.claro.net.br", "186.204.12.34", NULL },
	{ "host34.190-136-12.telecom.net.ar", "190.136.12.34", NULL },
	{ "190-48-12-34.speedy.com.ar", "190.48.12.34", NULL },
	{ "cpe-181-46-12-34.telecentro-reversos.com.ar", "181.46.12.34", NULL },
	{ "pc-34-12-83-190.cm.vtr.net", "190.83.12.34", NULL },
	{ "190-20-12-34.baf.movistar.cl", "190.20.12.34", NULL },
	{ "client-190-232-12-34.speedy.net.pe", "190.232.12.34", NULL },
	{ "dynamic-186-28-12-34.dynamic.etb.net.co", "186.28.12.34", NULL },
	{ "cable190-248-12-34.une.net.co", "190.248.12.34", NULL },
	{ "dynamic-ip-1868412034.cable.net.co", "186.84.12.34", NULL },
	{ "190-198-12-34.dyn.dsl.cantv.net", "190.198.12.34", NULL },
	{ "r186-48-12-34.dialup.adsl.anteldata.net.uy", "186.48.12.34", NULL },
	{ "34.12.179.186.f.sta.codetel.net.do", "186.179.12.34", NULL },
	{ "cbl-sd-02-79.aster.com.do",
	  "200.88.62.79",
	  "one octet, and its word (cbl) is no one else's" },
	{ "ip-186-5-12-34.tigo.example.com.sv", "186.5.12.34", NULL },
	{ "host-190-57-12-34.cnt.example.ec", "190.57.12.34", NULL },
	{ "cm-200-46-12-34.cpe-dynamic.cableonda.net", "200.46.12.34", NULL },
	/* Japan. */
	{ "p3225-ipad203funabasi.chiba.ocn.ne.jp", "222.146.12.34", NULL },
	{ "p4239-ipngn100105osakachuo.osaka.ocn.ne.jp", "153.142.12.34", NULL },
	{ "p14092-ipngnfx01kyoto.kyoto.ocn.ne.jp", "153.142.12.34", NULL },
	{ "p1975138-ipoe.ipoe.ocn.ne.jp", "153.139.12.34", NULL },
	{ "p1234-ipbf1605souka.saitama.ocn.ne.jp", "123.222.12.34", NULL },
	{ "softbank126090012034.bbtec.net", "126.90.12.34", NULL },
	{ "KD106167012034.ppp-bb.dion.ne.jp", "106.167.12.34", NULL },
	{ "KD182250012034.au-net.ne.jp", "182.250.12.34", NULL },
	{ "p78580c22.tkyea128.ap.so-net.ne.jp", "120.88.12.34", NULL },
	{ "pl475.nas921.ichikawa.nttpc.ne.jp", "210.165.12.34", NULL },
	{ "pl35138.ag1212.nttpc.ne.jp",
	  "133.232.12.34",
	  "a line and an access server, known to NTT alone" },
	{ "zaq3dc00c22.rev.zaq.ne.jp", "61.192.12.34", NULL },
	{ "i60-35-12-34.s41.a027.ap.plala.or.jp", "60.35.12.34", NULL },
	{ "FL1-119-243-12-34.chb.mesh.ad.jp", "119.243.12.34", NULL },
	{ "y012034.ppp.asahi-net.or.jp", "118.243.12.34", NULL },
	{ "nttkyo012034.tkyo.nt.ftth.ppp.infoweb.ne.jp", "124.27.12.34", NULL },
	{ "pw126236012034.7.panda-world.ne.jp", "126.236.12.34", NULL },
	{ "sp49-98-12-34.msb.spmode.ne.jp", "49.98.12.34", NULL },
	{ "fp7c120c22.tkyc510.ap.nuro.jp", "124.18.12.34", NULL },
	/* Korea, China, Taiwan, Hong Kong. */
	{ "34.12.37.221.broad.bj.bj.dynamic.163data.com.cn",
	  "221.37.12.34", NULL },
	{ "34.12.120.60.adsl-pool.sx.cn", "60.120.12.34", NULL },
	{ "hn.kd.ny.adsl",
	  "125.40.12.34",
	  "China Unicom: the word stands where a top-level domain does" },
	{ "221-12-34-56.zz.ha.dynamic.example.com.cn", "221.12.34.56", NULL },
	{ "118-167-12-34.dynamic-ip.hinet.net", "118.167.12.34", NULL },
	{ "61-220-12-34.hinet-ip.hinet.net", "61.220.12.34", NULL },
	{ "36-224-12-34.dynamic-ip.hinet.net", "36.224.12.34", NULL },
	{ "123-204-12-34.dynamic.seed.net.tw", "123.204.12.34", NULL },
	{ "n218103012034.netvigator.com", "218.103.12.34", NULL },
	{ "pcd234034.netvigator.com",
	  "218.102.12.34",
	  "one octet or none, and no word" },
	{ "123202012034.ctinets.com", "123.202.12.34", NULL },
	{ "014136012034.static.ctinets.com", "14.136.12.34", NULL },
	/* South and south-east Asia. */
	{ "abts-north-dynamic-034.12.68.122.airtelbroadband.in",
	  "122.68.12.34", NULL },
	{ "abts-kk-static-034.12.166.122.airtelbroadband.in",
	  "122.166.12.34", NULL },
	{ "dynamic.indore.34.12.2.117.bsnl.in", "117.2.12.34", NULL },
	{ "static-34.12.98.14-tataidc.co.in", "14.98.12.34", NULL },
	{ "49-205-12-34.actcorp.in", "49.205.12.34", NULL },
	{ "triband-mum-120.60.12.34.mtnl.net.in", "120.60.12.34", NULL },
	{ "34.12.55.36.rev.example.jiofiber.in", "36.55.12.34", NULL },
	{ "node-2xi.pool-125-24.dynamic.totinternet.net",
	  "125.24.12.34", NULL },
	{ "ppp-171-96-12-34.revip8.asianet.co.th", "171.96.12.34", NULL },
	{ "mx-ll-171.5.12-34.dynamic.3bb.co.th", "171.5.12.34", NULL },
	{ "34.subnet125-160-12.speedy.telkom.net.id", "125.160.12.34", NULL },
	{ "fm-dyn-118-137-12-34.fast.net.id", "118.137.12.34", NULL },
	{ "localhost.adsl.viettel.vn", "27.64.12.34", NULL },
	{ "static.vnpt.vn", "113.160.12.34", NULL },
	{ "dynamic.vnpt.vn", "14.160.12.34", NULL },
	{ "dynamic-ip-adsl.viettel.vn", "171.224.12.34", NULL },
	{ "adsl.viettel.vn", "27.64.12.34", NULL },
	{ "119.93.12.34.static.pldt.net", "119.93.12.34", NULL },
	{ "34.12.202.112.dsl.dyn.pldt.example.ph", "112.202.12.34", NULL },
	{ "bb121-7-12-34.singnet.com.sg", "121.7.12.34", NULL },
	{ "cm34.delta12.maxonline.com.sg", "218.186.12.34", NULL },
	{ "34.12.93.175.unknown.m1.com.sg", "175.93.12.34", NULL },
	/* Australia, New Zealand. */
	{ "pa49-179-12-34.pa.nsw.optusnet.com.au", "49.179.12.34", NULL },
	{ "cpe-144-137-12-34.nb02.nsw.asp.telstra.net", "144.137.12.34", NULL },
	{ "cpe-1-123-12-34.bpxe-r-962.mel.vic.bigpond.net.au",
	  "1.123.12.34", NULL },
	{ "180-150-12-34.b4960c.per.nbn.aussiebb.net", "180.150.12.34", NULL },
	{ "60-241-12-34.static.tpgi.com.au", "60.241.12.34", NULL },
	{ "ppp118-208-12-34.bras1.syd2.internode.on.net",
	  "118.208.12.34", NULL },
	{ "124-168-12-34.dyn.iinet.net.au", "124.168.12.34", NULL },
	{ "125-236-12-34.adsl.xtra.co.nz", "125.236.12.34", NULL },
	{ "122-58-12-34-fibre.sparkbb.co.nz", "122.58.12.34", NULL },
	{ "34.12.69.111.dynamic.snap.net.nz", "111.69.12.34", NULL },
	/* Africa and the Middle East. */
	{ "41-132-12-34.dsl.mweb.co.za", "41.132.12.34", NULL },
	{ "vc-kp-41-13-12-34.umts.vodacom.co.za", "41.13.12.34", NULL },
	{ "8ta-249-0-34.telkomadsl.co.za", "105.249.0.34", NULL },
	{ "dsl-241-12-34.telkomadsl.co.za", "41.241.12.34", NULL },
	{ "105-224-12-34.south.dsl.telkomsa.net", "105.224.12.34", NULL },
	{ "41-190-12-34.mtn.example.com.ng", "41.190.12.34", NULL },
	{ "host-41.33.12.34.tedata.net", "41.33.12.34", NULL },
	{ "ADSL-196-217-12-34.iam.example.ma", "196.217.12.34", NULL },
	{ "bzq-79-177-12-34.red.bezeqint.net", "79.177.12.34", NULL },
	{ "46-116-12-34.bb.netvision.net.il", "46.116.12.34", NULL },
	{ "IGLD-84-228-12-34.inter.net.il", "84.228.12.34", NULL },
	{ "bba-94-59-12-34.alshamil.net.ae", "94.59.12.34", NULL },
	{ "dynamic.saudi.net.sa", "188.48.12.34", NULL },
	{ "85.105.12.34.static.ttnet.com.tr", "85.105.12.34", NULL },
	{ "88.230.12.34.dynamic.ttnet.com.tr", "88.230.12.34", NULL },
	{ "host-78-174-12-34.turkcell.example.com.tr", "78.174.12.34", NULL },
	{ "2-181-12-34.dsl.example.ir", "2.181.12.34", NULL },
	/* Universities and other networks of many. */
	{ "dhcp-128-148-12-34.brown.example.edu", "128.148.12.34", NULL },
	{ "eduroam-134-76-12-34.example.edu", "134.76.12.34", NULL },
	{ "wlan-145.campus.example.edu", "192.0.2.145", NULL },
	{ "dorm-12-104.res.example.edu", "192.0.2.104", NULL },
	{ "vpn-client-17.example.edu", "192.0.2.17", NULL },
	{ "nat-34.isp.example.net", "192.0.2.34", NULL },
	{ "mp206a.halls.manchester.ac.uk",
	  "130.88.12.34",
	  "a room in a hall, in words of its own" },
	/* A customer's own label in front of the provider's domain. */
	{ "bob.gotadsl.co.uk",
	  "213.208.12.34",
	  "the word is in the domain and the label is the customer's" },
	{ "bob.xs4all.nl",
	  "80.101.12.34",
	  "the label is the customer's" },
	/* Clouds and hosters. */
	{ "ec2-35-166-12-34.us-west-2.compute.amazonaws.com",
	  "35.166.12.34", NULL },
	{ "ec2-54-12-34-56.compute-1.amazonaws.com", "54.12.34.56", NULL },
	{ "ip-10-2-3-4.eu-west-1.compute.internal", "52.12.34.56", NULL },
	{ "i-0123456789abcdef0.compute.example.net",
	  "2a05:d018:12:3400:1:2:3:4", NULL },
	{ "34.12.187.35.bc.googleusercontent.com", "35.187.12.34", NULL },
	{ "shop-web.westeurope.cloudapp.azure.com", "52.166.12.34", NULL },
	{ "kernelci-production.internal.cloudapp.net", "52.250.12.34", NULL },
	{ "45-33-12-34.ip.linodeusercontent.com", "45.33.12.34", NULL },
	{ "li1234-34.members.linode.com", "45.33.12.34", NULL },
	{ "2600-3c00--f03c-91ff-fe12-3456.ip.linodeusercontent.com",
	  "2600:3c00::f03c:91ff:fe12:3456", NULL },
	{ "45.76.12.34.vultrusercontent.com", "45.76.12.34", NULL },
	{ "45.76.12.34.vultr.com", "45.76.12.34", NULL },
	{ "static.34.12.251.148.clients.your-server.de",
	  "148.251.12.34", NULL },
	{ "static.34.12.46.78.clients.your-server.de", "78.46.12.34", NULL },
	{ "static.2.0.0.0.1.7.2.9.1.0.2.0.8.f.4.0.1.0.a.2"
	  ".clients.your-server.de",
	  "2a01:4f8:201:9271::2", NULL },
	{ "vmi242170.contaboserver.net", "207.180.12.34", NULL },
	{ "vmd64148.contaboserver.net", "161.97.12.34", NULL },
	{ "vps-04bdf8d7.vps.ovh.net", "51.75.12.34", NULL },
	{ "vps-4cb9ae84.vps.ovh.us", "40.160.12.34", NULL },
	{ "ns3012345.ip-51-75-12.eu", "51.75.12.34", NULL },
	{ "ip34.ip-51-75-12.eu", "51.75.12.34", NULL },
	{ "vps123456.ovh.net", "51.38.12.34", NULL },
	{ "ns339295.ovh.net",
	  "94.23.12.34",
	  "a dedicated server, called as name servers are" },
	{ "51-15-12-34.rev.poneytelecom.eu", "51.15.12.34", NULL },
	{ "34-12-15-51.instances.scw.cloud", "51.15.12.34", NULL },
	{ "1a2b3c4d-5e6f-7a8b-9c0d-1e2f3a4b5c6d.pub.instances.scw.cloud",
	  "51.15.12.34", NULL },
	{ "h2553182.stratoserver.net", "85.214.12.34", NULL },
	{ "s15462909.onlinehome-server.info", "87.106.12.34", NULL },
	{ "u15218177.onlinehome-server.com", "74.208.12.34", NULL },
	{ "atlantic540.startdedicated.de", "188.138.12.34", NULL },
	{ "static-ip-85-25-12-34.inaddr.ip-pool.com", "85.25.12.34", NULL },
	{ "v2202012139876135.megasrv.de", "185.244.12.34", NULL },
	{ "srv1639765.hstgr.cloud", "31.97.12.34", NULL },
	{ "80.251.12.34.16clouds.com", "80.251.12.34", NULL },
	{ "ecs-159-138-12-34.compute.hwclouds-dns.com", "159.138.12.34", NULL },
	{ "ip-132-148-12-34.ip.secureserver.net", "132.148.12.34", NULL },
	{ "hosted-by.leaseweb.com", "5.79.12.34", NULL },
	{ "hosted-by.i3d.example.net", "213.163.12.34", NULL },
	{ "vps-2291.hostwave.example.cloud", "185.220.12.34", NULL },
	{ "vds-1048.timeweb.example.ru", "92.53.12.34", NULL },
	{ "vm1234567.stark-industries.example.net", "45.142.12.34", NULL },
	{ "192-3-12-34-host.colocrossing.com", "192.3.12.34", NULL },
	{ "23.94.12.34.static.quadranet.com", "23.94.12.34", NULL },
	{ "unassigned.quadranet.com", "23.94.12.35", NULL },
	{ "104.168.12.34.static.hostwindsdns.example.com",
	  "104.168.12.34", NULL },
	{ "client-34.hostwindsdns.com", "23.254.12.34", NULL },
	{ "dedic-34.example.kz",
	  "192.0.2.34",
	  "a word of a hoster of its own" },
	{ "undefined.hostname.localhost",
	  "192.0.2.34",
	  "a made-up name, and no word that others use" },
};

static const struct row own[] = {
	/* Microsoft 365 and Outlook: two octets of IPv4, one group of IPv6. */
	{ "mail-am6eur05on2045.outbound.protection.outlook.com",
	  "40.107.22.45", NULL },
	{ "mail-bn8nam12on2055.outbound.protection.outlook.com",
	  "40.107.237.55", NULL },
	{ "mail-eopbgr1300046.outbound.protection.outlook.com",
	  "40.107.130.46", NULL },
	{ "mail-he1eur01on0625.outbound.protection.outlook.com",
	  "2a01:111:f400:fe1e::625", NULL },
	{ "mail-psaapc01on20709.outbound.protection.outlook.com",
	  "2a01:111:f400:feae::709", NULL },
	{ "mail-dm6nam11on2062b.outbound.protection.outlook.com",
	  "2a01:111:f400:7eaa::62b", NULL },
	{ "mail-mw2nam10on2060c.outbound.protection.outlook.com",
	  "2a01:111:f403:2412::60c", NULL },
	{ "mail-southcentralusazlp170120001.outbound.protection.outlook.com",
	  "2a01:111:f403:c10d::1", NULL },
	{ "mail-oln040092066034.outbound.protection.outlook.com",
	  "40.92.66.34",
	  "outlook.com for people, on older hosts, spells its four octets" },
	{ "mail-co1nam04olkn2034.outbound.protection.outlook.com",
	  "40.92.45.34", NULL },
	/* Google. */
	{ "mail-wr1-f54.google.com", "209.85.221.54", NULL },
	{ "mail-qv1-f44.google.com", "209.85.219.44", NULL },
	{ "mail-lj1-f179.google.com", "209.85.208.179", NULL },
	{ "mail-pf1-x433.google.com", "2607:f8b0:4864:20::433", NULL },
	{ "mail-yw1-x1149.google.com", "2607:f8b0:4864:20::1149", NULL },
	{ "mail-ed1-x529.google.com", "2a00:1450:4864:20::529", NULL },
	{ "mail-sor-f41.google.com", "209.85.220.41", NULL },
	{ "mail-ia0-f176.google.com", "209.85.210.176", NULL },
	/* Amazon. */
	{ "a8-45.smtp-out.amazonses.com", "54.240.8.45", NULL },
	{ "a27-42.smtp-out.us-west-2.amazonses.com", "54.240.27.42", NULL },
	{ "e234-10.smtp-out.eu-west-1.amazonses.com", "23.251.234.10", NULL },
	{ "b224-12.smtp-out.eu-central-1.amazonses.com",
	  "69.169.224.12", NULL },
	{ "smtp-fw-9102.amazon.com", "207.171.184.29", NULL },
	{ "smtp-fw-52002.amazon.com", "52.119.213.150", NULL },
	/* Senders for others. */
	{ "o1.ptr1234.sendgrid.net", "167.89.12.34", NULL },
	{ "wrqvnxzt.outbound-mail.sendgrid.net", "149.72.154.232", NULL },
	{ "s2.email.example.com", "167.89.55.41", NULL },
	{ "m42-5.mailgun.net", "69.72.42.5", NULL },
	{ "so254-31.mailgun.net", "198.61.254.31", NULL },
	{ "m228-13.mailgun.net", "159.135.228.13", NULL },
	{ "v5239.v57ae4e16.euw1.send.eu.mailgun.net", "161.38.204.239", NULL },
	{ "rs224.mailgun.us", "209.61.151.224", NULL },
	{ "mail132-5.atl131.mandrillapp.com", "198.2.132.5", NULL },
	{ "mail15.mcsv.net", "205.201.128.15", NULL },
	{ "mail234.suw14.mcdlv.net", "198.2.186.234", NULL },
	{ "mail42.atl51.rsgsv.net", "205.201.133.42", NULL },
	{ "mta195a-ord.mtasv.net", "50.31.156.195", NULL },
	{ "sc-ord-mta123.mtasv.net", "50.31.205.123", NULL },
	{ "o84.p38.mailjet.com", "185.250.237.84", NULL },
	{ "o128.p8.mailjet.com", "87.253.233.128", NULL },
	{ "ha.d.sender-sib.com", "77.32.148.27", NULL },
	{ "aa.d.sender-sib.com", "185.41.28.128", NULL },
	{ "gx.d.mailin.fr", "185.107.232.1", NULL },
	{ "mta-83-184.sparkpostmail.com", "192.174.83.184", NULL },
	{ "mta-70-5-54.sparkpostmail.com",
	  "147.70.5.54",
	  "SparkPost: three octets" },
	{ "mta-174-84-143.intercom.com.sparkpostmail.com",
	  "192.174.84.143",
	  "SparkPost: three octets" },
	{ "cr80.mta.exacttarget.com", "136.147.176.80", NULL },
	{ "smtp05-ia4-sp1.mta.salesforce.com", "13.110.6.221", NULL },
	{ "smtp14-ph2-sp4.mta.salesforce.com", "96.43.144.65", NULL },
	{ "em-sj-77.mktomail.com", "199.15.215.77", NULL },
	{ "ccm37.constantcontact.com", "208.75.123.37", NULL },
	{ "bid1234.bounce.hubspotemail.net", "54.174.59.12", NULL },
	{ "a2-17.hubspotemail.net", "158.247.18.17", NULL },
	{ "outbyoip12.pod17.usw2.zendesk.com", "188.172.138.12", NULL },
	{ "out1.sfo.zendesk.com", "192.161.151.12", NULL },
	{ "m12.atlassian.net", "167.89.0.12", NULL },
	{ "out-17.smtp.github.com", "192.30.252.200", NULL },
	{ "smtp.github.com", "192.30.252.192", NULL },
	{ "mail-12.klaviyomail.com", "167.89.71.12", NULL },
	{ "mx1.customeriomail.com", "161.38.192.7", NULL },
	{ "mail1234.intercom-mail.com", "50.19.97.12", NULL },
	{ "mta1.email.paypal.com", "66.211.170.86", NULL },
	{ "mx1.phx.paypal.com", "66.211.168.230", NULL },
	{ "mxphxpool1001.ebay.com", "66.135.215.12", NULL },
	{ "mail-pool-3.lists.example.org", "192.0.2.3", NULL },
	/* Mailbox providers. */
	{ "sonic301-20.consmr.mail.ne1.yahoo.com", "77.238.179.83", NULL },
	{ "sonic307-12.consmr.mail.ne1.yahoo.com", "66.163.190.35", NULL },
	{ "sonic.gate.mail.ne1.yahoo.com", "87.248.110.84", NULL },
	{ "mout.gmx.net", "212.227.17.20", NULL },
	{ "mout.web.de", "212.227.15.14", NULL },
	{ "mout.kundenserver.de", "217.72.192.75", NULL },
	{ "mout-xforward.gmx.net", "82.165.159.12", NULL },
	{ "pv50p00im-ztdg10021801.me.com", "17.58.6.56", NULL },
	{ "st43p00im-ztfb10063301.me.com", "17.58.63.181", NULL },
	{ "mail-40131.protonmail.ch", "185.70.40.131", NULL },
	{ "mail-4316.proton.ch", "185.70.43.16", NULL },
	{ "mail-0201.mail-europe.com", "51.77.79.158", NULL },
	{ "out1-smtp.messagingengine.com", "66.111.4.25", NULL },
	{ "wfout1-smtp.messagingengine.com", "64.147.123.144", NULL },
	{ "fhigh-b7-smtp.messagingengine.com", "202.12.124.158", NULL },
	{ "sender4-op-o15.zoho.com", "136.143.188.15", NULL },
	{ "sender11-of-o51.zoho.eu", "31.186.226.237", NULL },
	{ "mx.zohomail.com", "136.143.188.51", NULL },
	{ "f123.i.mail.ru", "94.100.176.12", NULL },
	{ "smtp34.i.mail.ru", "94.100.177.94", NULL },
	{ "fallback12.i.mail.ru", "79.137.243.68", NULL },
	{ "forward101a.mail.yandex.net", "178.154.239.84", NULL },
	{ "forward501b.mail.yandex.net", "178.154.239.145", NULL },
	{ "forward13p.cmail.yandex.net", "77.88.31.30", NULL },
	{ "out28-12.mail.aliyun.com", "115.124.28.12", NULL },
	{ "out30-132.freemail.mail.aliyun.com", "115.124.30.132", NULL },
	{ "out203-205-251-66.mail.qq.com",
	  "203.205.251.66",
	  "QQ: four octets" },
	{ "biz-43-154-54-12.mail.qq.com",
	  "43.154.54.12",
	  "QQ: four octets" },
	{ "xmbghk7.mail.qq.com", "43.163.128.49", NULL },
	{ "m15111.mail.126.com", "220.181.15.111", NULL },
	{ "m13-12.163.com", "220.181.13.12", NULL },
	{ "mail-m12747.qiye.163.com", "115.236.127.47", NULL },
	{ "mxhk.zte.com.cn", "63.216.63.40", NULL },
	{ "mo4-p00-ob.smtp.rzone.de", "81.169.146.163", NULL },
	{ "mailout08.t-online.de", "194.25.134.20", NULL },
	{ "smtp-29.smtpout.orange.fr", "80.12.242.29", NULL },
	{ "smtp.smtpout.orange.fr", "80.12.242.12", NULL },
	{ "smtp2-g21.free.fr", "212.27.42.2", NULL },
	{ "smtp5-g21.free.fr", "212.27.42.5", NULL },
	{ "msfrf2203.sfr.fr", "93.17.128.12", NULL },
	{ "smtp-18.italiaonline.it", "213.209.10.18", NULL },
	{ "smtp-31-i2.italiaonline.it", "213.209.12.31", NULL },
	{ "smtpcmd01-g.aruba.it", "62.149.158.217", NULL },
	{ "mxd1.seznam.cz", "77.75.76.210", NULL },
	{ "mxd-2-a12.seznam.cz", "77.75.78.12", NULL },
	{ "smtpo83.interia.pl", "217.74.67.83", NULL },
	{ "out.mail.wp.example.pl", "212.77.101.9", NULL },
	{ "mx-out.tlen.pl", "193.222.135.140", NULL },
	{ "cloudserver123.home.net.pl", "79.96.12.34", NULL },
	{ "mailrelay2.pub.mailoutpod2-cph3.one.com", "104.37.34.12", NULL },
	{ "fgw21.mail.saunalahti.fi", "62.142.5.110", NULL },
	{ "ananke.telenet-ops.be", "195.130.137.78", NULL },
	{ "proxy3.bredband.net", "195.54.101.73", NULL },
	{ "mxfep02.bredband.com", "195.54.107.73", NULL },
	{ "vsmtp92.cm.dti.ne.jp", "202.216.231.12", NULL },
	{ "conuserg-09.nifty.com", "210.131.2.76", NULL },
	{ "smtp.mba.ocn.ne.jp", "122.1.235.112", NULL },
	{ "mail404.ktm.example.co.jp", "192.0.2.44", NULL },
	{ "rcmail2.rakuten.example.co.jp", "192.0.2.45", NULL },
	{ "mail-ob01.naver.com", "125.209.232.12", NULL },
	{ "smtp.comcast.example.net", "192.0.2.46", NULL },
	{ "resqmta-po-01v.sys.comcast.net", "96.114.154.161", NULL },
	{ "cdptpa-omtalb.mail.rr.com", "107.14.166.230", NULL },
	{ "omta038.useast.a.cloudfilter.net", "44.202.169.37", NULL },
	{ "cmx-mtlrgo002.bell.net", "209.71.212.29", NULL },
	{ "smtp01.aussiebb.com.au", "2403:5800:3:25::1001", NULL },
	{ "nsw-mailout.telstra.example.net.au", "192.0.2.47", NULL },
	{ "gmmr-2.centrum.cz", "46.255.227.203", NULL },
	{ "mail-out.bluewin.example.ch", "195.186.120.12", NULL },
	{ "omta-12.virginmedia.example.com", "192.0.2.48", NULL },
	/* Hosters for their customers. */
	{ "mo512.mail-out.ovh.net", "178.33.45.12", NULL },
	{ "3.mo301.mail-out.ovh.net", "188.165.36.12", NULL },
	{ "3.mo550.mail-out.ovh.net", "46.105.60.232", NULL },
	{ "player789.ha.ovh.net", "46.105.35.12", NULL },
	{ "smtp-8fa9.mail.infomaniak.ch", "83.166.143.169", NULL },
	{ "smtp-bc0a.mail.infomaniak.ch", "45.157.188.10", NULL },
	{ "relay4-d.mail.gandi.net", "217.70.183.196", NULL },
	{ "sslproxy05.your-server.de", "78.46.172.2", NULL },
	{ "dedi1234.your-server.de", "78.46.12.34", NULL },
	{ "dd12345.kasserver.com", "85.13.128.12", NULL },
	{ "wout1-smtp.mail.example.de", "192.0.2.50", NULL },
	{ "mail.manitu.de", "217.11.48.12", NULL },
	{ "p3plsmtpa06-01.prod.phx3.secureserver.net",
	  "173.201.192.102", NULL },
	{ "gateway24.websitewelcome.com", "192.185.51.12", NULL },
	{ "qproxy2-pub.mail.unifiedlayer.com", "69.89.16.161", NULL },
	{ "outbound-ss-820.bluehost.com", "69.89.24.241", NULL },
	{ "smtp123.iad3a.emailsrvr.com", "173.203.187.123", NULL },
	{ "smtp81.ord1d.emailsrvr.com", "184.106.54.81", NULL },
	{ "out12-24.antispamcloud.com", "185.201.16.12", NULL },
	{ "xtrwkhkm.outbound.intermedia.example.net", "192.0.2.51", NULL },
	{ "www262.sakura.ne.jp", "202.181.97.72", NULL },
	{ "vxsys-smtpclusterma-03.srv.cat", "46.16.60.199", NULL },
	{ "mailproxy4.neonet.example.lv", "192.0.2.52", NULL },
	{ "webreus-relay1.webreus.example.nl", "192.0.2.53", NULL },
	/* Filters. */
	{ "eu-smtp-delivery-123.mimecast.com", "185.58.86.123", NULL },
	{ "us-smtp-delivery-124.mimecast.com", "170.10.129.124", NULL },
	{ "us-smtp-1.mimecast.com", "205.139.110.61", NULL },
	{ "d192015a.ess.barracudanetworks.com", "209.222.82.12", NULL },
	{ "outbound-ip23a.ess.barracuda.com", "209.222.82.23", NULL },
	{ "mx-inbound11-215.us-east-2a.ess.aws.cudaops.com",
	  "209.222.82.215", NULL },
	{ "hc1234-56.iphmx.com", "68.232.141.245", NULL },
	{ "esa1.microchip.iphmx.com", "68.232.147.91", NULL },
	{ "esa6.hgst.iphmx.com", "216.71.154.45", NULL },
	{ "mx0a-00123456.pphosted.com", "148.163.147.12", NULL },
	{ "mx0b-00069f02.pphosted.com", "205.220.177.32", NULL },
	{ "mx0a-001b2d01.pphosted.com", "148.163.156.1", NULL },
	{ "dispatch1-us1.ppe-hosted.com", "148.163.129.52", NULL },
	{ "mail1.bemta25.messagelabs.com", "195.245.230.3", NULL },
	{ "mail6.bemta8.messagelabs.com", "216.82.243.55", NULL },
	{ "mx-relay58-hz2.antispameurope.com", "83.246.65.90", NULL },
	{ "mfod-usw2.prod.hydra.sophos.com", "198.154.180.197", NULL },
	{ "repost01.tmes.trendmicro.eu", "18.185.115.12", NULL },
	{ "out01.tmes-anz.trendmicro.com", "13.237.12.7", NULL },
	{ "mailout1.w1.samsung.com", "210.118.77.11", NULL },
	{ "mx08-0012a34b.gpphosted.com", "185.132.183.22", NULL },
	{ "relay.yourmailgateway.de", "188.68.63.166", NULL },
	{ "outbound.esa.example.cisco.com", "192.0.2.54", NULL },
	{ "alln-iport-2.cisco.com", "173.37.142.89", NULL },
	{ "rcdn-iport-7.cisco.com", "173.37.86.78", NULL },
	/* Others. */
	{ "spruce-goose-ac.twitter.com", "199.59.150.70", NULL },
	{ "maile-fe.linkedin.com", "108.174.6.232", NULL },
	{ "mailb-gd.linkedin.com", "108.174.0.141", NULL },
	{ "66-220-144-151.mail-mail.facebook.com",
	  "66.220.144.151",
	  "Facebook: four octets" },
	{ "mta-outp-cdc1-4.facebook.example.com", "192.0.2.55", NULL },
	{ "mga17.intel.com", "192.55.52.151", NULL },
	{ "mx0.infineon.com", "217.10.52.43", NULL },
	{ "dfw.source.kernel.org", "139.178.84.217", NULL },
	{ "sea.source.kernel.org", "172.234.252.31", NULL },
	{ "aws-us-west-2-korg-mail-1.web.codeaurora.org",
	  "10.30.226.201", NULL },
	{ "bombadil.infradead.org", "198.137.202.133", NULL },
	{ "lindbergh.monkeyblade.net", "23.128.96.19", NULL },
	{ "fanzine2.igalia.com", "213.97.179.56", NULL },
	{ "perceval.ideasonboard.com", "213.167.242.64", NULL },
	{ "mta-02.yadro.com", "89.207.88.252", NULL },
	{ "smtp.outflux.net", "198.145.64.163", NULL },
	{ "lists.gnu.org", "209.51.188.17", NULL },
	{ "mailhub.cs.example.edu", "192.0.2.60", NULL },
	{ "smtp-out-2.uni-example.de", "192.0.2.61", NULL },
	{ "outpost1.zedat.fu-berlin.de", "130.133.4.66", NULL },
	{ "inpost2.zedat.fu-berlin.de", "130.133.4.69", NULL },
	{ "rechenau12.mail.uni-example.at", "192.0.2.62", NULL },
	{ "ppsw-41.csi.cam.ac.uk", "131.111.8.141", NULL },
	{ "out1.mail.virginia.example.edu", "192.0.2.63", NULL },
	{ "smtps01.kuleuven.be", "134.58.240.130", NULL },
	{ "nat.mail.example.org", "192.0.2.64", NULL },
	{ "vps1.mail.example.org", "192.0.2.65", NULL },
	{ "mail.static.example.org", "192.0.2.66", NULL },
	/* Firms that are called like lines, and words that only look so. */
	{ "mx.mobile.de", "194.50.69.1", NULL },
	{ "mx1.cable.co.uk", "192.0.2.70", NULL },
	{ "smtp.pool.net.pl", "192.0.2.71", NULL },
	{ "mail.wireless.co.nz", "192.0.2.72", NULL },
	{ "mail.dynamics.com", "192.0.2.73", NULL },
	{ "mx1.landslide.example.org", "192.0.2.74", NULL },
	{ "mail.dialog.example.com", "192.0.2.75", NULL },
	{ "host.example.com", "192.0.2.76", NULL },
	{ "server2.example.com", "192.0.2.77", NULL },
	{ "mail.example.com", "192.0.2.78", NULL },
	{ "example.com", "192.0.2.79", NULL },
	{ "mx2-8.example.com", "198.51.2.8", NULL },
};

/* Edges of the rules, one by one. */
static const struct {
	const char *name, *address;
	bool generic;
} edges[] = {
	/* Two octets are not enough, three are. */
	{ "x12-34.example.com", "198.51.12.34", false },
	{ "x51-12.example.com", "198.51.12.34", false },
	{ "x198-51.example.com", "198.51.12.34", false },
	{ "x51-12-34.example.com", "198.51.12.34", true },
	{ "x198-51-12.example.com", "198.51.12.34", true },
	{ "x34-12-51.example.com", "198.51.12.34", true },
	{ "x12-34-198.example.com", "198.51.12.34", true },
	{ "x34-198-51.example.com", "198.51.12.34", true },
	{ "x198-12-34.example.com", "198.51.12.34", false },
	{ "x198-51-34.example.com", "198.51.12.34", false },
	/* Whole numbers only. */
	{ "x51-12-345.example.com", "198.51.12.34", false },
	{ "x151-12-34.example.com", "198.51.12.34", false },
	{ "x51-12-034.example.com", "198.51.12.34", true },
	{ "x51-12-0034.example.com", "198.51.12.34", false },
	{ "x051012034.example.com", "198.51.12.34", true },
	{ "x9051012034.example.com", "198.51.12.34", true },
	{ "x0510120349.example.com", "198.51.12.34", true },
	{ "x511234.example.com", "198.51.12.34", true },
	{ "x5112345.example.com", "198.51.12.34", false },
	{ "x9511234.example.com", "198.51.12.34", false },
	{ "x198511234.example.com", "198.51.12.34", true },
	{ "51.12.34.example.com", "198.51.12.34", true },
	{ "x51dyna12-mic.34.example.com", "198.51.12.34", true },
	/* Hexadecimal. */
	{ "x330c22.example.com", "198.51.12.34", true },
	{ "xC6330C.example.com", "198.51.12.34", true },
	{ "x220C33c6.example.com", "198.51.12.34", true },
	{ "x33-0c-22.example.com", "198.51.12.34", true },
	{ "x33-c-22.example.com", "198.51.12.34", true },
	{ "x33.0c_22.example.com", "198.51.12.34", true },
	{ "x330c-22.example.com", "198.51.12.34", true },
	{ "x33c22.example.com", "198.51.12.34", false },
	{ "x33--0c--22.example.com", "198.51.12.34", false },
	{ "x33x0cx22.example.com", "198.51.12.34", false },
	{ "x0c22.example.com", "198.51.12.34", false },
	{ "x0a-b-c.example.com", "10.11.12.34", true },
	{ "xa-b-cd.example.com", "10.11.12.34", false },
	/* In the domain, too: OVH's ns1.ip-51-75-12.eu. */
	{ "x.ip-51-12-34.eu", "198.51.12.34", true },
	{ "198-51-12-34.com", "198.51.12.34", true },
	/* Zeros. */
	{ "x0-0-1.example.com", "10.0.0.1", true },
	{ "x000000001.example.com", "10.0.0.1", true },
	{ "0000000000000000000000000.example.com", "0.0.0.0", true },
	/* IPv6: six digits, or three groups, other than 0. */
	{ "x20010d.example.com", "2001:db8::1", false },
	{ "x20010db8.example.com", "2001:db8::1", false },
	{ "x20010db81.example.com", "2001:db8:1000::1", true },
	{ "x2a0104f8.example.com", "2a01:4f8::1", true },
	{ "x2a01-4f8-1.example.com", "2a01:4f8:1::1", true },
	{ "x2a01-4f8.example.com", "2a01:4f8:1::1", false },
	{ "x2a01-4f80.example.com", "2a01:4f8:1::1", false },
	{ "x2a01-04f8.example.com", "2a01:4f8:1::1", true },
	{ "x1-2-3.example.com", "2001:db8::1:2:3", true },
	{ "x2-3.example.com", "2001:db8::1:2:3", false },
	{ "x0-0-1.example.com", "2001:db8::1", false },
	{ "x00000000000.example.com", "2001:db8::1", false },
	{ "x0000000000.example.com", "::", false },
	{ "8.f.4.0.1.0.a.2.example.com", "2a01:4f8:1::1", true },
	{ "1.0.0.0.8.f.4.0.1.0.a.2.example.com", "2a01:4f8:1::1", true },
	{ "x-33-44-55.example.com", "2001:db8::211:22ff:fe33:4455", true },
	{ "x4455.example.com", "2001:db8::211:22ff:fe33:4455", false },
	/* Another address: four numbers, one separator. */
	{ "x-10-20-30-40.example.com", "2001:db8::1", true },
	{ "10.20.30.40.example.com", "2001:db8::1", true },
	{ "10x20x30x40.example.com", "2001:db8::1", true },
	{ "10_20_30_255.example.com", "198.51.12.34", true },
	{ "10-20-30-256.example.com", "198.51.12.34", false },
	{ "256-20-30-40.example.com", "198.51.12.34", false },
	{ "10-20-30-4000.example.com", "198.51.12.34", false },
	{ "10-20-30-0040.example.com", "198.51.12.34", false },
	{ "10-20-30.example.com", "198.51.12.34", false },
	{ "10-20.30-40.example.com", "198.51.12.34", false },
	{ "10-20--30-40.example.com", "198.51.12.34", false },
	{ "10a20a30a40.example.com", "198.51.12.34", false },
	/* A MAC address. */
	{ "x00112233445.example.com", "198.51.12.34", false },
	{ "x001122334455.example.com", "198.51.12.34", true },
	{ "xabcdefabcdef.example.com", "198.51.12.34", false },
	{ "xabcdefabcde0.example.com", "198.51.12.34", true },
	{ "x0abcdefgabcdef.example.com", "198.51.12.34", false },
	{ "x0gabcdefabcdef.example.com", "198.51.12.34", false },
	/* Ends at a label. */
	{ "x.contaboserver.net", "198.51.12.34", true },
	{ "X.ContaboServer.Net", "198.51.12.34", true },
	{ "contaboserver.net", "198.51.12.34", false },
	{ "xcontaboserver.net", "198.51.12.34", false },
	{ "x.contaboserver.net.example.com", "198.51.12.34", false },
	/* Words: whole, at the start, at the end. */
	{ "DYNAMIC.example.com", "198.51.12.34", true },
	{ "x.dyn4.example.com", "198.51.12.34", true },
	{ "dip.example.com", "198.51.12.34", true },
	{ "dipl.example.com", "198.51.12.34", false },
	{ "internetdsl.example.com", "198.51.12.34", true },
	{ "handslip.example.com", "198.51.12.34", false },
	{ "apppool.example.com", "198.51.12.34", true },
	{ "apppools.example.com", "198.51.12.34", false },
	{ "a-pool7.example.com", "198.51.12.34", true },
	/* A weak word beside one of mail servers; a strong one is strong. */
	{ "pool-1.example.com", "198.51.12.34", true },
	{ "pool-1.mail.example.com", "198.51.12.34", false },
	{ "pool-1.mx.example.com", "198.51.12.34", false },
	{ "webmail.static.example.com", "198.51.12.34", false },
	{ "mail.adsl.example.com", "198.51.12.34", true },
	{ "pool.mail.com", "198.51.12.34", true },
	/* The domain's own words do not count. */
	{ "cable.net", "198.51.12.34", false },
	{ "x.cable.net", "198.51.12.34", false },
	{ "x.cable.net.co", "198.51.12.34", false },
	{ "x.cable.co.uk", "198.51.12.34", false },
	{ "x.cable.upc.nl", "198.51.12.34", true },
	{ "x.cable.net.example", "198.51.12.34", true },
	{ "cable", "198.51.12.34", false },
	/* Not names; safe all the same. */
	{ "", "198.51.12.34", false },
	{ ".", "198.51.12.34", false },
	{ "...", "2001:db8::1", false },
	{ "unknown", "198.51.12.34", false },
	{ "198.51.12.34", "198.51.12.34", true },
	{ "\xff\xfe.dyn\xff.example.com", "198.51.12.34", true },
	{ "\xff\xfe.\xff.example.com", "198.51.12.34", false },
};

/* Each word alone, in a name of some provider that spells nothing. */
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

/* What mail servers are called takes the weak words away. */
static const char *const mail_labels[] = {
	"bounce7", "bounces7", "mail7", "mailout7", "email7", "mout", "mta7",
	"mx7", "outbound7", "outgoing", "relay7", "smtp7", "smtpout7", "esmtp7",
};
/* clang-format on */

static bool
is_generic(const char *name, const char *address)
{
	struct netaddr client;

	if (netaddr_parse(address, &client) != 0)
		fail_msg("%s: no address", address);
	return generic_name(name, &client);
}

static void
check_rows(const struct row *rows, size_t rows_n, bool truth)
{
	for (size_t i = 0; i < rows_n; i++) {
		bool expected = rows[i].why_wrong == NULL ? truth : !truth;
		bool got = is_generic(rows[i].name, rows[i].address);

		if (got == truth && got != expected)
			fail_msg("%s [%s]: right now, say so in the table",
			    rows[i].name, rows[i].address);
		if (got != expected)
			fail_msg("%s [%s]: %s", rows[i].name, rows[i].address,
			    got ? "generic" : "not generic");
	}
}

static void
test_generic(void **state)
{
	(void)state;
	check_rows(generic, ARRAY_LEN(generic), true);
}

static void
test_own(void **state)
{
	(void)state;
	check_rows(own, ARRAY_LEN(own), false);
}

static void
test_edges(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(edges); i++) {
		if (is_generic(edges[i].name, edges[i].address) !=
		    edges[i].generic)
			fail_msg("%s [%s]: not %d", edges[i].name,
			    edges[i].address, edges[i].generic);
	}
}

static void
test_words(void **state)
{
	char name[128];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(word_names); i++) {
		if (!is_generic(word_names[i], "198.51.12.34"))
			fail_msg("%s: not generic", word_names[i]);
	}
	for (size_t i = 0; i < ARRAY_LEN(mail_labels); i++) {
		snprintf(name, sizeof(name), "%s.static.example.com",
		    mail_labels[i]);
		if (is_generic(name, "198.51.12.34"))
			fail_msg("%s: generic", name);
	}
}

/* The name of NETADDR_NONE spells nothing; its words count. */
static void
test_no_address(void **state)
{
	struct netaddr none = {.family = NETADDR_NONE};

	(void)state;
	assert_false(generic_name("0-0-0.example.com", &none));
	assert_true(generic_name("x.dyn.example.com", &none));
}

/* At most the length of a host name is looked at. */
static void
test_length(void **state)
{
	char name[300];

	(void)state;
	memset(name, 'x', sizeof(name));
	name[253] = '\0';
	assert_false(is_generic(name, "198.51.12.34"));
	name[253] = 'x';
	name[254] = '\0';
	assert_true(is_generic(name, "198.51.12.34"));
}

/* ---- Every spelling of any address ---- */

static uint32_t random_state = 20260101;

static unsigned
below(unsigned limit)
{
	random_state = random_state * 1664525 + 1013904223;
	return (random_state >> 8) % limit;
}

static struct netaddr
random_address(enum netaddr_family family)
{
	struct netaddr address = {.family = family};

	for (unsigned i = 0; i < netaddr_bits(family) / 8; i++)
		address.octets[i] = (uint8_t)below(256);
	return address;
}

static void
append(char *name, size_t name_size, const char *text)
{
	size_t name_n = strlen(name);

	snprintf(name + name_n, name_size - name_n, "%s", text);
}

/* clang-format off */
static const struct {
	bool hexadecimal;
	int digits_n; /* at least */
	bool joins;   /* its units can stand side by side */
	bool words;   /* words may stand between them */
} styles[] = {
	{ false, 1, true, true },
	{ false, 2, true, true },
	{ false, 3, true, true },
	{ true, 2, true, false },
	{ true, 1, false, false },
};
static const char *const separators[] = {
	"-", ".", "_", "", ".dynamic.", "x", "-to-",
};
static const unsigned spelled_orders[][4] = {
	{ 0, 1, 2, 3 }, { 3, 2, 1, 0 }, { 2, 3, 0, 1 },
};
static const char *const fronts[] = {
	"", "host-", "q", "node.", "x7-", "ip",
};
/* clang-format on */

static void
check_spelling(const struct netaddr *address, unsigned style,
    const char *separator, const unsigned *order, unsigned first, unsigned last)
{
	char name[128] = "", unit[16];

	append(name, sizeof(name), fronts[below(ARRAY_LEN(fronts))]);
	for (unsigned i = first; i <= last; i++) {
		snprintf(unit, sizeof(unit),
		    styles[style].hexadecimal ? "%0*x" : "%0*u",
		    styles[style].digits_n,
		    (unsigned)address->octets[order[i]]);
		append(name, sizeof(name), i > first ? separator : "");
		append(name, sizeof(name), unit);
	}
	append(name, sizeof(name), ".example.com");
	if (!generic_name(name, address))
		fail_msg("%s [%u.%u.%u.%u]: not generic", name,
		    address->octets[0], address->octets[1], address->octets[2],
		    address->octets[3]);
}

static void
check_spellings(const struct netaddr *address, unsigned style, unsigned s)
{
	if (separators[s][0] == '\0' && !styles[style].joins)
		return;
	if (s > 3 && !styles[style].words)
		return;
	for (unsigned o = 0; o < ARRAY_LEN(spelled_orders); o++) {
		const unsigned *order = spelled_orders[o];

		check_spelling(address, style, separators[s], order, 0, 3);
		check_spelling(address, style, separators[s], order, 0, 2);
		check_spelling(address, style, separators[s], order, 1, 3);
	}
}

static void
test_every_spelling(void **state)
{
	(void)state;
	for (unsigned n = 0; n < 2000; n++) {
		struct netaddr address = random_address(NETADDR_IPV4);

		for (unsigned style = 0; style < ARRAY_LEN(styles); style++) {
			for (unsigned s = 0; s < ARRAY_LEN(separators); s++)
				check_spellings(&address, style, s);
		}
	}
}

/* Nibbles of an IPv6 address from one to another, in either direction. */
static void
spell_nibbles(const struct netaddr *address, unsigned nibbles_n, bool backwards,
    const char *separator, char *name, size_t name_size)
{
	char unit[2] = "";

	name[0] = '\0';
	for (unsigned i = 0; i < nibbles_n; i++) {
		unsigned at = backwards ? nibbles_n - 1 - i : i;
		unsigned octet = address->octets[at / 2];

		unit[0] =
		    "0123456789abcdef"[at % 2 == 0 ? octet / 16 : octet % 16];
		append(name, name_size, i > 0 ? separator : "p");
		append(name, name_size, unit);
	}
	append(name, name_size, ".example.com");
}

static void
spell_groups(const struct netaddr *address, unsigned groups_n, int digits_n,
    char *name, size_t name_size)
{
	char unit[8];

	name[0] = '\0';
	for (unsigned i = 0; i < groups_n; i++) {
		snprintf(unit, sizeof(unit), "%0*x", digits_n,
		    address->octets[2 * i] * 256U + address->octets[2 * i + 1]);
		append(name, name_size, unit);
		append(name, name_size, "-");
	}
	append(name, name_size, "x.example.com");
}

static void
check_ipv6(const struct netaddr *address, const char *name)
{
	char text[NETADDR_TEXT_SIZE];

	netaddr_format(address, text);
	if (!generic_name(name, address))
		fail_msg("%s [%s]: not generic", name, text);
}

static void
test_every_ipv6_spelling(void **state)
{
	char name[128];

	(void)state;
	for (unsigned n = 0; n < 2000; n++) {
		struct netaddr address = random_address(NETADDR_IPV6);

		/* As assigned: 2xxx:, with zeros in the middle. */
		address.octets[0] = 0x2a;
		memset(address.octets + 8, 0, below(8));
		for (unsigned i = 16; i <= 32; i += 8) {
			spell_nibbles(&address, i, false, "", name,
			    sizeof(name));
			check_ipv6(&address, name);
			spell_nibbles(&address, i, true, ".", name,
			    sizeof(name));
			check_ipv6(&address, name);
			spell_groups(&address, i / 4, 1, name, sizeof(name));
			check_ipv6(&address, name);
			spell_groups(&address, i / 4, 4, name, sizeof(name));
			check_ipv6(&address, name);
		}
	}
}

/* Names with numbers of their own, and two octets of the address, as big
 * senders have them, do not spell it by accident. */
static void
test_no_accidents(void **state)
{
	unsigned accidents_n = 0;
	char name[128];

	(void)state;
	for (unsigned n = 0; n < 100000; n++) {
		struct netaddr address = random_address(NETADDR_IPV4);

		snprintf(name, sizeof(name),
		    n % 2 == 0 ? "mail-am%ueur%02uon%u%u.example.com"
			       : "e%u.us-%u.a%u-%u.example.com",
		    below(10), below(20), address.octets[2], address.octets[3]);
		accidents_n += generic_name(name, &address);
	}
	/* One in 256: the number in front happens to be the third octet. */
	assert_in_range(accidents_n, 0, 600);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_generic),
	    cmocka_unit_test(test_own),
	    cmocka_unit_test(test_edges),
	    cmocka_unit_test(test_words),
	    cmocka_unit_test(test_no_address),
	    cmocka_unit_test(test_length),
	    cmocka_unit_test(test_every_spelling),
	    cmocka_unit_test(test_every_ipv6_spelling),
	    cmocka_unit_test(test_no_accidents),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
