-- The walls of a new table, for later migrations: forced row-level security with a policy for each role, and what each role may do.
-- `reach` says which rows of the caller's tenant the web role finds:
--   ACCOUNT    rows of the caller's accounts, and staff all rows; the table has `account_id`
--   OWN_PARTY  rows of the parties that the caller is or acts for, and staff all rows; the table has `party_id`
--   OWN        rows of the caller alone; the table has `user_id` and `staff_id`
--   STAFF      all rows, for staff only
--   TENANT     all rows
--   NOBODY     none: the table is for jobs only
-- `app`, `jobs` and `door` are what the web role, the worker and the functions of the sign-in may do: 'select, insert, update (state)'.
create function build_walls(of_table regclass, reach text, app text default null, jobs text default null, door text default null)
  returns void language plpgsql set search_path = bailiwick, pg_temp as $$
declare
  granted record;
  is_staff constant text := '(select scope_realm()) = ''STAFF''';
  found constant text := case reach
    when 'ACCOUNT' then format(' and (account_id in (select unnest(scope_accounts())) or %s)', is_staff)
    when 'OWN_PARTY' then format(' and (party_id in (select unnest(scope_own_parties())) or %s)', is_staff)
    when 'OWN' then ' and (user_id = (select scope_user()) or staff_id = (select scope_user()))'
    when 'STAFF' then format(' and %s', is_staff)
    when 'TENANT' then '' end;
begin
  if found is null and (reach is distinct from 'NOBODY' or app is not null) then
    raise exception 'no reach is called % for what the web role may do to %', reach, of_table;
  end if;
  execute format('alter table %s enable row level security, force row level security', of_table);
  execute format('create policy owner on %s to bailiwick_owner using (true)', of_table);
  execute format('create policy job on %s to bailiwick_jobs using (tenant_id = (select scope_tenant()))', of_table);
  if found is not null then
    execute format('create policy reach on %s to bailiwick_app using (tenant_id = (select scope_tenant())%s)', of_table, found);
  end if;
  if door is not null then
    execute format('create policy door on %s to bailiwick_door using (true)', of_table);
  end if;
  for granted in select * from (values ('app', app), ('jobs', jobs), ('door', door)) r(role, rights) where rights is not null loop
    execute format('grant %s on %s to bailiwick_%s', granted.rights, of_table, granted.role);
  end loop;
end $$;
revoke execute on function build_walls from public;
