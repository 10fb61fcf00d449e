-- The append log per entity, its snapshots, events that wait for delivery, and the tenant's key.
CREATE TABLE log (
  tenant_id uuid NOT NULL,
  entity    uuid NOT NULL,
  seq       bigint NOT NULL,
  kind      text NOT NULL,
  author    uuid,
  data      bytea NOT NULL,
  at        timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, entity, seq)
);

CREATE TABLE snapshots (
  tenant_id uuid NOT NULL,
  entity    uuid NOT NULL,
  seq       bigint NOT NULL,
  data      bytea NOT NULL,
  PRIMARY KEY (tenant_id, entity)
);

CREATE TABLE outbox (
  id        bigint GENERATED ALWAYS AS IDENTITY,
  tenant_id uuid NOT NULL,
  entity    uuid NOT NULL,
  seq       bigint NOT NULL,
  kind      text NOT NULL,
  data      jsonb NOT NULL,
  at        timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id)
);

CREATE TABLE tenant_keys (
  tenant_id uuid NOT NULL PRIMARY KEY,
  wrapped   bytea NOT NULL
);

-- Which tenants have events that wait, and nothing else of them: the one question that crosses
-- tenants. Works as the owner, who is the only one whom a policy of its own lets through.
CREATE POLICY waiting ON outbox FOR SELECT TO CURRENT_USER USING (true);
CREATE FUNCTION outbox_tenants() RETURNS TABLE (tenant_id uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
  AS 'SELECT DISTINCT o.tenant_id FROM outbox o ORDER BY 1';
