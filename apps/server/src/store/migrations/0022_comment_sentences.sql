-- Sentences that a school or one of its staff keeps to start comments from. No part of any record and no evidence of
-- anything: who keeps one may take it away again. `staff_id` is null in the school's own bank.

create table comment_sentence (
  school_id bigint not null references school (school_id),
  sentence_id uuid not null,
  staff_id uuid,
  item text not null check (item like '%.comment'),
  -- the grades of the band that it was written for
  grades smallint[] not null check (cardinality(grades) > 0),
  -- a subject's or trait's level, or a result; null where it fits any
  level text,
  trait text,
  sentence text not null check (char_length(sentence) between 1 and 400),
  added_by uuid not null,
  added_at timestamptz not null,
  primary key (school_id, sentence_id),
  unique nulls not distinct (school_id, staff_id, item, grades, level, sentence),
  foreign key (school_id, staff_id) references staff (school_id, staff_id)
);

grant select, insert, delete on comment_sentence to hocba_app;
alter table comment_sentence enable row level security;
create policy of_school on comment_sentence
  using (school_id = nullif(current_setting('app.school_id', true), '')::bigint)
  with check (school_id = nullif(current_setting('app.school_id', true), '')::bigint);
