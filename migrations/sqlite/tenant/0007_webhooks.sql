-- Bots are people of another kind; an API token is a session with a name.
ALTER TABLE users ADD COLUMN kind TEXT NOT NULL DEFAULT 'person';
ALTER TABLE users ADD COLUMN picture TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN description TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN name TEXT;
CREATE INDEX sessions_named ON sessions (tenant_id, expires_at) WHERE name IS NOT NULL;

-- Addresses that are told of events. `kinds` are words between spaces; `sealed` is the secret that signs.
CREATE TABLE webhook_endpoints (
  tenant_id     BLOB NOT NULL,
  id            BLOB NOT NULL,
  purpose       TEXT NOT NULL,
  owner         BLOB NOT NULL,
  name          TEXT NOT NULL,
  url           TEXT NOT NULL,
  format        TEXT NOT NULL,
  kinds         TEXT NOT NULL,
  link          TEXT NOT NULL,
  sealed        BLOB NOT NULL,
  active        INTEGER NOT NULL,
  stopped       TEXT,
  failing_since TEXT,
  dropped       INTEGER NOT NULL,
  created_at    TEXT NOT NULL,
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

-- What is to be told, is told or could not be. `seq` is the order in which an endpoint is told.
CREATE TABLE webhook_deliveries (
  tenant_id   BLOB NOT NULL,
  endpoint_id BLOB NOT NULL,
  seq         INTEGER NOT NULL,
  id          BLOB NOT NULL,
  kind        TEXT NOT NULL,
  body        TEXT NOT NULL,
  state       TEXT NOT NULL,
  attempts    INTEGER NOT NULL,
  status      INTEGER,
  note        TEXT,
  created_at  TEXT NOT NULL,
  due_at      TEXT NOT NULL,
  finished_at TEXT,
  PRIMARY KEY (tenant_id, endpoint_id, seq)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX webhook_deliveries_by_id ON webhook_deliveries (tenant_id, endpoint_id, id);
CREATE INDEX webhook_deliveries_waiting ON webhook_deliveries (tenant_id, endpoint_id, seq)
  WHERE state = 'waiting';

-- Incoming hooks of rooms; only the hash of the secret in their address is kept.
CREATE TABLE chat_hooks (
  tenant_id  BLOB NOT NULL,
  id         BLOB NOT NULL,
  room_id    BLOB NOT NULL,
  name       TEXT NOT NULL,
  icon       TEXT NOT NULL,
  hash       BLOB NOT NULL,
  sealed     BLOB,
  created_by BLOB NOT NULL,
  created_at TEXT NOT NULL,
  used_at    TEXT,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX chat_hooks_by_room ON chat_hooks (tenant_id, room_id);

-- Keys and signatures that a hook has used, so that what is sent again appears once.
CREATE TABLE chat_hook_seen (
  tenant_id BLOB NOT NULL,
  hook_id   BLOB NOT NULL,
  mark      BLOB NOT NULL,
  at        TEXT NOT NULL,
  PRIMARY KEY (tenant_id, hook_id, mark)
) STRICT, WITHOUT ROWID;
CREATE INDEX chat_hook_seen_by_time ON chat_hook_seen (tenant_id, hook_id, at);

-- What a room tells to endpoints. `triggers` is a list of words; an empty one means every message.
CREATE TABLE chat_outgoing (
  tenant_id BLOB NOT NULL,
  id        BLOB NOT NULL,
  room_id   BLOB NOT NULL,
  icon      TEXT NOT NULL,
  triggers  TEXT NOT NULL,
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX chat_outgoing_by_room ON chat_outgoing (tenant_id, room_id);

-- Slash commands that endpoints answer.
CREATE TABLE chat_commands (
  tenant_id   BLOB NOT NULL,
  id          BLOB NOT NULL,
  name        TEXT NOT NULL,
  description TEXT NOT NULL,
  hint        TEXT NOT NULL,
  icon        TEXT NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, name)
) STRICT, WITHOUT ROWID;

-- Commands that were given, each once, and how often their answer address was used.
CREATE TABLE chat_command_calls (
  tenant_id  BLOB NOT NULL,
  id         BLOB NOT NULL,
  user_id    BLOB NOT NULL,
  hash       BLOB NOT NULL,
  command_id BLOB NOT NULL,
  room_id    BLOB NOT NULL,
  thread_seq INTEGER,
  uses       INTEGER NOT NULL,
  until      TEXT NOT NULL,
  PRIMARY KEY (tenant_id, user_id, id),
  UNIQUE (tenant_id, hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX chat_command_calls_by_time ON chat_command_calls (tenant_id, until);
