-- The records, one row each: auto-whitelist records, and triplets unless they are
-- in the table "waiting". The columns:
--   kind        the key kind: a value of enum key_kind in src/decide/key.h
--   client      triplet-network: the network, such as '192.0.2.0/24'
--               auto-whitelist-address: the address
--               correspondent: ''
--               other kinds: the pool, such as 'example.com'
--   sender      triplets: lowercase and normalised; '<>' is the null sender
--               auto-whitelist-address: ''
--               other auto-whitelist kinds: the domain, such as '@example.net'
--               correspondent: the address outside, normalised
--               correspondent-domain: ''
--   recipient   triplets: lowercase
--               auto-whitelist-network: the network, such as '192.0.2.0/24'
--               other auto-whitelist kinds: ''
--               correspondent kinds: our address, normalised
--               A text of more than 128 octets is shortened, see
--               src/decide/key_text.h
--   passed      the time of the first pass, NULL while the triplet is waiting
--   expires     after this time the row is ignored and may be removed
--   delay       the shortest delay of the deferrals, in seconds; NULL: unknown
-- Times are Unix seconds.
-- The primary key begins with the client, because a retry changes several rows of
-- one client: they are in few pages. The table has no other index. Expiry reads all
-- rows in the order of the primary key. An index on "expires" would make expiry
-- faster, but every write slower.
CREATE TABLE record (
	kind       INTEGER NOT NULL,
	client     TEXT NOT NULL,
	sender     TEXT NOT NULL,
	recipient  TEXT NOT NULL,
	first_seen INTEGER NOT NULL,
	last_seen  INTEGER NOT NULL,
	passed     INTEGER,
	expires    INTEGER NOT NULL,
	deferred_n INTEGER NOT NULL,
	passed_n   INTEGER NOT NULL,
	delay      INTEGER,
	PRIMARY KEY (client, kind, sender, recipient)
) WITHOUT ROWID;

-- The queue of waiting triplets that were deferred once and never retried, in the
-- order of arrival. Most of them are spam: they are appended and, after
-- retry_window, removed, and nothing is read in between. A triplet that retries
-- moves to "record". The columns:
--   id          1, 2, 3, ...; the row with the highest id is never deleted. If its
--               record goes, it gets the kind -1.
--   address     the client address, of IPv6 its /64; '' if unknown
--   pool        the pool of the client. The row is then two records: a triplet by
--               network, and the same triplet by pool, which has the next id. If
--               the first one goes, kind is -1 and client ''. If the second one
--               goes, or if it is stored elsewhere, pool is ''. NULL: the client has
--               no pool, or the record is a triplet by pool itself.
-- The others are as in "record".
CREATE TABLE waiting (
	id         INTEGER PRIMARY KEY,
	kind       INTEGER NOT NULL,
	client     TEXT NOT NULL,
	sender     TEXT NOT NULL,
	recipient  TEXT NOT NULL,
	first_seen INTEGER NOT NULL,
	last_seen  INTEGER NOT NULL,
	expires    INTEGER NOT NULL,
	deferred_n INTEGER NOT NULL,
	address    TEXT NOT NULL DEFAULT '',
	pool       TEXT,
	delay      INTEGER
);

-- For each full 1024 ids of "waiting" two hashes of each row: of its key, and of its
-- address, or client if it has none. 32 bits each, little endian. 0 in place of the
-- first one: the row is gone. The hashes stay when a row goes later.
CREATE TABLE waiting_hashes (
	first      INTEGER PRIMARY KEY,
	hashes     BLOB NOT NULL
);

-- A single row: the key of these hashes (SipHash-1-3). Senders choose the keys of
-- records, and must not be able to choose keys with equal hashes.
CREATE TABLE secret (
	value      BLOB NOT NULL
);
INSERT INTO secret VALUES (randomblob(16));

-- The list entries, one row each. The columns:
--   list        'whitelist' or 'greylist'
--   kind        'client', 'sender' or 'recipient'
--   pattern     see tardigrey-lists(5)
--   setting     for a recipient 'shadow' or 'delay=10m', otherwise ''
--   expires     after this time the entry is ignored; NULL: it never expires
-- Times are Unix seconds.
CREATE TABLE list_entry (
	list       TEXT NOT NULL,
	kind       TEXT NOT NULL,
	pattern    TEXT NOT NULL,
	setting    TEXT NOT NULL DEFAULT '',
	comment    TEXT NOT NULL DEFAULT '',
	author     TEXT NOT NULL DEFAULT '',
	created    INTEGER NOT NULL DEFAULT 0,
	expires    INTEGER,
	PRIMARY KEY (list, kind, pattern)
) WITHOUT ROWID;

-- This table has one row. The triggers below increment the generation when a list
-- entry changes. A running daemon then reads the entries again. The first value
-- is random: if another database replaces this one, the generation differs too.
CREATE TABLE list_generation (
	generation INTEGER NOT NULL
);
INSERT INTO list_generation VALUES (random() & 0x7fffffff);
CREATE TRIGGER list_entry_inserted AFTER INSERT ON list_entry
BEGIN
	UPDATE list_generation SET generation = generation + 1;
END;
CREATE TRIGGER list_entry_updated AFTER UPDATE ON list_entry
BEGIN
	UPDATE list_generation SET generation = generation + 1;
END;
CREATE TRIGGER list_entry_deleted AFTER DELETE ON list_entry
BEGIN
	UPDATE list_generation SET generation = generation + 1;
END;

-- The hits of list entries and lines of list files: their number and the time of
-- the last one. source is the path of the list file, or '' for a list entry.
CREATE TABLE list_hit (
	source     TEXT NOT NULL,
	list       TEXT NOT NULL,
	kind       TEXT NOT NULL,
	pattern    TEXT NOT NULL,
	hits       INTEGER NOT NULL,
	last_hit   INTEGER NOT NULL,
	PRIMARY KEY (source, list, kind, pattern)
) WITHOUT ROWID;

-- The hourly statistics: the number of decisions for each hour, reason and class.
--   hour        the start of the hour, in Unix seconds
--   name        the reason, 'never-returned' or 'would-defer'
--   class       of the client: 'named', 'suspicious', or '' if it was not looked at
--   bound       for 'retried', the upper bound of the delay in seconds
--               (9223372036854775807 for the last range), otherwise 0
CREATE TABLE stat (
	hour       INTEGER NOT NULL,
	name       TEXT NOT NULL,
	class      TEXT NOT NULL,
	bound      INTEGER NOT NULL,
	n          INTEGER NOT NULL,
	PRIMARY KEY (hour, name, class, bound)
) WITHOUT ROWID;

-- The decisions of the last days, in the order of time.
--   time        Unix seconds
--   line        the line of the log, or "left_out=N": N decisions of this second
--               were not kept
-- The table has no index, because each insertion would have to write to it.
CREATE TABLE decision (
	id         INTEGER PRIMARY KEY,
	time       INTEGER NOT NULL,
	line       TEXT NOT NULL
);
