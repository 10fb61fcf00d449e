-- Nothing has used this table yet. A view is a person's own, or shared with a team, or with everyone.
DROP TABLE record_views;
CREATE TABLE record_views (
  tenant_id  BLOB NOT NULL,
  id         BLOB NOT NULL,
  -- The type whose list it shows.
  kind       TEXT NOT NULL,
  -- Whose own it is; none of both: everyone's.
  owner      BLOB,
  team       BLOB,
  name       TEXT NOT NULL,
  place      INTEGER NOT NULL,
  -- Whether the list opens with it.
  opens      INTEGER NOT NULL,
  definition TEXT NOT NULL,
  version    INTEGER NOT NULL,
  changed_by BLOB,
  changed_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX record_views_by_kind ON record_views (tenant_id, kind, place);

-- Webhooks of records.
CREATE TABLE record_hooks (
  tenant_id  BLOB NOT NULL,
  -- That of its endpoint.
  id         BLOB NOT NULL,
  owner      BLOB NOT NULL,
  definition TEXT NOT NULL,
  -- The last event that was queued for it or passed over.
  seq        INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

-- Nothing has used this table yet. The file itself is a blob; one that was removed can come back.
DROP TABLE record_files;
CREATE TABLE record_files (
  tenant_id  BLOB NOT NULL,
  id         BLOB NOT NULL,
  record     BLOB NOT NULL,
  hash       TEXT NOT NULL,
  name       TEXT NOT NULL,
  media_type TEXT NOT NULL,
  size       INTEGER NOT NULL,
  -- Of a picture.
  width      INTEGER,
  height     INTEGER,
  added_by   BLOB,
  added_at   TEXT NOT NULL,
  removed_at TEXT,
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX record_files_by_record ON record_files (tenant_id, record, id);
