-- People, their sign-ins, and the rights they hold on single objects.
CREATE TABLE users (
  tenant_id  uuid NOT NULL,
  id         uuid NOT NULL,
  email      text NOT NULL,
  name       text NOT NULL,
  role       text NOT NULL,
  status     text NOT NULL,
  password   text NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, email)
);

-- Only the hash of a session's secret is kept.
CREATE TABLE sessions (
  tenant_id  uuid NOT NULL,
  id         uuid NOT NULL,
  user_id    uuid NOT NULL,
  hash       bytea NOT NULL,
  created_at timestamptz NOT NULL,
  used_at    timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, hash)
);
CREATE INDEX sessions_by_user ON sessions (tenant_id, user_id);

CREATE TABLE grants (
  tenant_id   uuid NOT NULL,
  object_kind text NOT NULL,
  object_id   uuid NOT NULL,
  user_id     uuid NOT NULL,
  held        text NOT NULL,
  created_at  timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, object_kind, object_id, user_id)
);
CREATE INDEX grants_by_user ON grants (tenant_id, user_id, object_kind, object_id);
