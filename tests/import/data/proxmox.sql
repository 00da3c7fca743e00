--
-- PostgreSQL database dump
--

\restrict fWdCPW9s8C6Kgf7pxdDQ9sSPMwhUxibcqBAZaSgJLa7wmdZx6vbD9yjEtN0giOP

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

--
-- Name: merge_greylist(character varying); Type: FUNCTION; Schema: public; Owner: postgres
--

CREATE FUNCTION public.merge_greylist(in_ipnet character varying) RETURNS integer
    LANGUAGE plpgsql
    AS $$BEGIN UPDATE CGreylist SET Passed = 0 WHERE IPNet = in_ipnet AND Sender = 'x'; RETURN 0; END;$$;


ALTER FUNCTION public.merge_greylist(in_ipnet character varying) OWNER TO postgres;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: cgreylist; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.cgreylist (
    ipnet character varying(49) NOT NULL,
    sender character varying(255) NOT NULL,
    receiver character varying(255) NOT NULL,
    instance character varying(255),
    rctime integer NOT NULL,
    extime integer NOT NULL,
    delay integer DEFAULT 0 NOT NULL,
    blocked integer NOT NULL,
    passed integer NOT NULL,
    cid integer NOT NULL,
    mtime integer NOT NULL
);


ALTER TABLE public.cgreylist OWNER TO postgres;

--
-- Data for Name: cgreylist; Type: TABLE DATA; Schema: public; Owner: postgres
--

COPY public.cgreylist (ipnet, sender, receiver, instance, rctime, extime, delay, blocked, passed, cid, mtime) FROM stdin;
192.0.2.0/24	anna@example.net	bob@example.org	a1.2	1795929000	1796101800	0	1	0	0	1795929000
198.51.101		bob@example.org	\N	1795929100	1796101900	0	2	0	0	1795929200
192.0.2.0/24	c@example.edu	bob@example.org	a1.3	1795900000	1799038400	200	1	4	0	1795928000
2001:db8::/64	d\\e@example.edu	bob@example.org	a1.4	1795900000	1799038400	0	1	0	0	1795900000
\.


--
-- Name: cgreylist cgreylist_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.cgreylist
    ADD CONSTRAINT cgreylist_pkey PRIMARY KEY (ipnet, sender, receiver);


--
-- PostgreSQL database dump complete
--

\unrestrict fWdCPW9s8C6Kgf7pxdDQ9sSPMwhUxibcqBAZaSgJLa7wmdZx6vbD9yjEtN0giOP

