-- Groups of people, nested; the inbox of each person, what they want to hear of, and pushes on their way.
CREATE TABLE people_groups (
  tenant_id  BLOB NOT NULL,
  id         BLOB NOT NULL,
  name       TEXT NOT NULL,
  handle     TEXT NOT NULL,
  created_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, handle)
) STRICT, WITHOUT ROWID;

CREATE TABLE people_group_members (
  tenant_id BLOB NOT NULL,
  group_id  BLOB NOT NULL,
  kind      TEXT NOT NULL,
  member_id BLOB NOT NULL,
  PRIMARY KEY (tenant_id, group_id, kind, member_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX people_group_members_by_member ON people_group_members (tenant_id, member_id);

CREATE TABLE notifications (
  tenant_id  BLOB NOT NULL,
  user_id    BLOB NOT NULL,
  id         BLOB NOT NULL,
  kind       TEXT NOT NULL,
  actor      BLOB,
  actor_name TEXT NOT NULL,
  title      TEXT NOT NULL,
  body       TEXT NOT NULL,
  place      TEXT NOT NULL,
  link       TEXT NOT NULL,
  bundle     TEXT,
  once       TEXT,
  shown      INTEGER NOT NULL,
  created_at TEXT NOT NULL,
  read_at    TEXT,
  PRIMARY KEY (tenant_id, user_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX notifications_unread ON notifications (tenant_id, user_id, id) WHERE read_at IS NULL;
CREATE INDEX notifications_read ON notifications (tenant_id, read_at) WHERE read_at IS NOT NULL;
CREATE INDEX notifications_by_bundle ON notifications (tenant_id, user_id, bundle)
  WHERE read_at IS NULL AND bundle IS NOT NULL;
CREATE UNIQUE INDEX notifications_once ON notifications (tenant_id, user_id, once) WHERE once IS NOT NULL;

-- What somebody has chosen themselves; `subject` is `kind.mention`, `place.chat`.
CREATE TABLE notification_choices (
  tenant_id BLOB NOT NULL,
  user_id   BLOB NOT NULL,
  subject   TEXT NOT NULL,
  channel   TEXT NOT NULL,
  chosen    INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, user_id, subject, channel)
) STRICT, WITHOUT ROWID;

CREATE TABLE notification_settings (
  tenant_id  BLOB NOT NULL,
  user_id    BLOB NOT NULL,
  quiet_from TEXT,
  quiet_to   TEXT,
  time_zone  TEXT,
  digest     TEXT NOT NULL,
  PRIMARY KEY (tenant_id, user_id)
) STRICT, WITHOUT ROWID;

-- The key by which push services know this business, sealed.
CREATE TABLE push_keys (
  tenant_id BLOB NOT NULL PRIMARY KEY,
  public    BLOB NOT NULL,
  sealed    BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE push_subscriptions (
  tenant_id  BLOB NOT NULL,
  id         BLOB NOT NULL,
  user_id    BLOB NOT NULL,
  endpoint   TEXT NOT NULL,
  p256dh     BLOB NOT NULL,
  auth       BLOB NOT NULL,
  created_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, endpoint)
) STRICT, WITHOUT ROWID;
CREATE INDEX push_subscriptions_by_user ON push_subscriptions (tenant_id, user_id);

CREATE TABLE push_queue (
  tenant_id       BLOB NOT NULL,
  notification_id BLOB NOT NULL,
  subscription_id BLOB NOT NULL,
  user_id         BLOB NOT NULL,
  urgent          INTEGER NOT NULL,
  bundle          TEXT,
  payload         TEXT NOT NULL,
  attempts        INTEGER NOT NULL,
  created_at      TEXT NOT NULL,
  due_at          TEXT NOT NULL,
  PRIMARY KEY (tenant_id, notification_id, subscription_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX push_queue_by_time ON push_queue (tenant_id, due_at);
CREATE INDEX push_queue_by_user ON push_queue (tenant_id, user_id);
