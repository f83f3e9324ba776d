-- A signing service may ask for what its person types here (PIN, one-time code). What is asked for is kept with the order;
-- what is typed is not kept anywhere.
alter table signing_order drop constraint signing_order_confirm_at_check;
alter table signing_order add constraint signing_order_confirm_at_check
  check (confirm_at in ('phone', 'page', 'agent', 'secret'));
alter table signing_order add column asks jsonb;
