-- A training school that was made before locks were held has none of its own, and would be shut by the usual ones the moment
-- it is brought to this schema: people learn there at any time of the year, as in one that is made now (training/seed.ts).
update school_year y
set main_lock_on = t.today + interval '1 year', supplementary_lock_on = t.today + interval '2 years'
from school s, (select (now() at time zone 'Asia/Ho_Chi_Minh')::date as today) t
where s.school_id = y.school_id and s.training
  and y.main_lock_on is null and y.supplementary_lock_on is null
  -- later than the usual main lock alone: a year still to come keeps the usual ones
  and t.today + interval '1 year' > make_date(right(y.school_year, 4)::int, 6, 30);
