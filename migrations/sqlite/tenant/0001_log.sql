-- The append log per entity, its snapshots, events that wait for delivery, and the tenant's key.
CREATE TABLE log (
  tenant_id BLOB NOT NULL,
  entity    BLOB NOT NULL,
  seq       INTEGER NOT NULL,
  kind      TEXT NOT NULL,
  author    BLOB,
  data      BLOB NOT NULL,
  at        TEXT NOT NULL,
  PRIMARY KEY (tenant_id, entity, seq)
) STRICT, WITHOUT ROWID;

-- What many entities append together, in the order of time, until it moves to the log.
CREATE TABLE journal (
  id   INTEGER PRIMARY KEY,
  data BLOB NOT NULL
) STRICT;

CREATE TABLE snapshots (
  tenant_id BLOB NOT NULL,
  entity    BLOB NOT NULL,
  seq       INTEGER NOT NULL,
  data      BLOB NOT NULL,
  PRIMARY KEY (tenant_id, entity)
) STRICT;

CREATE TABLE outbox (
  id        INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant_id BLOB NOT NULL,
  entity    BLOB NOT NULL,
  seq       INTEGER NOT NULL,
  kind      TEXT NOT NULL,
  data      TEXT NOT NULL,
  at        TEXT NOT NULL
) STRICT;

CREATE TABLE tenant_keys (
  tenant_id BLOB NOT NULL PRIMARY KEY,
  wrapped   BLOB NOT NULL
) STRICT, WITHOUT ROWID;
