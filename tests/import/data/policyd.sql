/*M!999999\- enable the sandbox mode */ 
-- MariaDB dump 10.19  Distrib 10.11.19-MariaDB, for debian-linux-gnu (x86_64)
--
-- Host: localhost    Database: policyd
-- ------------------------------------------------------
-- Server version	10.11.19-MariaDB-0+deb12u1
/*!40103 SET @OLD_TIME_ZONE=@@TIME_ZONE */;
/*!40103 SET TIME_ZONE='+00:00' */;
/*!40014 SET @OLD_UNIQUE_CHECKS=@@UNIQUE_CHECKS, UNIQUE_CHECKS=0 */;
/*!40014 SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0 */;
/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;
/*!40111 SET @OLD_SQL_NOTES=@@SQL_NOTES, SQL_NOTES=0 */;

--
-- Table structure for table `greylisting_autowhitelist`
--

/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `greylisting_autowhitelist` (
  `ID` bigint(20) unsigned NOT NULL,
  `TrackKey` varchar(512) NOT NULL DEFAULT '',
  `Added` bigint(20) unsigned NOT NULL,
  `LastSeen` bigint(20) unsigned NOT NULL,
  `Comment` varchar(1024) DEFAULT NULL,
  UNIQUE KEY `ID` (`ID`)
);
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `greylisting_autowhitelist`
--

INSERT INTO `greylisting_autowhitelist` VALUES (1,'SenderIP:192.0.2.99/32',1795900000,1795929000,NULL);
INSERT INTO `greylisting_autowhitelist` VALUES (2,'SenderIP:192.0.2.0/24',1795900000,1795929000,NULL);

--
-- Table structure for table `greylisting_tracking`
--

/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `greylisting_tracking` (
  `TrackKey` varchar(512) NOT NULL DEFAULT '',
  `Sender` varchar(255) NOT NULL,
  `Recipient` varchar(255) NOT NULL,
  `FirstSeen` bigint(20) unsigned NOT NULL,
  `LastUpdate` bigint(20) unsigned NOT NULL,
  `Tries` bigint(20) unsigned NOT NULL,
  `Count` bigint(20) unsigned NOT NULL
);
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `greylisting_tracking`
--

INSERT INTO `greylisting_tracking` VALUES ('SenderIP:192.0.2.0/24','anna@example.net','bob@example.org',1795929000,1795929000,1,0);
INSERT INTO `greylisting_tracking` VALUES ('SenderIP:198.51.101.9/32','','bob@example.org',1795929100,1795929100,2,0);
INSERT INTO `greylisting_tracking` VALUES ('SenderIP:192.0.2.0/24','c@example.edu','bob@example.org',1795900000,1795928000,1,3);

--
-- Table structure for table `greylisting_whitelist`
--

/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `greylisting_whitelist` (
  `ID` bigint(20) unsigned NOT NULL,
  `Source` varchar(255) NOT NULL,
  `Comment` varchar(1024) DEFAULT NULL,
  `Disabled` smallint(6) NOT NULL DEFAULT 0,
  UNIQUE KEY `ID` (`ID`)
);
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `greylisting_whitelist`
--

INSERT INTO `greylisting_whitelist` VALUES (1,'SenderIP:192.0.2.200',NULL,0);
INSERT INTO `greylisting_whitelist` VALUES (2,'SenderIP:198.51.100.0/24',NULL,0);
INSERT INTO `greylisting_whitelist` VALUES (3,'SenderIP:203.0.113.0/24',NULL,1);
INSERT INTO `greylisting_whitelist` VALUES (4,'SenderIP:host*.example.com',NULL,0);
/*!40103 SET TIME_ZONE=@OLD_TIME_ZONE */;

/*!40101 SET SQL_MODE=@OLD_SQL_MODE */;
/*!40014 SET FOREIGN_KEY_CHECKS=@OLD_FOREIGN_KEY_CHECKS */;
/*!40014 SET UNIQUE_CHECKS=@OLD_UNIQUE_CHECKS */;
/*!40111 SET SQL_NOTES=@OLD_SQL_NOTES */;

-- Dump completed on 2026-11-29  5:18:29
