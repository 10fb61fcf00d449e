-- What the whole installation shares: tenants, who may sign in where, host names, settings.
CREATE TABLE tenants (
  id         BLOB NOT NULL PRIMARY KEY,
  slug       TEXT NOT NULL UNIQUE,
  name       TEXT NOT NULL,
  status     TEXT NOT NULL,
  data       TEXT NOT NULL,
  created_at TEXT NOT NULL
) STRICT;

CREATE TABLE logins (
  email     TEXT NOT NULL,
  tenant_id BLOB NOT NULL,
  user_id   BLOB NOT NULL,
  PRIMARY KEY (email, tenant_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX logins_by_tenant ON logins (tenant_id);

CREATE TABLE domains (
  host      TEXT NOT NULL PRIMARY KEY,
  tenant_id BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE settings (
  key   TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
