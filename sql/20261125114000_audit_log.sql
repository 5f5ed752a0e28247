-- // Who has changed what.

-- One row per call that changes something, written before the change; what became of it is written after.
create table audit_log (
  id uuid primary key,
  at timestamptz not null default now(),
  who text not null,
  address text,
  action text not null,
  tenant text,
  thing text,
  status smallint,
  before text,
  after text,
  trace text
);

create index audit_log_tenant on audit_log (tenant, id);

comment on column audit_log.status is 'what was answered; null when the node died before it could say';
comment on column audit_log.before is 'JSON of what was there, as it was read just before';
comment on column audit_log.after is 'JSON of what is there then, or of what was done';

-- //@UNDO

drop table audit_log;
