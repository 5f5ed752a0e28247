-- // Shares of tenants.

alter table tenants
  add column weight integer not null default 1,
  add constraint some_weight check (weight between 1 and 1000);

comment on column tenants.weight is 'its share of the slots, against the weights of all who wait';

-- //@UNDO

alter table tenants
  drop constraint some_weight,
  drop column weight;
