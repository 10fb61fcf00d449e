-- Records of business modules. `fields` is the record; `t1`… and `n1`… are the values that its type sorts and
-- filters by, `words` what full-text search looks at. A deleted record keeps its fields and has none of these.
CREATE TABLE records (
  tenant_id   uuid NOT NULL,
  id          uuid NOT NULL,
  kind        text NOT NULL,
  version     bigint NOT NULL,
  -- The event that changed it last.
  seq         bigint NOT NULL,
  state       text NOT NULL,
  owner       uuid,
  created_at  timestamptz NOT NULL,
  created_by  uuid,
  updated_at  timestamptz NOT NULL,
  updated_by  uuid,
  deleted_at  timestamptz,
  merged_into uuid,
  fields      jsonb NOT NULL,
  words       text NOT NULL,
  t1 text COLLATE "C", t2 text COLLATE "C", t3 text COLLATE "C", t4 text COLLATE "C", t5 text COLLATE "C", t6 text COLLATE "C", t7 text COLLATE "C", t8 text COLLATE "C",
  t9 text COLLATE "C", t10 text COLLATE "C", t11 text COLLATE "C", t12 text COLLATE "C", t13 text COLLATE "C", t14 text COLLATE "C", t15 text COLLATE "C", t16 text COLLATE "C",
  n1 bigint, n2 bigint, n3 bigint, n4 bigint, n5 bigint, n6 bigint, n7 bigint, n8 bigint,
  n9 bigint, n10 bigint, n11 bigint, n12 bigint, n13 bigint, n14 bigint, n15 bigint, n16 bigint,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX records_by_kind ON records (tenant_id, kind, id) WHERE deleted_at IS NULL;
CREATE INDEX records_by_owner ON records (tenant_id, kind, owner, id) WHERE deleted_at IS NULL;
CREATE INDEX records_by_state ON records (tenant_id, kind, state, id) WHERE deleted_at IS NULL;
CREATE INDEX records_by_update ON records (tenant_id, kind, updated_at, id) WHERE deleted_at IS NULL;
CREATE INDEX records_deleted ON records (tenant_id, kind, deleted_at, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX records_t1 ON records (tenant_id, kind, t1, id) WHERE t1 IS NOT NULL;
CREATE INDEX records_t2 ON records (tenant_id, kind, t2, id) WHERE t2 IS NOT NULL;
CREATE INDEX records_t3 ON records (tenant_id, kind, t3, id) WHERE t3 IS NOT NULL;
CREATE INDEX records_t4 ON records (tenant_id, kind, t4, id) WHERE t4 IS NOT NULL;
CREATE INDEX records_t5 ON records (tenant_id, kind, t5, id) WHERE t5 IS NOT NULL;
CREATE INDEX records_t6 ON records (tenant_id, kind, t6, id) WHERE t6 IS NOT NULL;
CREATE INDEX records_t7 ON records (tenant_id, kind, t7, id) WHERE t7 IS NOT NULL;
CREATE INDEX records_t8 ON records (tenant_id, kind, t8, id) WHERE t8 IS NOT NULL;
CREATE INDEX records_t9 ON records (tenant_id, kind, t9, id) WHERE t9 IS NOT NULL;
CREATE INDEX records_t10 ON records (tenant_id, kind, t10, id) WHERE t10 IS NOT NULL;
CREATE INDEX records_t11 ON records (tenant_id, kind, t11, id) WHERE t11 IS NOT NULL;
CREATE INDEX records_t12 ON records (tenant_id, kind, t12, id) WHERE t12 IS NOT NULL;
CREATE INDEX records_t13 ON records (tenant_id, kind, t13, id) WHERE t13 IS NOT NULL;
CREATE INDEX records_t14 ON records (tenant_id, kind, t14, id) WHERE t14 IS NOT NULL;
CREATE INDEX records_t15 ON records (tenant_id, kind, t15, id) WHERE t15 IS NOT NULL;
CREATE INDEX records_t16 ON records (tenant_id, kind, t16, id) WHERE t16 IS NOT NULL;
CREATE INDEX records_n1 ON records (tenant_id, kind, n1, id) WHERE n1 IS NOT NULL;
CREATE INDEX records_n2 ON records (tenant_id, kind, n2, id) WHERE n2 IS NOT NULL;
CREATE INDEX records_n3 ON records (tenant_id, kind, n3, id) WHERE n3 IS NOT NULL;
CREATE INDEX records_n4 ON records (tenant_id, kind, n4, id) WHERE n4 IS NOT NULL;
CREATE INDEX records_n5 ON records (tenant_id, kind, n5, id) WHERE n5 IS NOT NULL;
CREATE INDEX records_n6 ON records (tenant_id, kind, n6, id) WHERE n6 IS NOT NULL;
CREATE INDEX records_n7 ON records (tenant_id, kind, n7, id) WHERE n7 IS NOT NULL;
CREATE INDEX records_n8 ON records (tenant_id, kind, n8, id) WHERE n8 IS NOT NULL;
CREATE INDEX records_n9 ON records (tenant_id, kind, n9, id) WHERE n9 IS NOT NULL;
CREATE INDEX records_n10 ON records (tenant_id, kind, n10, id) WHERE n10 IS NOT NULL;
CREATE INDEX records_n11 ON records (tenant_id, kind, n11, id) WHERE n11 IS NOT NULL;
CREATE INDEX records_n12 ON records (tenant_id, kind, n12, id) WHERE n12 IS NOT NULL;
CREATE INDEX records_n13 ON records (tenant_id, kind, n13, id) WHERE n13 IS NOT NULL;
CREATE INDEX records_n14 ON records (tenant_id, kind, n14, id) WHERE n14 IS NOT NULL;
CREATE INDEX records_n15 ON records (tenant_id, kind, n15, id) WHERE n15 IS NOT NULL;
CREATE INDEX records_n16 ON records (tenant_id, kind, n16, id) WHERE n16 IS NOT NULL;
CREATE INDEX records_search ON records USING gin (to_tsvector('simple', words));

-- The values of links and of fields with several values, by which records are found.
CREATE TABLE record_values (
  tenant_id uuid NOT NULL,
  value     text NOT NULL,
  kind      text NOT NULL,
  field     text NOT NULL,
  record    uuid NOT NULL,
  PRIMARY KEY (tenant_id, value, kind, field, record)
);
CREATE INDEX record_values_by_record ON record_values (tenant_id, record);

-- Everything that has happened to records, in one order: history, time travel, undo, webhooks and modules
-- read it.
CREATE TABLE record_events (
  tenant_id uuid NOT NULL,
  seq       bigint NOT NULL,
  record    uuid NOT NULL,
  kind      text NOT NULL,
  version   bigint NOT NULL,
  name      text NOT NULL,
  at        timestamptz NOT NULL,
  actor     uuid,
  via       text NOT NULL,
  -- Everything that one request or import did.
  batch     uuid NOT NULL,
  changes   jsonb NOT NULL,
  PRIMARY KEY (tenant_id, seq)
);
CREATE INDEX record_events_by_record ON record_events (tenant_id, record, seq);
CREATE INDEX record_events_by_batch ON record_events (tenant_id, batch, seq);
CREATE INDEX record_events_by_kind ON record_events (tenant_id, kind, seq);
-- What commands have told: rules look for it by name.
CREATE INDEX record_events_told ON record_events (tenant_id, name, seq)
  WHERE name NOT IN ('created', 'changed', 'deleted', 'restored', 'merged');
CREATE INDEX record_events_by_actor ON record_events (tenant_id, actor, seq);

-- The number of the last event, and how far each consumer of events has come.
CREATE TABLE record_cursors (
  tenant_id uuid NOT NULL,
  name      text NOT NULL,
  seq       bigint NOT NULL,
  PRIMARY KEY (tenant_id, name)
);

-- Types and fields of the tenant's own.
CREATE TABLE record_kinds (
  tenant_id  uuid NOT NULL,
  name       text NOT NULL,
  definition jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, name)
);

CREATE TABLE record_fields (
  tenant_id  uuid NOT NULL,
  kind       text NOT NULL,
  name       text NOT NULL,
  position   bigint NOT NULL,
  slot       text,
  definition jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, kind, name)
);

-- What roles and groups may do with records of a type.
CREATE TABLE record_policies (
  tenant_id  uuid NOT NULL,
  kind       text NOT NULL,
  subject    text NOT NULL,
  definition jsonb NOT NULL,
  PRIMARY KEY (tenant_id, kind, subject)
);

-- How lists are looked at: by one person, or by everyone.
CREATE TABLE record_views (
  tenant_id  uuid NOT NULL,
  id         uuid NOT NULL,
  kind       text NOT NULL,
  owner      uuid,
  name       text NOT NULL,
  position   bigint NOT NULL,
  definition jsonb NOT NULL,
  version    bigint NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX record_views_by_kind ON record_views (tenant_id, kind);

CREATE TABLE record_comments (
  tenant_id  uuid NOT NULL,
  id         uuid NOT NULL,
  record     uuid NOT NULL,
  author     uuid NOT NULL,
  body       text NOT NULL,
  created_at timestamptz NOT NULL,
  edited_at  timestamptz,
  deleted_at timestamptz,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX record_comments_by_record ON record_comments (tenant_id, record, id);

CREATE TABLE record_files (
  tenant_id  uuid NOT NULL,
  record     uuid NOT NULL,
  hash       text NOT NULL,
  name       text NOT NULL,
  media_type text NOT NULL,
  size       bigint NOT NULL,
  added_by   uuid,
  added_at   timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, record, hash)
);

CREATE TABLE record_followers (
  tenant_id uuid NOT NULL,
  record    uuid NOT NULL,
  user_id   uuid NOT NULL,
  PRIMARY KEY (tenant_id, record, user_id)
);
CREATE INDEX record_followers_by_user ON record_followers (tenant_id, user_id);
