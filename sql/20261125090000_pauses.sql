-- // Pauses of tenants, types and priorities.

-- One row per thing that was ever paused. One that goes on stays as a row that is gone, so that all nodes
-- hear of it.
create table pauses (
  kind text not null,
  name text not null,
  by_whom text,
  why text,
  since timestamptz not null default now(),
  until timestamptz,
  gone boolean not null default false,
  updated_at timestamptz not null default now(),
  primary key (kind, name)
);

-- //@UNDO

drop table pauses;
