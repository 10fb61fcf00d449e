-- Files of records that people bring. `about` is what the file is, `settings` what its owner says of it,
-- `progress` how far it has come; `next` is the part with which a run goes on.
CREATE TABLE record_imports (
  tenant_id  uuid NOT NULL,
  id         uuid NOT NULL,
  kind       text NOT NULL,
  owner      uuid NOT NULL,
  name       text NOT NULL,
  state      text NOT NULL,
  about      jsonb NOT NULL,
  settings   jsonb NOT NULL,
  progress   jsonb NOT NULL,
  attempt    bigint NOT NULL,
  next       bigint NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX record_imports_by_kind ON record_imports (tenant_id, kind, id);

-- The rows of a file, some hundred at a time, deflated.
CREATE TABLE record_import_parts (
  tenant_id uuid NOT NULL,
  import    uuid NOT NULL,
  part      bigint NOT NULL,
  body      bytea NOT NULL,
  PRIMARY KEY (tenant_id, import, part)
);

-- Under which batches a run has written; undone from the last to the first.
CREATE TABLE record_import_batches (
  tenant_id uuid NOT NULL,
  import    uuid NOT NULL,
  nr        bigint NOT NULL,
  batch     uuid NOT NULL,
  PRIMARY KEY (tenant_id, import, nr)
);

-- Rows that were left out, and why.
CREATE TABLE record_import_faults (
  tenant_id uuid NOT NULL,
  import    uuid NOT NULL,
  line      bigint NOT NULL,
  part      bigint NOT NULL,
  why       text NOT NULL,
  PRIMARY KEY (tenant_id, import, line)
);
