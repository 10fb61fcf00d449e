-- Nothing has used this table yet. A view is a person's own, or shared with a team, or with everyone.
DROP TABLE record_views;
CREATE TABLE record_views (
  tenant_id  uuid NOT NULL,
  id         uuid NOT NULL,
  -- The type whose list it shows.
  kind       text NOT NULL,
  -- Whose own it is; none of both: everyone's.
  owner      uuid,
  team       uuid,
  name       text NOT NULL,
  place      bigint NOT NULL,
  -- Whether the list opens with it.
  opens      boolean NOT NULL,
  definition jsonb NOT NULL,
  version    bigint NOT NULL,
  changed_by uuid,
  changed_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX record_views_by_kind ON record_views (tenant_id, kind, place);

-- Webhooks of records.
CREATE TABLE record_hooks (
  tenant_id  uuid NOT NULL,
  -- That of its endpoint.
  id         uuid NOT NULL,
  owner      uuid NOT NULL,
  definition jsonb NOT NULL,
  -- The last event that was queued for it or passed over.
  seq        bigint NOT NULL,
  PRIMARY KEY (tenant_id, id)
);

-- Nothing has used this table yet. The file itself is a blob; one that was removed can come back.
DROP TABLE record_files;
CREATE TABLE record_files (
  tenant_id  uuid NOT NULL,
  id         uuid NOT NULL,
  record     uuid NOT NULL,
  hash       text NOT NULL,
  name       text NOT NULL,
  media_type text NOT NULL,
  size       bigint NOT NULL,
  -- Of a picture.
  width      bigint,
  height     bigint,
  added_by   uuid,
  added_at   timestamptz NOT NULL,
  removed_at timestamptz,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX record_files_by_record ON record_files (tenant_id, record, id);
