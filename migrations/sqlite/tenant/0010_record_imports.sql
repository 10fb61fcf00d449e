-- Files of records that people bring. `about` is what the file is, `settings` what its owner says of it,
-- `progress` how far it has come; `next` is the part with which a run goes on.
CREATE TABLE record_imports (
  tenant_id  BLOB NOT NULL,
  id         BLOB NOT NULL,
  kind       TEXT NOT NULL,
  owner      BLOB NOT NULL,
  name       TEXT NOT NULL,
  state      TEXT NOT NULL,
  about      TEXT NOT NULL,
  settings   TEXT NOT NULL,
  progress   TEXT NOT NULL,
  attempt    INTEGER NOT NULL,
  next       INTEGER NOT NULL,
  created_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX record_imports_by_kind ON record_imports (tenant_id, kind, id);

-- The rows of a file, some hundred at a time, deflated.
CREATE TABLE record_import_parts (
  tenant_id BLOB NOT NULL,
  import    BLOB NOT NULL,
  part      INTEGER NOT NULL,
  body      BLOB NOT NULL,
  PRIMARY KEY (tenant_id, import, part)
) STRICT;

-- Under which batches a run has written; undone from the last to the first.
CREATE TABLE record_import_batches (
  tenant_id BLOB NOT NULL,
  import    BLOB NOT NULL,
  nr        INTEGER NOT NULL,
  batch     BLOB NOT NULL,
  PRIMARY KEY (tenant_id, import, nr)
) STRICT, WITHOUT ROWID;

-- Rows that were left out, and why.
CREATE TABLE record_import_faults (
  tenant_id BLOB NOT NULL,
  import    BLOB NOT NULL,
  line      INTEGER NOT NULL,
  part      INTEGER NOT NULL,
  why       TEXT NOT NULL,
  PRIMARY KEY (tenant_id, import, line)
) STRICT, WITHOUT ROWID;
