-- // What recovery, uniqueness, cancelling and dead letters need.

alter table jobs
  add column expires_at timestamptz,
  add column deadline_at timestamptz,
  add column heartbeat_ms bigint,
  add column checkpoint text;

comment on column jobs.expires_at is 'a job that has not begun by then fails as EXPIRED';
comment on column jobs.deadline_at is 'a job that has not ended by then fails as DEADLINE';
comment on column jobs.heartbeat_ms is 'an attempt that is silent for so long fails as HEARTBEAT';
comment on column jobs.report is 'JSON object: progress and log lines of the latest attempts';
comment on column jobs.checkpoint is 'JSON that a handler left for its next attempt';

-- Jobs that a clock ends, if they are still waiting then. A row goes when its time has come.
create table expiries (
  due_at timestamptz not null,
  job uuid not null,
  primary key (due_at, job)
);

-- One row per key in use. The hash is that of the request that used it first.
create table idempotency_keys (
  tenant text not null,
  key text not null,
  job uuid not null,
  request bytea not null,
  expires_at timestamptz not null,
  primary key (tenant, key)
);

create index idempotency_keys_expiry on idempotency_keys (expires_at);

-- One row per unique thing: the job that stands for it, and for how long at the least.
create table unique_jobs (
  tenant text not null,
  key bytea not null,
  job uuid not null,
  states job_state[] not null,
  until timestamptz,
  primary key (tenant, key)
);

-- Running jobs that are to end. A row goes when its attempt has ended.
create table cancellations (
  job uuid primary key,
  node integer not null,
  attempt integer not null,
  reason text not null,
  grace_ms bigint not null,
  requested_at timestamptz not null default now()
);

create index cancellations_node on cancellations (node);

-- Failed jobs until they are retried or discarded.
create table dead_letters (
  tenant text not null,
  job uuid not null,
  type text not null,
  category text not null,
  fingerprint text not null,
  message text not null,
  failed_at timestamptz not null,
  primary key (tenant, job)
);

create index dead_letters_fingerprint on dead_letters (tenant, fingerprint, job);

-- The fingerprint of what the engine itself decides: one cause for each type and category. The same
-- as Fingerprint.of(type, category) in Java.
create function engine_fingerprint(type text, category text) returns text
  language sql immutable
  return left(encode(sha256(convert_to(type || chr(10) || category, 'UTF8')), 'hex'), 16);

-- The errors of a job, with one behind them that the engine itself decided; the newest 20.
create function errors_with(
    errors text, attempt integer, type text, category text, message text) returns text
  language sql stable
as $$
  select json_agg(error order by number)::text
    from (
      select error, number
        from json_array_elements(coalesce($1, '[]')::json) with ordinality as known(error, number)
       union all
      select json_build_object(
               'attempt', $2,
               'at', to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
               'category', $4, 'message', $5, 'fingerprint', engine_fingerprint($3, $4)),
             2147483647
       order by number desc
       limit 20) newest
$$;

-- The letter of a job that has just failed, made from the last of its errors.
create function dead_letter(tenant text, job uuid, type text, errors text)
  returns setof dead_letters
  language sql stable
as $$
  select $1, $2, $3, category,
         coalesce(error ->> 'fingerprint', engine_fingerprint($3, category)),
         left(coalesce(error ->> 'message', ''), 500),
         now()
    from (
      select error, coalesce(error ->> 'category', 'HANDLER_ERROR') as category
        from (
          select (select error
                    from json_array_elements(coalesce($4, '[]')::json) with ordinality
                      as known(error, number)
                   order by number desc
                   limit 1) as error) newest) last
$$;

-- Commands to retry many dead letters, worked off by the leader at their rate.
create table redrives (
  id uuid primary key,
  tenant text not null,
  filter text not null,
  rate double precision not null,
  stop_after_failures integer,
  state text not null,
  moved integer not null default 0,
  failed integer not null default 0,
  undone integer not null default 0,
  place uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

-- What a redrive has sent on its way and has not ended yet, so that its failures are counted and it
-- can be undone. A row goes when its job has ended or was undone.
create table redriven (
  redrive uuid not null references redrives (id) on delete cascade,
  job uuid not null,
  attempt integer not null,
  letter text not null,
  primary key (redrive, job)
);

-- //@UNDO

drop function dead_letter, errors_with, engine_fingerprint;
drop table redriven, redrives, dead_letters, cancellations, unique_jobs, idempotency_keys, expiries;
alter table jobs
  drop column expires_at,
  drop column deadline_at,
  drop column heartbeat_ms,
  drop column checkpoint;
