-- Entries of lists, made with tardigrey(8), see tardigrey-lists(5).
-- list: whitelist or greylist; kind: client, sender or recipient; setting: of
-- a recipient, "shadow" or "delay=60s", else empty; expires: NULL is never.
CREATE TABLE list_entry (
	list    TEXT NOT NULL,
	kind    TEXT NOT NULL,
	pattern TEXT NOT NULL,
	setting TEXT NOT NULL DEFAULT '',
	comment TEXT NOT NULL DEFAULT '',
	author  TEXT NOT NULL DEFAULT '',
	created INTEGER NOT NULL,
	expires INTEGER,
	PRIMARY KEY (list, kind, pattern)
) WITHOUT ROWID;

-- One number that changes with every change of an entry, whoever makes it: a
-- running daemon looks at it to know when to read the entries again.
CREATE TABLE list_generation (
	generation INTEGER NOT NULL
);
INSERT INTO list_generation VALUES (0);
CREATE TRIGGER list_entry_inserted AFTER INSERT ON list_entry BEGIN
	UPDATE list_generation SET generation = generation + 1;
END;
CREATE TRIGGER list_entry_updated AFTER UPDATE ON list_entry BEGIN
	UPDATE list_generation SET generation = generation + 1;
END;
CREATE TRIGGER list_entry_deleted AFTER DELETE ON list_entry BEGIN
	UPDATE list_generation SET generation = generation + 1;
END;

-- How often entries, and lines of files, were followed. source: the file;
-- empty for an entry.
CREATE TABLE list_hit (
	source   TEXT NOT NULL,
	list     TEXT NOT NULL,
	kind     TEXT NOT NULL,
	pattern  TEXT NOT NULL,
	hits     INTEGER NOT NULL,
	last_hit INTEGER NOT NULL,
	PRIMARY KEY (source, list, kind, pattern)
) WITHOUT ROWID;

-- Decisions by the hour. hour: when it begins; name: the reason; bound: of
-- the reason "retried", the delay was at most so many seconds, else 0.
CREATE TABLE stat (
	hour  INTEGER NOT NULL,
	name  TEXT NOT NULL,
	bound INTEGER NOT NULL,
	n     INTEGER NOT NULL,
	PRIMARY KEY (hour, name, bound)
) WITHOUT ROWID;
