-- Rooms, who is in them, what was said. `seq` numbers everything that happens in a room: a message keeps
-- the number of its posting and, in `changed`, the number of the last thing that happened to it.
CREATE TABLE chat_rooms (
  tenant_id      BLOB NOT NULL,
  id             BLOB NOT NULL,
  kind           TEXT NOT NULL,
  name           TEXT,
  description    TEXT NOT NULL,
  private        INTEGER NOT NULL,
  people         TEXT,
  retention_days INTEGER,
  created_by     BLOB,
  created_at     TEXT NOT NULL,
  archived_at    TEXT,
  changed        INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX chat_rooms_by_name ON chat_rooms (tenant_id, name);
-- The people of a direct or group conversation, so that there is one for them.
CREATE UNIQUE INDEX chat_rooms_by_people ON chat_rooms (tenant_id, people);

CREATE TABLE chat_members (
  tenant_id BLOB NOT NULL,
  room_id   BLOB NOT NULL,
  user_id   BLOB NOT NULL,
  role      TEXT NOT NULL,
  read_seq  INTEGER NOT NULL,
  level     TEXT NOT NULL,
  muted     INTEGER NOT NULL,
  starred   INTEGER NOT NULL,
  section   TEXT,
  joined_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, room_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX chat_members_by_user ON chat_members (tenant_id, user_id, room_id);

-- `id` sorts by time over all rooms; the full-text index knows messages by it.
CREATE TABLE chat_messages (
  id             INTEGER PRIMARY KEY,
  tenant_id      BLOB NOT NULL,
  room_id        BLOB NOT NULL,
  seq            INTEGER NOT NULL,
  changed        INTEGER NOT NULL,
  thread_seq     INTEGER,
  topic          TEXT,
  author         BLOB,
  author_name    TEXT,
  command_id     BLOB,
  body           TEXT NOT NULL,
  marks          TEXT NOT NULL,
  extra          TEXT NOT NULL,
  replies        INTEGER NOT NULL,
  last_reply_seq INTEGER,
  last_reply_at  TEXT,
  repliers       TEXT,
  created_at     TEXT NOT NULL,
  edited_at      TEXT,
  deleted_at     TEXT,
  pinned_at      TEXT
) STRICT;
CREATE UNIQUE INDEX chat_messages_by_seq ON chat_messages (tenant_id, room_id, seq);
CREATE INDEX chat_messages_by_change ON chat_messages (tenant_id, room_id, changed);
CREATE INDEX chat_messages_by_thread ON chat_messages (tenant_id, room_id, thread_seq, seq)
  WHERE thread_seq IS NOT NULL;
CREATE UNIQUE INDEX chat_messages_by_command ON chat_messages (tenant_id, room_id, author, command_id)
  WHERE command_id IS NOT NULL;
CREATE INDEX chat_messages_by_topic ON chat_messages (tenant_id, room_id, topic, seq) WHERE topic IS NOT NULL;
CREATE INDEX chat_messages_pinned ON chat_messages (tenant_id, room_id, pinned_at) WHERE pinned_at IS NOT NULL;

CREATE VIRTUAL TABLE chat_search USING fts5 (
  body, marks, content = 'chat_messages', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2'
);
CREATE TRIGGER chat_messages_added AFTER INSERT ON chat_messages BEGIN
  INSERT INTO chat_search (rowid, body, marks) VALUES (new.id, new.body, new.marks);
END;
CREATE TRIGGER chat_messages_removed AFTER DELETE ON chat_messages BEGIN
  INSERT INTO chat_search (chat_search, rowid, body, marks) VALUES ('delete', old.id, old.body, old.marks);
END;
CREATE TRIGGER chat_messages_changed AFTER UPDATE OF body, marks ON chat_messages BEGIN
  INSERT INTO chat_search (chat_search, rowid, body, marks) VALUES ('delete', old.id, old.body, old.marks);
  INSERT INTO chat_search (rowid, body, marks) VALUES (new.id, new.body, new.marks);
END;

-- What a message said before it was edited or deleted.
CREATE TABLE chat_edits (
  tenant_id BLOB NOT NULL,
  room_id   BLOB NOT NULL,
  seq       INTEGER NOT NULL,
  changed   INTEGER NOT NULL,
  by_user   BLOB,
  body      TEXT NOT NULL,
  at        TEXT NOT NULL,
  PRIMARY KEY (tenant_id, room_id, seq, changed)
) STRICT, WITHOUT ROWID;

CREATE TABLE chat_reactions (
  tenant_id BLOB NOT NULL,
  room_id   BLOB NOT NULL,
  seq       INTEGER NOT NULL,
  emoji     TEXT NOT NULL,
  user_id   BLOB NOT NULL,
  at        TEXT NOT NULL,
  PRIMARY KEY (tenant_id, room_id, seq, emoji, user_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE chat_mentions (
  tenant_id  BLOB NOT NULL,
  user_id    BLOB NOT NULL,
  room_id    BLOB NOT NULL,
  seq        INTEGER NOT NULL,
  thread_seq INTEGER,
  PRIMARY KEY (tenant_id, user_id, room_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE chat_follows (
  tenant_id  BLOB NOT NULL,
  room_id    BLOB NOT NULL,
  thread_seq INTEGER NOT NULL,
  user_id    BLOB NOT NULL,
  following  INTEGER NOT NULL,
  muted      INTEGER NOT NULL,
  read_seq   INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, room_id, thread_seq, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX chat_follows_by_user ON chat_follows (tenant_id, user_id, room_id, thread_seq);

CREATE TABLE chat_saved (
  tenant_id BLOB NOT NULL,
  user_id   BLOB NOT NULL,
  room_id   BLOB NOT NULL,
  seq       INTEGER NOT NULL,
  at        TEXT NOT NULL,
  PRIMARY KEY (tenant_id, user_id, room_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE chat_drafts (
  tenant_id  BLOB NOT NULL,
  user_id    BLOB NOT NULL,
  room_id    BLOB NOT NULL,
  thread_seq INTEGER NOT NULL,
  body       TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, user_id, room_id, thread_seq)
) STRICT, WITHOUT ROWID;

-- Messages to be posted and reminders to be given at a time.
CREATE TABLE chat_later (
  tenant_id  BLOB NOT NULL,
  id         BLOB NOT NULL,
  kind       TEXT NOT NULL,
  user_id    BLOB NOT NULL,
  room_id    BLOB NOT NULL,
  seq        INTEGER,
  body       TEXT NOT NULL,
  at         TEXT NOT NULL,
  created_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX chat_later_by_time ON chat_later (tenant_id, at);

CREATE TABLE chat_people (
  tenant_id     BLOB NOT NULL,
  user_id       BLOB NOT NULL,
  status        TEXT,
  dnd_until     TEXT,
  dnd_from      TEXT,
  dnd_to        TEXT,
  keywords      TEXT NOT NULL,
  sections      TEXT NOT NULL,
  PRIMARY KEY (tenant_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE chat_files (
  tenant_id  BLOB NOT NULL,
  room_id    BLOB NOT NULL,
  hash       TEXT NOT NULL,
  name       TEXT NOT NULL,
  media_type TEXT NOT NULL,
  size       INTEGER NOT NULL,
  width      INTEGER,
  height     INTEGER,
  by_user    BLOB,
  at         TEXT NOT NULL,
  PRIMARY KEY (tenant_id, room_id, hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE chat_emoji (
  tenant_id  BLOB NOT NULL,
  name       TEXT NOT NULL,
  hash       TEXT NOT NULL,
  media_type TEXT NOT NULL,
  by_user    BLOB,
  at         TEXT NOT NULL,
  PRIMARY KEY (tenant_id, name)
) STRICT, WITHOUT ROWID;
