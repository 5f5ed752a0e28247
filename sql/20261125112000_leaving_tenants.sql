-- // Tenants that are being deleted, and how long tenants keep their jobs.

alter table tenants
  add column leaving_at timestamptz,
  add column retention_ms bigint;

comment on column tenants.leaving_at is 'since when it is being deleted, null while it is not';
comment on column tenants.retention_ms is 'how long ended jobs are kept, null for as long as all';

-- //@UNDO

alter table tenants
  drop column leaving_at,
  drop column retention_ms;
