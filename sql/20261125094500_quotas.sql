-- // Quotas of tenants.

alter table tenants
  add column quota_pending bigint,
  add column quota_per_day bigint,
  add column quota_bytes bigint,
  add column quota_payload_bytes integer;

comment on column tenants.quota_pending is 'jobs that may wait, null for as many as there are';
comment on column tenants.quota_bytes is 'bytes of payloads a day';

-- What tenants with a quota for a day have submitted on it, in UTC.
create table tenant_usage (
  tenant text not null,
  day date not null,
  jobs bigint not null default 0,
  bytes bigint not null default 0,
  primary key (tenant, day)
);

-- //@UNDO

drop table tenant_usage;
alter table tenants
  drop column quota_pending,
  drop column quota_per_day,
  drop column quota_bytes,
  drop column quota_payload_bytes;
