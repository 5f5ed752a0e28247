-- // Keys that open the API.

-- A key that was revoked or is over stays, so that all nodes hear of it and people can ask who it was.
create table api_keys (
  id uuid primary key,
  prefix text not null unique,
  hash bytea not null,
  tenant text,
  role text not null,
  name text not null,
  payloads boolean not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  revoked_at timestamptz,
  last_used_at timestamptz,
  updated_at timestamptz not null default now(),
  constraint a_whole_hash check (length(hash) = 32)
);

comment on column api_keys.hash is 'SHA-256 of the key, which is kept nowhere';
comment on column api_keys.tenant is 'whose jobs it is for, null for those of all tenants';

-- //@UNDO

drop table api_keys;
