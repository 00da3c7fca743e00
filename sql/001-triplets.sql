-- The records: triplets and auto-whitelist records, one row each. The columns:
--   client      the network ("192.0.2.0/24"), the pool ("example.com"), or for
--               auto-whitelist records the address
--   sender      lowercase and normalised; "<>" is the null sender
--   passed      the time of the first pass, NULL while the triplet is waiting
--   expires     after this time the row is ignored and may be removed
-- Times are Unix seconds.
-- There is no second index. Expiry reads the rows in the order of the primary
-- key. An index would make it faster, but would cost more in every write.
CREATE TABLE triplet (
	client     TEXT NOT NULL,
	sender     TEXT NOT NULL,
	recipient  TEXT NOT NULL,
	first_seen INTEGER NOT NULL,
	last_seen  INTEGER NOT NULL,
	passed     INTEGER,
	expires    INTEGER NOT NULL,
	deferred_n INTEGER NOT NULL,
	passed_n   INTEGER NOT NULL,
	PRIMARY KEY (client, sender, recipient)
) WITHOUT ROWID;
