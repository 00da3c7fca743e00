-- What is remembered, one row a triplet. Times are Unix seconds.
-- client: the network ("192.0.2.0/24"); sender: folded, "<>" is the null
-- sender; passed: the first pass, NULL while the triplet waits; expires:
-- after this the row may be removed and means nothing.
-- No further index: writing it would cost more than expiry, which walks the
-- key, can gain from it.
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
