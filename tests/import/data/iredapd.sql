/*M!999999\- enable the sandbox mode */ 
-- MariaDB dump 10.19  Distrib 10.11.19-MariaDB, for debian-linux-gnu (x86_64)
--
-- Host: localhost    Database: iredapd
-- ------------------------------------------------------
-- Server version	10.11.19-MariaDB-0+deb12u1

/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;
/*!40101 SET @OLD_CHARACTER_SET_RESULTS=@@CHARACTER_SET_RESULTS */;
/*!40101 SET @OLD_COLLATION_CONNECTION=@@COLLATION_CONNECTION */;
/*!40101 SET NAMES utf8mb4 */;
/*!40103 SET @OLD_TIME_ZONE=@@TIME_ZONE */;
/*!40103 SET TIME_ZONE='+00:00' */;
/*!40014 SET @OLD_UNIQUE_CHECKS=@@UNIQUE_CHECKS, UNIQUE_CHECKS=0 */;
/*!40014 SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0 */;
/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;
/*!40111 SET @OLD_SQL_NOTES=@@SQL_NOTES, SQL_NOTES=0 */;

--
-- Table structure for table `greylisting`
--

DROP TABLE IF EXISTS `greylisting`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `greylisting` (
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `account` varchar(255) NOT NULL,
  `priority` tinyint(4) NOT NULL,
  `sender` varchar(255) NOT NULL,
  `sender_priority` tinyint(4) NOT NULL,
  `comment` varchar(255) NOT NULL DEFAULT '',
  `active` tinyint(1) NOT NULL DEFAULT 1,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=6 DEFAULT CHARSET=latin1 COLLATE=latin1_swedish_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `greylisting`
--

LOCK TABLES `greylisting` WRITE;
/*!40000 ALTER TABLE `greylisting` DISABLE KEYS */;
INSERT INTO `greylisting` VALUES
(1,'@.',0,'@.',0,'',1),
(2,'@quiet.example',60,'@.',0,'',0),
(3,'boss@example.org',100,'@.',0,'',0),
(4,'me@quiet.example',100,'@.',0,'',1),
(5,'boss@example.org',100,'192.0.2.9',20,'',0);
/*!40000 ALTER TABLE `greylisting` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `greylisting_tracking`
--

DROP TABLE IF EXISTS `greylisting_tracking`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `greylisting_tracking` (
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `sender` varchar(255) NOT NULL,
  `recipient` varchar(255) NOT NULL,
  `client_address` varchar(40) NOT NULL,
  `sender_domain` varchar(255) NOT NULL DEFAULT '',
  `rcpt_domain` varchar(255) NOT NULL DEFAULT '',
  `init_time` int(10) unsigned NOT NULL,
  `block_expired` int(10) unsigned NOT NULL,
  `record_expired` int(10) unsigned NOT NULL,
  `blocked_count` bigint(20) NOT NULL DEFAULT 0,
  `passed` tinyint(1) NOT NULL DEFAULT 0,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=5 DEFAULT CHARSET=latin1 COLLATE=latin1_swedish_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `greylisting_tracking`
--

LOCK TABLES `greylisting_tracking` WRITE;
/*!40000 ALTER TABLE `greylisting_tracking` DISABLE KEYS */;
INSERT INTO `greylisting_tracking` VALUES
(1,'anna@example.net','bob@example.org','192.0.2.7','example.net','example.org',1795929000,1795929900,1796015400,1,0),
(2,'','bob@example.org','198.51.101.9','','example.org',1795929100,1795930000,1796015500,2,0),
(3,'c@example.edu','bob@example.org','192.0.2.99','example.edu','example.org',1795900000,1795900900,1798520000,1,1),
(4,'d@example.edu','bob@example.org','2001:db8::7','example.edu','example.org',1795900000,1795900900,1798521000,1,1);
/*!40000 ALTER TABLE `greylisting_tracking` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `greylisting_whitelist_domain_spf`
--

DROP TABLE IF EXISTS `greylisting_whitelist_domain_spf`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `greylisting_whitelist_domain_spf` (
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `account` varchar(255) NOT NULL DEFAULT '',
  `sender` varchar(255) NOT NULL DEFAULT '',
  `comment` varchar(255) NOT NULL DEFAULT '',
  PRIMARY KEY (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=4 DEFAULT CHARSET=latin1 COLLATE=latin1_swedish_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `greylisting_whitelist_domain_spf`
--

LOCK TABLES `greylisting_whitelist_domain_spf` WRITE;
/*!40000 ALTER TABLE `greylisting_whitelist_domain_spf` DISABLE KEYS */;
INSERT INTO `greylisting_whitelist_domain_spf` VALUES
(1,'@.','192.0.2.128/25','AUTO-UPDATE: big.example'),
(2,'@.','2001:db8:5::/48','AUTO-UPDATE: big.example'),
(3,'@.','198.51.100.77','AUTO-UPDATE: big.example');
/*!40000 ALTER TABLE `greylisting_whitelist_domain_spf` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `greylisting_whitelists`
--

DROP TABLE IF EXISTS `greylisting_whitelists`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `greylisting_whitelists` (
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `account` varchar(255) NOT NULL,
  `sender` varchar(255) NOT NULL,
  `comment` varchar(255) NOT NULL DEFAULT '',
  PRIMARY KEY (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=8 DEFAULT CHARSET=latin1 COLLATE=latin1_swedish_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `greylisting_whitelists`
--

LOCK TABLES `greylisting_whitelists` WRITE;
/*!40000 ALTER TABLE `greylisting_whitelists` DISABLE KEYS */;
INSERT INTO `greylisting_whitelists` VALUES
(1,'@.','192.0.2.200',''),
(2,'@.','198.51.100.0/24',''),
(3,'@.','203.0.113.*',''),
(4,'@.','@lists.example.com',''),
(5,'@.','@.news.example.com',''),
(6,'@.','friend@example.net',''),
(7,'bob@example.org','@x.example','');
/*!40000 ALTER TABLE `greylisting_whitelists` ENABLE KEYS */;
UNLOCK TABLES;
/*!40103 SET TIME_ZONE=@OLD_TIME_ZONE */;

/*!40101 SET SQL_MODE=@OLD_SQL_MODE */;
/*!40014 SET FOREIGN_KEY_CHECKS=@OLD_FOREIGN_KEY_CHECKS */;
/*!40014 SET UNIQUE_CHECKS=@OLD_UNIQUE_CHECKS */;
/*!40101 SET CHARACTER_SET_CLIENT=@OLD_CHARACTER_SET_CLIENT */;
/*!40101 SET CHARACTER_SET_RESULTS=@OLD_CHARACTER_SET_RESULTS */;
/*!40101 SET COLLATION_CONNECTION=@OLD_COLLATION_CONNECTION */;
/*!40111 SET SQL_NOTES=@OLD_SQL_NOTES */;

-- Dump completed on 2026-11-29  5:18:29
