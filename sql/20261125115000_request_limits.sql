-- // How many requests a key may make.

alter table api_keys
  add column request_rate double precision,
  add column request_burst integer,
  add constraint a_whole_request_limit check ((request_rate is null) = (request_burst is null));

comment on column api_keys.request_rate is 'requests a second, null for as many as the settings say';
comment on column api_keys.request_burst is 'requests at once';

-- //@UNDO

alter table api_keys
  drop column request_rate,
  drop column request_burst;
