-- Bookmarks of rooms, reports of messages, bans and mutes, legal holds, and what was done about them.
CREATE TABLE chat_bookmarks (
  tenant_id  BLOB NOT NULL,
  room_id    BLOB NOT NULL,
  id         BLOB NOT NULL,
  place      INTEGER NOT NULL,
  title      TEXT NOT NULL,
  url        TEXT NOT NULL,
  emoji      TEXT NOT NULL,
  by_user    BLOB,
  created_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, room_id, id)
) STRICT, WITHOUT ROWID;

-- Rooms whose bookmarks only those who manage them change.
CREATE TABLE chat_bookmark_rules (
  tenant_id     BLOB NOT NULL,
  room_id       BLOB NOT NULL,
  managers_only INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, room_id)
) STRICT, WITHOUT ROWID;

-- A message that somebody has reported, as it was when it was reported first.
CREATE TABLE chat_cases (
  tenant_id   BLOB NOT NULL,
  id          BLOB NOT NULL,
  room_id     BLOB NOT NULL,
  seq         INTEGER NOT NULL,
  author      BLOB,
  author_name TEXT NOT NULL,
  body        TEXT NOT NULL,
  said_at     TEXT NOT NULL,
  opened_at   TEXT NOT NULL,
  resolved_at TEXT,
  resolved_by BLOB,
  outcome     TEXT,
  note        TEXT,
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX chat_cases_by_message ON chat_cases (tenant_id, room_id, seq);
CREATE INDEX chat_cases_open ON chat_cases (tenant_id, id) WHERE resolved_at IS NULL;

CREATE TABLE chat_reports (
  tenant_id BLOB NOT NULL,
  case_id   BLOB NOT NULL,
  by_user   BLOB NOT NULL,
  reason    TEXT NOT NULL,
  at        TEXT NOT NULL,
  PRIMARY KEY (tenant_id, case_id, by_user)
) STRICT, WITHOUT ROWID;
CREATE INDEX chat_reports_by_user ON chat_reports (tenant_id, by_user, at);

-- Who may not be in a room.
CREATE TABLE chat_bans (
  tenant_id BLOB NOT NULL,
  room_id   BLOB NOT NULL,
  user_id   BLOB NOT NULL,
  reason    TEXT NOT NULL,
  by_user   BLOB,
  at        TEXT NOT NULL,
  until     TEXT,
  PRIMARY KEY (tenant_id, room_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX chat_bans_by_user ON chat_bans (tenant_id, user_id);

-- Who may read and not write, in the whole business.
CREATE TABLE chat_mutes (
  tenant_id BLOB NOT NULL,
  user_id   BLOB NOT NULL,
  reason    TEXT NOT NULL,
  by_user   BLOB,
  at        TEXT NOT NULL,
  until     TEXT,
  PRIMARY KEY (tenant_id, user_id)
) STRICT, WITHOUT ROWID;

-- What moderators and keepers of holds did; only ever added to.
CREATE TABLE chat_audit (
  tenant_id  BLOB NOT NULL,
  id         BLOB NOT NULL,
  area       TEXT NOT NULL,
  action     TEXT NOT NULL,
  by_user    BLOB,
  room_id    BLOB,
  seq        INTEGER,
  user_id    BLOB,
  note       TEXT NOT NULL,
  at         TEXT NOT NULL,
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX chat_audit_by_area ON chat_audit (tenant_id, area, id);

-- While a hold is in force nothing that it covers is destroyed.
CREATE TABLE chat_holds (
  tenant_id   BLOB NOT NULL,
  id          BLOB NOT NULL,
  name        TEXT NOT NULL,
  reason      TEXT NOT NULL,
  from_at     TEXT,
  until_at    TEXT,
  created_by  BLOB,
  created_at  TEXT NOT NULL,
  released_by BLOB,
  released_at TEXT,
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

-- A room or a person of a hold; `id_text` is how the people of a conversation are written.
CREATE TABLE chat_hold_subjects (
  tenant_id BLOB NOT NULL,
  hold_id   BLOB NOT NULL,
  kind      TEXT NOT NULL,
  subject   BLOB NOT NULL,
  id_text   TEXT NOT NULL,
  PRIMARY KEY (tenant_id, hold_id, kind, subject)
) STRICT, WITHOUT ROWID;

-- What else a message held before it was edited or deleted.
ALTER TABLE chat_edits ADD COLUMN extra TEXT;

-- Grows with every change, so that two devices do not undo each other's.
ALTER TABLE chat_people ADD COLUMN version INTEGER NOT NULL DEFAULT 0;

-- Pushes wait until then. Quiet hours of chat become those of notifications; the columns of chat_people
-- are read no more.
ALTER TABLE notification_settings ADD COLUMN paused_until TEXT;
INSERT INTO notification_settings (tenant_id, user_id, quiet_from, quiet_to, time_zone, digest, paused_until)
  SELECT tenant_id, user_id, CASE WHEN dnd_to IS NOT NULL THEN dnd_from END,
         CASE WHEN dnd_from IS NOT NULL THEN dnd_to END, NULL, 'off', dnd_until FROM chat_people
   WHERE dnd_until IS NOT NULL OR (dnd_from IS NOT NULL AND dnd_to IS NOT NULL)
  ON CONFLICT (tenant_id, user_id) DO UPDATE SET
    quiet_from = coalesce(notification_settings.quiet_from, excluded.quiet_from),
    quiet_to = coalesce(notification_settings.quiet_to, excluded.quiet_to),
    paused_until = excluded.paused_until;
