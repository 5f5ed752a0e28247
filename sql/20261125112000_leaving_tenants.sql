-- // Tenants that are being deleted.

alter table tenants
  add column leaving_at timestamptz;

comment on column tenants.leaving_at is 'since when it is being deleted, null while it is not';

-- //@UNDO

alter table tenants
  drop column leaving_at;
