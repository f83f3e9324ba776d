-- Background work is graphile-worker's, in a schema of its own that the owner installs at start. The application
-- adds the jobs named here, in its own transaction, and can neither read nor change the queue.

create function enqueue_signing(of_school bigint, of_batch uuid) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  -- The key replaces a waiting job of the batch; one that a dead process still holds is retired by it.
  perform graphile_worker.add_job(
    'sign',
    json_build_object('schoolId', of_school::text, 'batchId', of_batch),
    max_attempts => 8,
    job_key => 'sign:' || of_batch
  );
end $$;
revoke all on function enqueue_signing(bigint, uuid) from public;
grant execute on function enqueue_signing(bigint, uuid) to hocba_app;
