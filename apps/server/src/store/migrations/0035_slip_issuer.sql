-- Who handed out an account's password, and when: shown, and not who agrees to the holder's first or next factor.
alter table account add column issued_by uuid;
alter table account add column issued_at timestamptz;
alter table account add foreign key (school_id, issued_by) references staff (school_id, staff_id);
