-- Rooms, who is in them, what was said. `seq` numbers everything that happens in a room: a message keeps
-- the number of its posting and, in `changed`, the number of the last thing that happened to it.
CREATE TABLE chat_rooms (
  tenant_id      uuid NOT NULL,
  id             uuid NOT NULL,
  kind           TEXT NOT NULL,
  name           TEXT,
  description    TEXT NOT NULL,
  private        boolean NOT NULL,
  people         TEXT,
  retention_days bigint,
  created_by     uuid,
  created_at     timestamptz NOT NULL,
  archived_at    timestamptz,
  changed        bigint NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX chat_rooms_by_name ON chat_rooms (tenant_id, name);
-- The people of a direct or group conversation, so that there is one for them.
CREATE UNIQUE INDEX chat_rooms_by_people ON chat_rooms (tenant_id, people);

CREATE TABLE chat_members (
  tenant_id uuid NOT NULL,
  room_id   uuid NOT NULL,
  user_id   uuid NOT NULL,
  role      TEXT NOT NULL,
  read_seq  bigint NOT NULL,
  level     TEXT NOT NULL,
  muted     boolean NOT NULL,
  starred   boolean NOT NULL,
  section   TEXT,
  joined_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, room_id, user_id)
);
CREATE INDEX chat_members_by_user ON chat_members (tenant_id, user_id, room_id);

-- `id` sorts by time over all rooms; the full-text index knows messages by it.
CREATE TABLE chat_messages (
  id             bigint NOT NULL,
  tenant_id      uuid NOT NULL,
  room_id        uuid NOT NULL,
  seq            bigint NOT NULL,
  changed        bigint NOT NULL,
  thread_seq     bigint,
  topic          TEXT,
  author         uuid,
  author_name    TEXT,
  command_id     uuid,
  body           TEXT NOT NULL,
  marks          TEXT NOT NULL,
  extra          jsonb NOT NULL,
  replies        bigint NOT NULL,
  last_reply_seq bigint,
  last_reply_at  timestamptz,
  repliers       jsonb,
  created_at     timestamptz NOT NULL,
  edited_at      timestamptz,
  deleted_at     timestamptz,
  pinned_at      timestamptz,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX chat_messages_by_seq ON chat_messages (tenant_id, room_id, seq);
CREATE INDEX chat_messages_by_change ON chat_messages (tenant_id, room_id, changed);
CREATE INDEX chat_messages_by_thread ON chat_messages (tenant_id, room_id, thread_seq, seq)
  WHERE thread_seq IS NOT NULL;
CREATE UNIQUE INDEX chat_messages_by_command ON chat_messages (tenant_id, room_id, author, command_id)
  WHERE command_id IS NOT NULL;
CREATE INDEX chat_messages_by_topic ON chat_messages (tenant_id, room_id, topic, seq) WHERE topic IS NOT NULL;
CREATE INDEX chat_messages_pinned ON chat_messages (tenant_id, room_id, pinned_at) WHERE pinned_at IS NOT NULL;

-- Searched by the same expression, so that no column is kept for it.
CREATE INDEX chat_messages_by_text ON chat_messages
  USING gin ((to_tsvector('simple', body) || to_tsvector('simple', marks)));

-- What a message said before it was edited or deleted.
CREATE TABLE chat_edits (
  tenant_id uuid NOT NULL,
  room_id   uuid NOT NULL,
  seq       bigint NOT NULL,
  changed   bigint NOT NULL,
  by_user   uuid,
  body      TEXT NOT NULL,
  at        timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, room_id, seq, changed)
);

CREATE TABLE chat_reactions (
  tenant_id uuid NOT NULL,
  room_id   uuid NOT NULL,
  seq       bigint NOT NULL,
  emoji     TEXT NOT NULL,
  user_id   uuid NOT NULL,
  at        timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, room_id, seq, emoji, user_id)
);

CREATE TABLE chat_mentions (
  tenant_id  uuid NOT NULL,
  user_id    uuid NOT NULL,
  room_id    uuid NOT NULL,
  seq        bigint NOT NULL,
  thread_seq bigint,
  PRIMARY KEY (tenant_id, user_id, room_id, seq)
);

CREATE TABLE chat_follows (
  tenant_id  uuid NOT NULL,
  room_id    uuid NOT NULL,
  thread_seq bigint NOT NULL,
  user_id    uuid NOT NULL,
  following  boolean NOT NULL,
  muted      boolean NOT NULL,
  read_seq   bigint NOT NULL,
  PRIMARY KEY (tenant_id, room_id, thread_seq, user_id)
);
CREATE INDEX chat_follows_by_user ON chat_follows (tenant_id, user_id, room_id, thread_seq);

CREATE TABLE chat_saved (
  tenant_id uuid NOT NULL,
  user_id   uuid NOT NULL,
  room_id   uuid NOT NULL,
  seq       bigint NOT NULL,
  at        timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, user_id, room_id, seq)
);

CREATE TABLE chat_drafts (
  tenant_id  uuid NOT NULL,
  user_id    uuid NOT NULL,
  room_id    uuid NOT NULL,
  thread_seq bigint NOT NULL,
  body       TEXT NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, user_id, room_id, thread_seq)
);

-- Messages to be posted and reminders to be given at a time.
CREATE TABLE chat_later (
  tenant_id  uuid NOT NULL,
  id         uuid NOT NULL,
  kind       TEXT NOT NULL,
  user_id    uuid NOT NULL,
  room_id    uuid NOT NULL,
  seq        bigint,
  body       TEXT NOT NULL,
  at         timestamptz NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX chat_later_by_time ON chat_later (tenant_id, at);

CREATE TABLE chat_people (
  tenant_id     uuid NOT NULL,
  user_id       uuid NOT NULL,
  status        jsonb,
  dnd_until     timestamptz,
  dnd_from      TEXT,
  dnd_to        TEXT,
  keywords      jsonb NOT NULL,
  sections      jsonb NOT NULL,
  PRIMARY KEY (tenant_id, user_id)
);

CREATE TABLE chat_files (
  tenant_id  uuid NOT NULL,
  room_id    uuid NOT NULL,
  hash       TEXT NOT NULL,
  name       TEXT NOT NULL,
  media_type TEXT NOT NULL,
  size       bigint NOT NULL,
  width      bigint,
  height     bigint,
  by_user    uuid,
  at         timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, room_id, hash)
);

CREATE TABLE chat_emoji (
  tenant_id  uuid NOT NULL,
  name       TEXT NOT NULL,
  hash       TEXT NOT NULL,
  media_type TEXT NOT NULL,
  by_user    uuid,
  at         timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, name)
);
