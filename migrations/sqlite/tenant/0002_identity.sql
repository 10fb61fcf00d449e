-- People, their sign-ins, and the rights they hold on single objects.
CREATE TABLE users (
  tenant_id  BLOB NOT NULL,
  id         BLOB NOT NULL,
  email      TEXT NOT NULL,
  name       TEXT NOT NULL,
  role       TEXT NOT NULL,
  status     TEXT NOT NULL,
  password   TEXT NOT NULL,
  created_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, email)
) STRICT, WITHOUT ROWID;

-- Only the hash of a session's secret is kept.
CREATE TABLE sessions (
  tenant_id  BLOB NOT NULL,
  id         BLOB NOT NULL,
  user_id    BLOB NOT NULL,
  hash       BLOB NOT NULL,
  created_at TEXT NOT NULL,
  used_at    TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_user ON sessions (tenant_id, user_id);

CREATE TABLE grants (
  tenant_id   BLOB NOT NULL,
  object_kind TEXT NOT NULL,
  object_id   BLOB NOT NULL,
  user_id     BLOB NOT NULL,
  held        TEXT NOT NULL,
  created_at  TEXT NOT NULL,
  PRIMARY KEY (tenant_id, object_kind, object_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX grants_by_user ON grants (tenant_id, user_id, object_kind, object_id);
