-- A password that an administrator has handed out: it opens nothing but the choice of one's own, until this time.
alter table account add column one_time_until timestamptz;
