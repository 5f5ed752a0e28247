-- // The jobs, and the narrow tables that find them.

create type job_state as enum (
  'SCHEDULED', 'BLOCKED', 'PENDING', 'RUNNING', 'RETRYING', 'SUCCEEDED', 'FAILED', 'CANCELLED');

-- A job's row changes no indexed column, ever: claim and finish are HOT updates.
-- Partitioned by the time inside the UUIDv7; the engine makes a partition a day, ahead of time.
create table jobs (
  id uuid not null,
  tenant text not null,
  type text not null,
  state job_state not null,
  priority smallint not null,
  attempt integer not null default 0,
  failures smallint not null default 0,
  crashes smallint not null default 0,
  max_attempts smallint not null,
  node integer,
  created_at timestamptz not null default now(),
  run_at timestamptz,
  started_at timestamptz,
  finished_at timestamptz,
  timeout_ms bigint,
  retry text,
  tags text[],
  trace text,
  payload text not null,
  result text,
  errors text,
  report text,
  primary key (id)
) partition by range (id);

create index jobs_tenant_id on jobs (tenant, id);

comment on column jobs.attempt is 'the fence: grows with every claim';
comment on column jobs.failures is 'attempts that count against max_attempts';
comment on column jobs.crashes is 'attempts whose node died';
comment on column jobs.retry is 'the job''s own retry policy as JSON, null for the default';
comment on column jobs.errors is 'JSON array, one object per failed attempt, oldest dropped';
comment on column jobs.report is 'JSON object: progress and log lines of the last attempt';

-- Waiting for room on the stream, in the order of their ids within a priority and tenant. A row
-- holds what came in together, at most some dozens of jobs; it is placed by the first of them.
create table backlog (
  priority smallint not null,
  tenant text not null,
  first uuid not null,
  jobs uuid[] not null,
  attempts integer[] not null,
  primary key (priority, tenant, first)
);

-- SCHEDULED and RETRYING jobs; the row stays until the job has become PENDING.
create table timers (
  due_at timestamptz not null,
  job uuid not null,
  attempt integer not null,
  primary key (due_at, job)
);

-- One row per batch of jobs that a stream does not know yet.
create table outbox (
  id uuid primary key,
  node integer not null,
  created_at timestamptz not null default now(),
  jobs uuid[] not null
);

-- One row per claimed batch; deleted when its last job has ended.
create table leases (
  id uuid primary key,
  node integer not null,
  created_at timestamptz not null default now(),
  jobs uuid[] not null
);

-- Ids of one millisecond hardly compress: trying costs more than it saves.
alter table outbox alter column jobs set storage external;
alter table leases alter column jobs set storage external;
alter table backlog alter column jobs set storage external;

create sequence node_ids as integer;

create table nodes (
  id integer primary key default nextval('node_ids'),
  name text not null,
  roles text not null,
  started_at timestamptz not null default now(),
  heartbeat_at timestamptz not null default now()
);

-- Who does what only one node may do; the term grows with every change of hands.
create table leaders (
  duty text primary key,
  node integer not null,
  term bigint not null,
  until timestamptz not null
);

-- A rate of null is no limit.
create table tenants (
  id text primary key,
  rate double precision,
  burst integer,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint rate_with_burst check ((rate is null) = (burst is null))
);

insert into tenants (id) values ('default');

-- //@UNDO

drop table tenants, leaders, nodes, leases, outbox, timers, backlog, jobs;
drop sequence node_ids;
drop type job_state;
