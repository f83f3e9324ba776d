-- Schools, people and accounts. Every tenant table leads with school_id in every key, so that the same
-- migrations serve one PC, one server and a Citus cluster. What must be unique in the country stands in
-- small registry tables of its own.

create table school (
  school_id bigint primary key,
  code text not null unique,
  name text not null,
  province_office_code text not null,
  province_office_name text not null,
  commune_name text not null,
  district_name text,
  province_name text not null,
  issue_place text not null,
  tax_code text not null,
  training boolean not null,
  created_at timestamptz not null default now()
);

create table staff (
  school_id bigint not null references school (school_id),
  staff_id uuid not null,
  staff_code text not null,
  full_name text not null,
  personal_id text not null check (personal_id ~ '^[0-9]{12}$'),
  title text not null,
  primary key (school_id, staff_id),
  unique (school_id, staff_code)
);

create table staff_role (
  school_id bigint not null,
  staff_id uuid not null,
  role text not null check (role in ('teacher', 'principal', 'clerk', 'admin')),
  primary key (school_id, staff_id, role),
  foreign key (school_id, staff_id) references staff (school_id, staff_id)
);

-- Accounts are found before a school is known, so they are not a tenant's table.
create table account (
  account_id uuid primary key,
  school_id bigint not null references school (school_id),
  staff_id uuid not null,
  username text not null unique,
  password_hash text not null,
  disabled_at timestamptz,
  unique (school_id, staff_id)
);

create table session (
  token_digest bytea primary key,
  account_id uuid not null references account (account_id),
  created_at timestamptz not null,
  last_seen_at timestamptz not null,
  expires_at timestamptz not null,
  ended_at timestamptz
);

create table school_year (
  school_id bigint not null references school (school_id),
  school_year text not null check (school_year ~ '^[0-9]{4}-[0-9]{4}$'),
  starts_on date not null,
  ends_on date not null,
  planned_issue_date date not null,
  primary key (school_id, school_year)
);

create table class (
  school_id bigint not null,
  class_id uuid not null,
  school_year text not null,
  name text not null,
  grade smallint not null check (grade between 1 and 5),
  homeroom_staff_id uuid,
  primary key (school_id, class_id),
  unique (school_id, school_year, name),
  foreign key (school_id, school_year) references school_year (school_id, school_year),
  foreign key (school_id, homeroom_staff_id) references staff (school_id, staff_id)
);

create table assignment (
  school_id bigint not null,
  class_id uuid not null,
  subject text not null,
  staff_id uuid not null,
  assigned_at timestamptz not null default now(),
  primary key (school_id, class_id, subject),
  foreign key (school_id, class_id) references class (school_id, class_id),
  foreign key (school_id, staff_id) references staff (school_id, staff_id)
);

create table pupil (
  school_id bigint not null references school (school_id),
  pupil_id uuid not null,
  pupil_code text not null,
  personal_id text,
  register_number text,
  full_name text not null,
  sex text check (sex in ('male', 'female')),
  birth_date date,
  birth_place text,
  home_town text,
  address text,
  ethnicity text,
  nationality text,
  father_name text,
  mother_name text,
  guardian_name text,
  primary key (school_id, pupil_id),
  unique (school_id, pupil_code)
);

-- Mã học sinh is unique in the country; a pupil who moves gets a new row in the new school and keeps the code.
create table pupil_registry (
  pupil_code text primary key,
  school_id bigint not null,
  pupil_id uuid not null
);

create table enrolment (
  school_id bigint not null,
  class_id uuid not null,
  pupil_id uuid not null,
  ordinal integer not null,
  grade smallint not null check (grade between 1 and 5),
  arrived_on date not null,
  left_on date,
  primary key (school_id, class_id, pupil_id),
  foreign key (school_id, class_id) references class (school_id, class_id),
  foreign key (school_id, pupil_id) references pupil (school_id, pupil_id)
);
