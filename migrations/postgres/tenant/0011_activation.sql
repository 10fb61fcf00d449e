-- What an activation has brought besides people: records it made, connections to other services, domains,
-- assistants. Secrets are sealed with the tenant's key.
CREATE TABLE record_seeds (
  tenant_id uuid NOT NULL,
  record    uuid NOT NULL,
  kind      text NOT NULL,
  place     bigint NOT NULL,
  sample    boolean NOT NULL,
  -- Of what the document said, to see when it says something else.
  digest    text NOT NULL,
  PRIMARY KEY (tenant_id, record)
);

CREATE TABLE integrations (
  tenant_id  uuid NOT NULL,
  name       text NOT NULL,
  provider   text NOT NULL,
  sealed     bytea NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, name)
);

CREATE TABLE tenant_domains (
  tenant_id   uuid NOT NULL,
  host        text NOT NULL,
  mail        boolean NOT NULL,
  -- The key that signs mail.
  public      bytea NOT NULL,
  sealed      bytea NOT NULL,
  added_at    timestamptz NOT NULL,
  verified_at timestamptz,
  PRIMARY KEY (tenant_id, host)
);

CREATE TABLE assistants (
  tenant_id    uuid NOT NULL,
  name         text NOT NULL,
  instructions text NOT NULL,
  enabled      boolean NOT NULL,
  PRIMARY KEY (tenant_id, name)
);
