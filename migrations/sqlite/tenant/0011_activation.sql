-- What an activation has brought besides people: records it made, connections to other services, domains,
-- assistants. Secrets are sealed with the tenant's key.
CREATE TABLE record_seeds (
  tenant_id BLOB NOT NULL,
  record    BLOB NOT NULL,
  kind      TEXT NOT NULL,
  place     INTEGER NOT NULL,
  sample    INTEGER NOT NULL,
  -- Of what the document said, to see when it says something else.
  digest    TEXT NOT NULL,
  PRIMARY KEY (tenant_id, record)
) STRICT, WITHOUT ROWID;

CREATE TABLE integrations (
  tenant_id  BLOB NOT NULL,
  name       TEXT NOT NULL,
  provider   TEXT NOT NULL,
  sealed     BLOB NOT NULL,
  updated_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE tenant_domains (
  tenant_id   BLOB NOT NULL,
  host        TEXT NOT NULL,
  mail        INTEGER NOT NULL,
  -- The key that signs mail.
  public      BLOB NOT NULL,
  sealed      BLOB NOT NULL,
  added_at    TEXT NOT NULL,
  verified_at TEXT,
  PRIMARY KEY (tenant_id, host)
) STRICT, WITHOUT ROWID;

CREATE TABLE assistants (
  tenant_id    BLOB NOT NULL,
  name         TEXT NOT NULL,
  instructions TEXT NOT NULL,
  enabled      INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, name)
) STRICT, WITHOUT ROWID;
