-- Bookmarks of rooms, reports of messages, bans and mutes, legal holds, and what was done about them.
CREATE TABLE chat_bookmarks (
  tenant_id  uuid NOT NULL,
  room_id    uuid NOT NULL,
  id         uuid NOT NULL,
  place      bigint NOT NULL,
  title      TEXT NOT NULL,
  url        TEXT NOT NULL,
  emoji      TEXT NOT NULL,
  by_user    uuid,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, room_id, id)
);

-- Rooms whose bookmarks only those who manage them change.
CREATE TABLE chat_bookmark_rules (
  tenant_id     uuid NOT NULL,
  room_id       uuid NOT NULL,
  managers_only boolean NOT NULL,
  PRIMARY KEY (tenant_id, room_id)
);

-- A message that somebody has reported, as it was when it was reported first.
CREATE TABLE chat_cases (
  tenant_id   uuid NOT NULL,
  id          uuid NOT NULL,
  room_id     uuid NOT NULL,
  seq         bigint NOT NULL,
  author      uuid,
  author_name TEXT NOT NULL,
  body        TEXT NOT NULL,
  said_at     timestamptz NOT NULL,
  opened_at   timestamptz NOT NULL,
  resolved_at timestamptz,
  resolved_by uuid,
  outcome     TEXT,
  note        TEXT,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX chat_cases_by_message ON chat_cases (tenant_id, room_id, seq);
CREATE INDEX chat_cases_open ON chat_cases (tenant_id, id) WHERE resolved_at IS NULL;

CREATE TABLE chat_reports (
  tenant_id uuid NOT NULL,
  case_id   uuid NOT NULL,
  by_user   uuid NOT NULL,
  reason    TEXT NOT NULL,
  at        timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, case_id, by_user)
);
CREATE INDEX chat_reports_by_user ON chat_reports (tenant_id, by_user, at);

-- Who may not be in a room.
CREATE TABLE chat_bans (
  tenant_id uuid NOT NULL,
  room_id   uuid NOT NULL,
  user_id   uuid NOT NULL,
  reason    TEXT NOT NULL,
  by_user   uuid,
  at        timestamptz NOT NULL,
  until     timestamptz,
  PRIMARY KEY (tenant_id, room_id, user_id)
);
CREATE INDEX chat_bans_by_user ON chat_bans (tenant_id, user_id);

-- Who may read and not write, in the whole business.
CREATE TABLE chat_mutes (
  tenant_id uuid NOT NULL,
  user_id   uuid NOT NULL,
  reason    TEXT NOT NULL,
  by_user   uuid,
  at        timestamptz NOT NULL,
  until     timestamptz,
  PRIMARY KEY (tenant_id, user_id)
);

-- What moderators and keepers of holds did; only ever added to.
CREATE TABLE chat_audit (
  tenant_id  uuid NOT NULL,
  id         uuid NOT NULL,
  area       TEXT NOT NULL,
  action     TEXT NOT NULL,
  by_user    uuid,
  room_id    uuid,
  seq        bigint,
  user_id    uuid,
  note       TEXT NOT NULL,
  at         timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX chat_audit_by_area ON chat_audit (tenant_id, area, id);

-- While a hold is in force nothing that it covers is destroyed.
CREATE TABLE chat_holds (
  tenant_id   uuid NOT NULL,
  id          uuid NOT NULL,
  name        TEXT NOT NULL,
  reason      TEXT NOT NULL,
  from_at     timestamptz,
  until_at    timestamptz,
  created_by  uuid,
  created_at  timestamptz NOT NULL,
  released_by uuid,
  released_at timestamptz,
  PRIMARY KEY (tenant_id, id)
);

-- A room or a person of a hold; `id_text` is how the people of a conversation are written.
CREATE TABLE chat_hold_subjects (
  tenant_id uuid NOT NULL,
  hold_id   uuid NOT NULL,
  kind      TEXT NOT NULL,
  subject   uuid NOT NULL,
  id_text   TEXT NOT NULL,
  PRIMARY KEY (tenant_id, hold_id, kind, subject)
);

-- What else a message held before it was edited or deleted.
ALTER TABLE chat_edits ADD COLUMN extra jsonb;

-- Grows with every change, so that two devices do not undo each other's.
ALTER TABLE chat_people ADD COLUMN version bigint NOT NULL DEFAULT 0;

-- The owner copies for all tenants at once, which forced row level security would hide from it.
ALTER TABLE chat_people NO FORCE ROW LEVEL SECURITY;
ALTER TABLE notification_settings NO FORCE ROW LEVEL SECURITY;

-- Pushes wait until then. Quiet hours of chat become those of notifications; the columns of chat_people
-- are read no more.
ALTER TABLE notification_settings ADD COLUMN paused_until timestamptz;
INSERT INTO notification_settings (tenant_id, user_id, quiet_from, quiet_to, time_zone, digest, paused_until)
  SELECT tenant_id, user_id, CASE WHEN dnd_to IS NOT NULL THEN dnd_from END,
         CASE WHEN dnd_from IS NOT NULL THEN dnd_to END, NULL, 'off', dnd_until FROM chat_people
   WHERE dnd_until IS NOT NULL OR (dnd_from IS NOT NULL AND dnd_to IS NOT NULL)
  ON CONFLICT (tenant_id, user_id) DO UPDATE SET
    quiet_from = coalesce(notification_settings.quiet_from, excluded.quiet_from),
    quiet_to = coalesce(notification_settings.quiet_to, excluded.quiet_to),
    paused_until = excluded.paused_until;
ALTER TABLE chat_people FORCE ROW LEVEL SECURITY;
ALTER TABLE notification_settings FORCE ROW LEVEL SECURITY;
