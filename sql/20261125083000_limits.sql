-- // Limits of types, of rate keys and of concurrency keys.

alter table tenants
  add column running integer,
  add constraint some_running check (running >= 0);

comment on column tenants.running is 'jobs that may run at once, null for no limit';

alter table jobs
  add column rate_key text,
  add column cost smallint,
  add column concurrency_key text;

comment on column jobs.cost is 'tokens that a start takes, null for one';

-- One row per limit that somebody has set. A limit that is gone stays, so that all nodes hear of it.
-- Limits of types are for all tenants together: their tenant is empty.
create table limits (
  kind text not null,
  tenant text not null,
  name text not null,
  rate double precision,
  burst integer,
  running integer,
  strategy text not null,
  gone boolean not null default false,
  updated_at timestamptz not null default now(),
  primary key (kind, tenant, name),
  constraint rate_with_burst check ((rate is null) = (burst is null))
);

-- Ready jobs that wait for one thing: tokens or slots of a limit, a circuit, a pause. Rows as those of
-- the backlog, found by what they wait for.
create table held (
  reason text not null,
  priority smallint not null,
  tenant text not null,
  first uuid not null,
  jobs uuid[] not null,
  attempts integer[] not null,
  primary key (reason, priority, tenant, first)
);

create index held_tenant on held (tenant, priority);

alter table held alter column jobs set storage external;

-- One row per job with a concurrency key that has not ended, in the order in which they came. Only a job
-- that was called may be claimed: calling as many as the limit allows is what keeps it.
create table lanes (
  tenant text not null,
  key text not null,
  place bigint generated always as identity,
  job uuid not null unique,
  called boolean not null default false,
  primary key (tenant, key, place)
);

create index lanes_called on lanes (tenant, key) where called;

-- //@UNDO

drop table lanes, held, limits;
alter table jobs
  drop column rate_key,
  drop column cost,
  drop column concurrency_key;
alter table tenants
  drop constraint some_running,
  drop column running;
