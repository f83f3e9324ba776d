-- A later moment never puts off what is to be worked on now: the signatures of an agent come while its batch's job runs,
-- and the job's own wish to look again in ten minutes must not replace theirs.
create or replace function enqueue_signing_at(of_school bigint, of_batch uuid, run_at timestamptz) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform graphile_worker.add_job(
    'sign',
    json_build_object('schoolId', of_school::text, 'batchId', of_batch),
    run_at => run_at,
    max_attempts => 8,
    job_key => 'sign:' || of_batch,
    job_key_mode => 'preserve_run_at'
  );
end $$;
