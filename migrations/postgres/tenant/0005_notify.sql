-- Groups of people, nested; the inbox of each person, what they want to hear of, and pushes on their way.
CREATE TABLE people_groups (
  tenant_id  uuid NOT NULL,
  id         uuid NOT NULL,
  name       text NOT NULL,
  handle     text NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, handle)
);

CREATE TABLE people_group_members (
  tenant_id uuid NOT NULL,
  group_id  uuid NOT NULL,
  kind      text NOT NULL,
  member_id uuid NOT NULL,
  PRIMARY KEY (tenant_id, group_id, kind, member_id)
);
CREATE INDEX people_group_members_by_member ON people_group_members (tenant_id, member_id);

CREATE TABLE notifications (
  tenant_id  uuid NOT NULL,
  user_id    uuid NOT NULL,
  id         uuid NOT NULL,
  kind       text NOT NULL,
  actor      uuid,
  actor_name text NOT NULL,
  title      text NOT NULL,
  body       text NOT NULL,
  place      text NOT NULL,
  link       text NOT NULL,
  bundle     text,
  once       text,
  shown      boolean NOT NULL,
  created_at timestamptz NOT NULL,
  read_at    timestamptz,
  PRIMARY KEY (tenant_id, user_id, id)
);
CREATE INDEX notifications_unread ON notifications (tenant_id, user_id, id) WHERE read_at IS NULL;
CREATE INDEX notifications_read ON notifications (tenant_id, read_at) WHERE read_at IS NOT NULL;
CREATE INDEX notifications_by_bundle ON notifications (tenant_id, user_id, bundle)
  WHERE read_at IS NULL AND bundle IS NOT NULL;
CREATE UNIQUE INDEX notifications_once ON notifications (tenant_id, user_id, once) WHERE once IS NOT NULL;

-- What somebody has chosen themselves; `subject` is `kind.mention`, `place.chat`.
CREATE TABLE notification_choices (
  tenant_id uuid NOT NULL,
  user_id   uuid NOT NULL,
  subject   text NOT NULL,
  channel   text NOT NULL,
  chosen    boolean NOT NULL,
  PRIMARY KEY (tenant_id, user_id, subject, channel)
);

CREATE TABLE notification_settings (
  tenant_id  uuid NOT NULL,
  user_id    uuid NOT NULL,
  quiet_from text,
  quiet_to   text,
  time_zone  text,
  digest     text NOT NULL,
  PRIMARY KEY (tenant_id, user_id)
);

-- The key by which push services know this business, sealed.
CREATE TABLE push_keys (
  tenant_id uuid NOT NULL PRIMARY KEY,
  public    bytea NOT NULL,
  sealed    bytea NOT NULL
);

CREATE TABLE push_subscriptions (
  tenant_id  uuid NOT NULL,
  id         uuid NOT NULL,
  user_id    uuid NOT NULL,
  endpoint   text NOT NULL,
  p256dh     bytea NOT NULL,
  auth       bytea NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, endpoint)
);
CREATE INDEX push_subscriptions_by_user ON push_subscriptions (tenant_id, user_id);

CREATE TABLE push_queue (
  tenant_id       uuid NOT NULL,
  notification_id uuid NOT NULL,
  subscription_id uuid NOT NULL,
  user_id         uuid NOT NULL,
  urgent          boolean NOT NULL,
  bundle          text,
  payload         text NOT NULL,
  attempts        bigint NOT NULL,
  created_at      timestamptz NOT NULL,
  due_at          timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, notification_id, subscription_id)
);
CREATE INDEX push_queue_by_time ON push_queue (tenant_id, due_at);
CREATE INDEX push_queue_by_user ON push_queue (tenant_id, user_id);
