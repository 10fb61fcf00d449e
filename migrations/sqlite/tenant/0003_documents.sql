-- Documents, their version points, who wrote in them, and the files in them.
CREATE TABLE documents (
  tenant_id  BLOB NOT NULL,
  id         BLOB NOT NULL,
  title      TEXT NOT NULL,
  owner_id   BLOB NOT NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  deleted_at TEXT,
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX documents_by_time ON documents (tenant_id, updated_at, id);

CREATE TABLE document_versions (
  tenant_id   BLOB NOT NULL,
  id          BLOB NOT NULL,
  document_id BLOB NOT NULL,
  seq         INTEGER NOT NULL,
  label       TEXT,
  authors     TEXT NOT NULL,
  size        INTEGER NOT NULL,
  state       BLOB NOT NULL,
  created_at  TEXT NOT NULL,
  PRIMARY KEY (tenant_id, id)
) STRICT;
CREATE INDEX document_versions_by_document ON document_versions (tenant_id, document_id, id);

CREATE TABLE document_authors (
  tenant_id   BLOB NOT NULL,
  document_id BLOB NOT NULL,
  user_id     BLOB NOT NULL,
  seq         INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, document_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE document_files (
  tenant_id   BLOB NOT NULL,
  document_id BLOB NOT NULL,
  hash        TEXT NOT NULL,
  name        TEXT NOT NULL,
  media_type  TEXT NOT NULL,
  size        INTEGER NOT NULL,
  created_by  BLOB NOT NULL,
  created_at  TEXT NOT NULL,
  PRIMARY KEY (tenant_id, document_id, hash)
) STRICT, WITHOUT ROWID;
