-- When a business that sleeps is to be woken next, and by which of its parts.
CREATE TABLE alarms (
  tenant_id uuid NOT NULL,
  purpose   text NOT NULL,
  due_at    timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, purpose)
);
CREATE INDEX alarms_by_time ON alarms (due_at);
