-- What the whole installation shares: tenants, who may sign in where, host names, settings.
CREATE TABLE tenants (
  id         uuid NOT NULL PRIMARY KEY,
  slug       text NOT NULL UNIQUE,
  name       text NOT NULL,
  status     text NOT NULL,
  data       jsonb NOT NULL,
  created_at timestamptz NOT NULL
);

CREATE TABLE logins (
  email     text NOT NULL,
  tenant_id uuid NOT NULL,
  user_id   uuid NOT NULL,
  PRIMARY KEY (email, tenant_id)
);
CREATE INDEX logins_by_tenant ON logins (tenant_id);

CREATE TABLE domains (
  host      text NOT NULL PRIMARY KEY,
  tenant_id uuid NOT NULL
);

CREATE TABLE settings (
  key   text NOT NULL PRIMARY KEY,
  value text NOT NULL
);
