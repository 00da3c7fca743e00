-- What is remembered, one row a triplet. Times are Unix seconds.
-- client: the network ("192.0.2.0/24"); sender: folded, "<>" is the null
-- sender; passed: the first pass, NULL while the triplet waits; expires:
-- after this the row may be removed and means nothing.
-- No further index: writing it would cost more than expiry, which walks the
-- key, can gain from it.
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
	PRIMARY KEY (kind, client, sender, recipient)
) WITHOUT ROWID;
-- The entries of the lists. list: 'whitelist' or 'greylist'; kind: 'client',
-- 'sender' or 'recipient'; pattern: see tardigrey-lists(5); setting: how to
-- greylist a recipient, 'shadow' or 'delay=10m', else ''; expires: after this
-- the entry means nothing, NULL is never. Times are Unix seconds.
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

-- One row; changes with every change of an entry, whoever makes it, and tells
-- a running daemon to read them again. It begins anywhere, so that a new
-- database in the place of another is seen, too.
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

-- How often, and when last, an entry (source '') or a line of a file (source:
-- its path) was followed.
CREATE TABLE list_hit (
	source     TEXT NOT NULL,
	list       TEXT NOT NULL,
	kind       TEXT NOT NULL,
	pattern    TEXT NOT NULL,
	hits       INTEGER NOT NULL,
	last_hit   INTEGER NOT NULL,
	PRIMARY KEY (source, list, kind, pattern)
) WITHOUT ROWID;

-- Decisions counted. hour: when it began; name: the reason; bound: for
-- 'retried' the longest delay counted here, in seconds, 9223372036854775807
-- being the last; else 0.
CREATE TABLE stat (
	hour       INTEGER NOT NULL,
	name       TEXT NOT NULL,
	bound      INTEGER NOT NULL,
	n          INTEGER NOT NULL,
	PRIMARY KEY (hour, name, bound)
) WITHOUT ROWID;
