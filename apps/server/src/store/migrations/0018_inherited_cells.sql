-- A pupil who changes the class brings along what the old one wrote, as acts of a kind of their own.
alter table cell_act drop constraint cell_act_source_check;
alter table cell_act add constraint cell_act_source_check
  check (source in ('key', 'paste', 'fill', 'bank', 'excel', 'transfer'));
