-- // Circuit breakers.

-- One row per circuit that has been open lately, or that somebody has overridden: what is closed and was not
-- open for a day has none. Nodes measure, each for itself; what is open is open for all of them.
create table circuits (
  name text primary key,
  state text not null,
  opened_at timestamptz,
  until timestamptz,
  openings integer not null default 0,
  probes uuid[] not null default '{}',
  wanted integer not null default 0,
  passed integer not null default 0,
  by_whom text,
  why text,
  updated_at timestamptz not null default now(),
  constraint known_state
    check (state in ('closed', 'open', 'half_open', 'forced_open', 'forced_closed'))
);

comment on column circuits.until is 'when it is tried again, or when the probes count as lost, or when an override ends';
comment on column circuits.openings is 'times in a row that it has opened; the wait grows with them';
comment on column circuits.wanted is 'probes that have to succeed for it to close';

-- //@UNDO

drop table circuits;
