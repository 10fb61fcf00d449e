-- Bots are people of another kind; an API token is a session with a name.
ALTER TABLE users ADD COLUMN kind text NOT NULL DEFAULT 'person';
ALTER TABLE users ADD COLUMN picture text NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN description text NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN name text;
CREATE INDEX sessions_named ON sessions (tenant_id, expires_at) WHERE name IS NOT NULL;

-- Addresses that are told of events. `kinds` are words between spaces; `sealed` is the secret that signs.
CREATE TABLE webhook_endpoints (
  tenant_id     uuid NOT NULL,
  id            uuid NOT NULL,
  purpose       text NOT NULL,
  owner         uuid NOT NULL,
  name          text NOT NULL,
  url           text NOT NULL,
  format        text NOT NULL,
  kinds         text NOT NULL,
  link          text NOT NULL,
  sealed        bytea NOT NULL,
  active        boolean NOT NULL,
  stopped       text,
  failing_since timestamptz,
  dropped       bigint NOT NULL,
  created_at    timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id)
);

-- What is to be told, is told or could not be. `seq` is the order in which an endpoint is told.
CREATE TABLE webhook_deliveries (
  tenant_id   uuid NOT NULL,
  endpoint_id uuid NOT NULL,
  seq         bigint NOT NULL,
  id          uuid NOT NULL,
  kind        text NOT NULL,
  body        text NOT NULL,
  state       text NOT NULL,
  attempts    bigint NOT NULL,
  status      bigint,
  note        text,
  created_at  timestamptz NOT NULL,
  due_at      timestamptz NOT NULL,
  finished_at timestamptz,
  PRIMARY KEY (tenant_id, endpoint_id, seq)
);
CREATE UNIQUE INDEX webhook_deliveries_by_id ON webhook_deliveries (tenant_id, endpoint_id, id);
CREATE INDEX webhook_deliveries_waiting ON webhook_deliveries (tenant_id, endpoint_id, seq)
  WHERE state = 'waiting';

-- Incoming hooks of rooms; only the hash of the secret in their address is kept.
CREATE TABLE chat_hooks (
  tenant_id  uuid NOT NULL,
  id         uuid NOT NULL,
  room_id    uuid NOT NULL,
  name       text NOT NULL,
  icon       text NOT NULL,
  hash       bytea NOT NULL,
  sealed     bytea,
  created_by uuid NOT NULL,
  created_at timestamptz NOT NULL,
  used_at    timestamptz,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, hash)
);
CREATE INDEX chat_hooks_by_room ON chat_hooks (tenant_id, room_id);

-- Keys and signatures that a hook has used, so that what is sent again appears once.
CREATE TABLE chat_hook_seen (
  tenant_id uuid NOT NULL,
  hook_id   uuid NOT NULL,
  mark      bytea NOT NULL,
  at        timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, hook_id, mark)
);
CREATE INDEX chat_hook_seen_by_time ON chat_hook_seen (tenant_id, hook_id, at);

-- What a room tells to endpoints. `triggers` is a list of words; an empty one means every message.
CREATE TABLE chat_outgoing (
  tenant_id uuid NOT NULL,
  id        uuid NOT NULL,
  room_id   uuid NOT NULL,
  icon      text NOT NULL,
  triggers  jsonb NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX chat_outgoing_by_room ON chat_outgoing (tenant_id, room_id);

-- Slash commands that endpoints answer.
CREATE TABLE chat_commands (
  tenant_id   uuid NOT NULL,
  id          uuid NOT NULL,
  name        text NOT NULL,
  description text NOT NULL,
  hint        text NOT NULL,
  icon        text NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, name)
);

-- Commands that were given, each once, and how often their answer address was used.
CREATE TABLE chat_command_calls (
  tenant_id  uuid NOT NULL,
  id         uuid NOT NULL,
  user_id    uuid NOT NULL,
  hash       bytea NOT NULL,
  command_id uuid NOT NULL,
  room_id    uuid NOT NULL,
  thread_seq bigint,
  uses       bigint NOT NULL,
  until      timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, user_id, id),
  UNIQUE (tenant_id, hash)
);
CREATE INDEX chat_command_calls_by_time ON chat_command_calls (tenant_id, until);
