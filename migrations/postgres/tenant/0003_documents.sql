-- Documents, their version points, who wrote in them, and the files in them.
CREATE TABLE documents (
  tenant_id  uuid NOT NULL,
  id         uuid NOT NULL,
  title      TEXT NOT NULL,
  owner_id   uuid NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  deleted_at timestamptz,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX documents_by_time ON documents (tenant_id, updated_at, id);

CREATE TABLE document_versions (
  tenant_id   uuid NOT NULL,
  id          uuid NOT NULL,
  document_id uuid NOT NULL,
  seq         bigint NOT NULL,
  label       TEXT,
  authors     jsonb NOT NULL,
  size        bigint NOT NULL,
  state       bytea NOT NULL,
  created_at  timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX document_versions_by_document ON document_versions (tenant_id, document_id, id);

CREATE TABLE document_authors (
  tenant_id   uuid NOT NULL,
  document_id uuid NOT NULL,
  user_id     uuid NOT NULL,
  seq         bigint NOT NULL,
  PRIMARY KEY (tenant_id, document_id, user_id)
);

CREATE TABLE document_files (
  tenant_id   uuid NOT NULL,
  document_id uuid NOT NULL,
  hash        TEXT NOT NULL,
  name        TEXT NOT NULL,
  media_type  TEXT NOT NULL,
  size        bigint NOT NULL,
  created_by  uuid NOT NULL,
  created_at  timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, document_id, hash)
);
