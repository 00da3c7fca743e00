--
-- PostgreSQL database dump
--

\restrict Ainht0NsUUMOHb4UsZ2IUMBsAamo3ylLV8O56xqznAP4v1feWR66ba2X6sjgSPM

-- Dumped from database version 15.18 (Debian 15.18-0+deb12u1)
-- Dumped by pg_dump version 15.18 (Debian 15.18-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: config; Type: TABLE; Schema: public; Owner: u
--

CREATE TABLE public.config (
    parameter character varying(255) NOT NULL,
    value character varying(255)
);


ALTER TABLE public.config OWNER TO u;

--
-- Name: connect; Type: TABLE; Schema: public; Owner: u
--

CREATE TABLE public.connect (
    sender_name character varying(64) NOT NULL,
    sender_domain character varying(255) NOT NULL,
    src character varying(39) NOT NULL,
    rcpt character varying(255) NOT NULL,
    first_seen timestamp without time zone NOT NULL
);


ALTER TABLE public.connect OWNER TO u;

--
-- Name: domain_awl; Type: TABLE; Schema: public; Owner: u
--

CREATE TABLE public.domain_awl (
    sender_domain character varying(255) NOT NULL,
    src character varying(39) NOT NULL,
    first_seen timestamp without time zone NOT NULL,
    last_seen timestamp without time zone NOT NULL
);


ALTER TABLE public.domain_awl OWNER TO u;

--
-- Name: from_awl; Type: TABLE; Schema: public; Owner: u
--

CREATE TABLE public.from_awl (
    sender_name character varying(64) NOT NULL,
    sender_domain character varying(255) NOT NULL,
    src character varying(39) NOT NULL,
    first_seen timestamp without time zone NOT NULL,
    last_seen timestamp without time zone NOT NULL
);


ALTER TABLE public.from_awl OWNER TO u;

--
-- Name: optin_domain; Type: TABLE; Schema: public; Owner: u
--

CREATE TABLE public.optin_domain (
    domain character varying(255) NOT NULL
);


ALTER TABLE public.optin_domain OWNER TO u;

--
-- Name: optin_email; Type: TABLE; Schema: public; Owner: u
--

CREATE TABLE public.optin_email (
    email character varying(255) NOT NULL
);


ALTER TABLE public.optin_email OWNER TO u;

--
-- Name: optout_domain; Type: TABLE; Schema: public; Owner: u
--

CREATE TABLE public.optout_domain (
    domain character varying(255) NOT NULL
);


ALTER TABLE public.optout_domain OWNER TO u;

--
-- Name: optout_email; Type: TABLE; Schema: public; Owner: u
--

CREATE TABLE public.optout_email (
    email character varying(255) NOT NULL
);


ALTER TABLE public.optout_email OWNER TO u;

--
-- Data for Name: config; Type: TABLE DATA; Schema: public; Owner: u
--

COPY public.config (parameter, value) FROM stdin;
version	3
last_dbclean	1795929423
\.


--
-- Data for Name: connect; Type: TABLE DATA; Schema: public; Owner: u
--

COPY public.connect (sender_name, sender_domain, src, rcpt, first_seen) FROM stdin;
o'hara	example.net	192.0.2.7	bob@example.org	2026-11-29 05:17:03.118018
-undef-	-undef-	198.51.100.9	bob@example.org	2026-11-29 05:17:03.145173
six	example.net	2001:db8::7	bob@example.org	2026-11-29 05:17:03.164952
back\\slash	example.net	192.0.2.8	bob@example.org	2026-11-29 05:17:03.180314
\.


--
-- Data for Name: domain_awl; Type: TABLE DATA; Schema: public; Owner: u
--

COPY public.domain_awl (sender_domain, src, first_seen, last_seen) FROM stdin;
example.com	203.0.113.77	2026-11-29 05:17:03.184499	2026-11-29 05:17:05.505636
\.


--
-- Data for Name: from_awl; Type: TABLE DATA; Schema: public; Owner: u
--

COPY public.from_awl (sender_name, sender_domain, src, first_seen, last_seen) FROM stdin;
c	example.edu	192.0.2	2026-11-29 05:17:05.52787	2026-11-29 05:17:06.637625
\.


--
-- Data for Name: optin_domain; Type: TABLE DATA; Schema: public; Owner: u
--

COPY public.optin_domain (domain) FROM stdin;
grey.example
\.


--
-- Data for Name: optin_email; Type: TABLE DATA; Schema: public; Owner: u
--

COPY public.optin_email (email) FROM stdin;
me@quiet.example
\.


--
-- Data for Name: optout_domain; Type: TABLE DATA; Schema: public; Owner: u
--

COPY public.optout_domain (domain) FROM stdin;
quiet.example
\.


--
-- Data for Name: optout_email; Type: TABLE DATA; Schema: public; Owner: u
--

COPY public.optout_email (email) FROM stdin;
boss@example.org
\.


--
-- Name: config config_pkey; Type: CONSTRAINT; Schema: public; Owner: u
--

ALTER TABLE ONLY public.config
    ADD CONSTRAINT config_pkey PRIMARY KEY (parameter);


--
-- Name: domain_awl domain_awl_pkey; Type: CONSTRAINT; Schema: public; Owner: u
--

ALTER TABLE ONLY public.domain_awl
    ADD CONSTRAINT domain_awl_pkey PRIMARY KEY (src, sender_domain);


--
-- Name: from_awl from_awl_pkey; Type: CONSTRAINT; Schema: public; Owner: u
--

ALTER TABLE ONLY public.from_awl
    ADD CONSTRAINT from_awl_pkey PRIMARY KEY (src, sender_domain, sender_name);


--
-- Name: optin_domain optin_domain_pkey; Type: CONSTRAINT; Schema: public; Owner: u
--

ALTER TABLE ONLY public.optin_domain
    ADD CONSTRAINT optin_domain_pkey PRIMARY KEY (domain);


--
-- Name: optin_email optin_email_pkey; Type: CONSTRAINT; Schema: public; Owner: u
--

ALTER TABLE ONLY public.optin_email
    ADD CONSTRAINT optin_email_pkey PRIMARY KEY (email);


--
-- Name: optout_domain optout_domain_pkey; Type: CONSTRAINT; Schema: public; Owner: u
--

ALTER TABLE ONLY public.optout_domain
    ADD CONSTRAINT optout_domain_pkey PRIMARY KEY (domain);


--
-- Name: optout_email optout_email_pkey; Type: CONSTRAINT; Schema: public; Owner: u
--

ALTER TABLE ONLY public.optout_email
    ADD CONSTRAINT optout_email_pkey PRIMARY KEY (email);


--
-- Name: connect_fseen; Type: INDEX; Schema: public; Owner: u
--

CREATE INDEX connect_fseen ON public.connect USING btree (first_seen);


--
-- Name: connect_idx; Type: INDEX; Schema: public; Owner: u
--

CREATE INDEX connect_idx ON public.connect USING btree (src, sender_domain, sender_name);


--
-- Name: domain_awl_lseen; Type: INDEX; Schema: public; Owner: u
--

CREATE INDEX domain_awl_lseen ON public.domain_awl USING btree (last_seen);


--
-- Name: from_awl_lseen; Type: INDEX; Schema: public; Owner: u
--

CREATE INDEX from_awl_lseen ON public.from_awl USING btree (last_seen);


--
-- PostgreSQL database dump complete
--

\unrestrict Ainht0NsUUMOHb4UsZ2IUMBsAamo3ylLV8O56xqznAP4v1feWR66ba2X6sjgSPM

