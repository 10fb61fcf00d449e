-- When a business that sleeps is to be woken next, and by which of its parts.
CREATE TABLE alarms (
  tenant_id BLOB NOT NULL,
  purpose   TEXT NOT NULL,
  due_at    TEXT NOT NULL,
  PRIMARY KEY (tenant_id, purpose)
) STRICT, WITHOUT ROWID;
CREATE INDEX alarms_by_time ON alarms (due_at);
