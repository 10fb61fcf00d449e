-- Records of business modules. `fields` is the record; `t1`… and `n1`… are the values that its type sorts and
-- filters by, `words` what full-text search looks at. A deleted record keeps its fields and has none of these.
CREATE TABLE records (
  nr          INTEGER PRIMARY KEY,
  tenant_id   BLOB NOT NULL,
  id          BLOB NOT NULL,
  kind        TEXT NOT NULL,
  version     INTEGER NOT NULL,
  -- The event that changed it last.
  seq         INTEGER NOT NULL,
  state       TEXT NOT NULL,
  owner       BLOB,
  created_at  TEXT NOT NULL,
  created_by  BLOB,
  updated_at  TEXT NOT NULL,
  updated_by  BLOB,
  deleted_at  TEXT,
  merged_into BLOB,
  fields      TEXT NOT NULL,
  words       TEXT NOT NULL,
  t1 TEXT, t2 TEXT, t3 TEXT, t4 TEXT, t5 TEXT, t6 TEXT, t7 TEXT, t8 TEXT,
  t9 TEXT, t10 TEXT, t11 TEXT, t12 TEXT, t13 TEXT, t14 TEXT, t15 TEXT, t16 TEXT,
  n1 INTEGER, n2 INTEGER, n3 INTEGER, n4 INTEGER, n5 INTEGER, n6 INTEGER, n7 INTEGER, n8 INTEGER,
  n9 INTEGER, n10 INTEGER, n11 INTEGER, n12 INTEGER, n13 INTEGER, n14 INTEGER, n15 INTEGER, n16 INTEGER,
  UNIQUE (tenant_id, id)
) STRICT;
CREATE INDEX records_by_kind ON records (tenant_id, kind, id) WHERE deleted_at IS NULL;
CREATE INDEX records_by_owner ON records (tenant_id, kind, owner, id) WHERE deleted_at IS NULL;
CREATE INDEX records_by_state ON records (tenant_id, kind, state, id) WHERE deleted_at IS NULL;
CREATE INDEX records_by_update ON records (tenant_id, kind, updated_at, id) WHERE deleted_at IS NULL;
CREATE INDEX records_deleted ON records (tenant_id, kind, deleted_at, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX records_t1 ON records (tenant_id, kind, t1, id) WHERE t1 IS NOT NULL;
CREATE INDEX records_t2 ON records (tenant_id, kind, t2, id) WHERE t2 IS NOT NULL;
CREATE INDEX records_t3 ON records (tenant_id, kind, t3, id) WHERE t3 IS NOT NULL;
CREATE INDEX records_t4 ON records (tenant_id, kind, t4, id) WHERE t4 IS NOT NULL;
CREATE INDEX records_t5 ON records (tenant_id, kind, t5, id) WHERE t5 IS NOT NULL;
CREATE INDEX records_t6 ON records (tenant_id, kind, t6, id) WHERE t6 IS NOT NULL;
CREATE INDEX records_t7 ON records (tenant_id, kind, t7, id) WHERE t7 IS NOT NULL;
CREATE INDEX records_t8 ON records (tenant_id, kind, t8, id) WHERE t8 IS NOT NULL;
CREATE INDEX records_t9 ON records (tenant_id, kind, t9, id) WHERE t9 IS NOT NULL;
CREATE INDEX records_t10 ON records (tenant_id, kind, t10, id) WHERE t10 IS NOT NULL;
CREATE INDEX records_t11 ON records (tenant_id, kind, t11, id) WHERE t11 IS NOT NULL;
CREATE INDEX records_t12 ON records (tenant_id, kind, t12, id) WHERE t12 IS NOT NULL;
CREATE INDEX records_t13 ON records (tenant_id, kind, t13, id) WHERE t13 IS NOT NULL;
CREATE INDEX records_t14 ON records (tenant_id, kind, t14, id) WHERE t14 IS NOT NULL;
CREATE INDEX records_t15 ON records (tenant_id, kind, t15, id) WHERE t15 IS NOT NULL;
CREATE INDEX records_t16 ON records (tenant_id, kind, t16, id) WHERE t16 IS NOT NULL;
CREATE INDEX records_n1 ON records (tenant_id, kind, n1, id) WHERE n1 IS NOT NULL;
CREATE INDEX records_n2 ON records (tenant_id, kind, n2, id) WHERE n2 IS NOT NULL;
CREATE INDEX records_n3 ON records (tenant_id, kind, n3, id) WHERE n3 IS NOT NULL;
CREATE INDEX records_n4 ON records (tenant_id, kind, n4, id) WHERE n4 IS NOT NULL;
CREATE INDEX records_n5 ON records (tenant_id, kind, n5, id) WHERE n5 IS NOT NULL;
CREATE INDEX records_n6 ON records (tenant_id, kind, n6, id) WHERE n6 IS NOT NULL;
CREATE INDEX records_n7 ON records (tenant_id, kind, n7, id) WHERE n7 IS NOT NULL;
CREATE INDEX records_n8 ON records (tenant_id, kind, n8, id) WHERE n8 IS NOT NULL;
CREATE INDEX records_n9 ON records (tenant_id, kind, n9, id) WHERE n9 IS NOT NULL;
CREATE INDEX records_n10 ON records (tenant_id, kind, n10, id) WHERE n10 IS NOT NULL;
CREATE INDEX records_n11 ON records (tenant_id, kind, n11, id) WHERE n11 IS NOT NULL;
CREATE INDEX records_n12 ON records (tenant_id, kind, n12, id) WHERE n12 IS NOT NULL;
CREATE INDEX records_n13 ON records (tenant_id, kind, n13, id) WHERE n13 IS NOT NULL;
CREATE INDEX records_n14 ON records (tenant_id, kind, n14, id) WHERE n14 IS NOT NULL;
CREATE INDEX records_n15 ON records (tenant_id, kind, n15, id) WHERE n15 IS NOT NULL;
CREATE INDEX records_n16 ON records (tenant_id, kind, n16, id) WHERE n16 IS NOT NULL;

CREATE VIRTUAL TABLE record_search USING fts5(
  words, content = 'records', content_rowid = 'nr', detail = 'none', tokenize = 'unicode61 remove_diacritics 0'
);
CREATE TRIGGER records_added AFTER INSERT ON records WHEN new.words <> '' BEGIN
  INSERT INTO record_search (rowid, words) VALUES (new.nr, new.words);
END;
CREATE TRIGGER records_removed AFTER DELETE ON records WHEN old.words <> '' BEGIN
  INSERT INTO record_search (record_search, rowid, words) VALUES ('delete', old.nr, old.words);
END;
CREATE TRIGGER records_changed AFTER UPDATE OF words ON records BEGIN
  INSERT INTO record_search (record_search, rowid, words) SELECT 'delete', old.nr, old.words WHERE old.words <> '';
  INSERT INTO record_search (rowid, words) SELECT new.nr, new.words WHERE new.words <> '';
END;

-- The values of links and of fields with several values, by which records are found.
CREATE TABLE record_values (
  tenant_id BLOB NOT NULL,
  value     TEXT NOT NULL,
  kind      TEXT NOT NULL,
  field     TEXT NOT NULL,
  record    BLOB NOT NULL,
  PRIMARY KEY (tenant_id, value, kind, field, record)
) STRICT, WITHOUT ROWID;
CREATE INDEX record_values_by_record ON record_values (tenant_id, record);

-- Everything that has happened to records, in one order: history, time travel, undo, webhooks and modules
-- read it.
CREATE TABLE record_events (
  tenant_id BLOB NOT NULL,
  seq       INTEGER NOT NULL,
  record    BLOB NOT NULL,
  kind      TEXT NOT NULL,
  version   INTEGER NOT NULL,
  name      TEXT NOT NULL,
  at        TEXT NOT NULL,
  actor     BLOB,
  via       TEXT NOT NULL,
  -- Everything that one request or import did.
  batch     BLOB NOT NULL,
  changes   TEXT NOT NULL,
  PRIMARY KEY (tenant_id, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX record_events_by_record ON record_events (tenant_id, record, seq);
CREATE INDEX record_events_by_batch ON record_events (tenant_id, batch, seq);
CREATE INDEX record_events_by_kind ON record_events (tenant_id, kind, seq);
-- What commands have told: rules look for it by name.
CREATE INDEX record_events_told ON record_events (tenant_id, name, seq)
  WHERE name NOT IN ('created', 'changed', 'deleted', 'restored', 'merged');
CREATE INDEX record_events_by_actor ON record_events (tenant_id, actor, seq);

-- The number of the last event, and how far each consumer of events has come.
CREATE TABLE record_cursors (
  tenant_id BLOB NOT NULL,
  name      TEXT NOT NULL,
  seq       INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, name)
) STRICT, WITHOUT ROWID;

-- Types and fields of the tenant's own.
CREATE TABLE record_kinds (
  tenant_id  BLOB NOT NULL,
  name       TEXT NOT NULL,
  definition TEXT NOT NULL,
  created_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE record_fields (
  tenant_id  BLOB NOT NULL,
  kind       TEXT NOT NULL,
  name       TEXT NOT NULL,
  position   INTEGER NOT NULL,
  slot       TEXT,
  definition TEXT NOT NULL,
  created_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, kind, name)
) STRICT, WITHOUT ROWID;

-- What roles and groups may do with records of a type.
CREATE TABLE record_policies (
  tenant_id  BLOB NOT NULL,
  kind       TEXT NOT NULL,
  subject    TEXT NOT NULL,
  definition TEXT NOT NULL,
  PRIMARY KEY (tenant_id, kind, subject)
) STRICT, WITHOUT ROWID;

-- How lists are looked at: by one person, or by everyone.
CREATE TABLE record_views (
  tenant_id  BLOB NOT NULL,
  id         BLOB NOT NULL,
  kind       TEXT NOT NULL,
  owner      BLOB,
  name       TEXT NOT NULL,
  position   INTEGER NOT NULL,
  definition TEXT NOT NULL,
  version    INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX record_views_by_kind ON record_views (tenant_id, kind);

CREATE TABLE record_comments (
  tenant_id  BLOB NOT NULL,
  id         BLOB NOT NULL,
  record     BLOB NOT NULL,
  author     BLOB NOT NULL,
  body       TEXT NOT NULL,
  created_at TEXT NOT NULL,
  edited_at  TEXT,
  deleted_at TEXT,
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX record_comments_by_record ON record_comments (tenant_id, record, id);

CREATE TABLE record_files (
  tenant_id  BLOB NOT NULL,
  record     BLOB NOT NULL,
  hash       TEXT NOT NULL,
  name       TEXT NOT NULL,
  media_type TEXT NOT NULL,
  size       INTEGER NOT NULL,
  added_by   BLOB,
  added_at   TEXT NOT NULL,
  PRIMARY KEY (tenant_id, record, hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE record_followers (
  tenant_id BLOB NOT NULL,
  record    BLOB NOT NULL,
  user_id   BLOB NOT NULL,
  PRIMARY KEY (tenant_id, record, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX record_followers_by_user ON record_followers (tenant_id, user_id);
