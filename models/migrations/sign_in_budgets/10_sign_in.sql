-- Locks that end by themselves, budgets for addresses and networks, devices that are known, and a limit of open sessions for each person.
-- `reserve_attempt` and `open_session` stay for processes of the version before; nothing of this version calls them.

-- How many locks followed each other without a success: each lasts twice as long as the one before, up to a limit.
alter table sign_in_bucket add column locks int not null default 0;
-- Whom the attempts were about, where somebody has the identifier: what an operator unlocks. No client can see it.
alter table sign_in_bucket add column subject_id uuid;
create index on sign_in_bucket (tenant_id, subject_id) where subject_id is not null;

-- A device on which somebody has signed in. Its failures are counted apart, so that strangers who guess cannot lock its owner out.
create table known_device (
  tenant_id uuid not null, id uuid not null, user_id uuid, staff_id uuid,
  token_hash bytea not null check (length(token_hash) = 32),
  created_at timestamptz not null, last_used_at timestamptz not null,
  primary key (tenant_id, id), unique (tenant_id, token_hash),
  check (num_nonnulls(user_id, staff_id) = 1),
  foreign key (tenant_id, user_id) references portal_user, foreign key (tenant_id, staff_id) references staff);
create index on known_device (tenant_id, user_id, last_used_at desc);
create index on known_device (tenant_id, staff_id, last_used_at desc);
create index on known_device (tenant_id, last_used_at);

-- What an address or a network has used of its budget, by a keyed hash. It belongs to no tenant: an attacker asks at all of them.
-- One instant says it all (the generic cell rate algorithm, ITU-T I.371): the budget is used up to there, and recovers as time passes.
create table sign_in_budget (bucket bytea primary key check (length(bucket) = 32), busy_until_at timestamptz not null);
create index on sign_in_budget (busy_until_at);

-- For the sweeping of what has had its time.
create index on sign_in_bucket (tenant_id, changed_at);
create index on session (tenant_id, ends_at);

do $$
declare name text;
begin
  foreach name in array array['known_device', 'sign_in_budget'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy owner on %I to bailiwick_owner using (true)', name);
    execute format('create policy door on %I to bailiwick_door using (true)', name);
  end loop;
end $$;
grant select, insert, update, delete on known_device, sign_in_budget to bailiwick_door;
grant delete on sign_in_bucket, session to bailiwick_door;

grant create on schema bailiwick to bailiwick_door;
set role bailiwick_door;

-- Charges one attempt to each budget (so many a minute), or to none of them when one is used up. Gives the seconds to wait; 0 when charged.
create function charge_budgets(budgets bytea[], per_minute int[], at timestamptz) returns int
  language plpgsql volatile security definer set search_path = bailiwick as $$
declare until_at timestamptz; step interval; longest int := 0;
begin
  for i in 1 .. coalesce(array_length(budgets, 1), 0) loop
    step := interval '1 minute' / per_minute[i];
    insert into sign_in_budget as k (bucket, busy_until_at) values (budgets[i], at)
      on conflict (bucket) do update set busy_until_at = greatest(k.busy_until_at, at) returning k.busy_until_at into until_at;
    longest := greatest(longest, ceil(extract(epoch from until_at + step - interval '1 minute' - at))::int);
    exit when longest > 0;
  end loop;
  if longest = 0 then
    for i in 1 .. coalesce(array_length(budgets, 1), 0) loop
      update sign_in_budget k set busy_until_at = k.busy_until_at + interval '1 minute' / per_minute[i] where k.bucket = budgets[i];
    end loop;
  end if;
  return greatest(longest, 0);
end $$;

-- Counts an attempt before anything is compared, so that parallel guesses cannot outrun the counters; then finds whom it is about.
-- Whether somebody has the identifier makes no difference to what is counted. Over a budget, or locked, nobody is looked for at all.
-- One statement, so it commits on its own. `identifiers` are the spellings that are looked for, one for each of `kinds`, and `buckets` where
-- failures of each are counted. `tenant` is null for a finance house that does not exist.
create function begin_sign_in(tenant uuid, wanted_realm text, kinds text[], identifiers text[], buckets bytea[],
    device_token bytea, device_bucket bytea, budgets bytea[], per_minute int[], alarm_bucket bytea, alarm_per_minute int, at timestamptz,
    max_failures int, lock_minutes int, longest_lock_minutes int, quiet_minutes int, device_days int,
    audit_id uuid, from_address text, request text)
  returns table (outcome text, wait_seconds int, is_alarming boolean, is_known_device boolean, counted bytea[], begins_lock boolean,
    user_id uuid, staff_id uuid, credential_id uuid, secret_hash text)
  language plpgsql volatile security definer set search_path = bailiwick as $$
#variable_conflict use_column
declare one bytea; b sign_in_bucket; locked_until timestamptz;
begin
  outcome := 'VERIFY'; wait_seconds := 0; begins_lock := false; counted := '{}';
  is_known_device := device_token is not null and exists (
    select from known_device d join unnest(kinds, identifiers) w(kind, value) on true
      join login_identity i on i.tenant_id = d.tenant_id and i.kind = w.kind and i.value = w.value and (i.user_id = d.user_id or i.staff_id = d.staff_id)
      where d.tenant_id = tenant and d.token_hash = device_token and (d.staff_id is not null) = (wanted_realm = 'STAFF')
        and d.last_used_at > at - make_interval(days => device_days));
  if not is_known_device then wait_seconds := charge_budgets(budgets, per_minute, at); end if;
  is_alarming := charge_budgets(array[alarm_bucket], array[alarm_per_minute], at) > 0;
  if wait_seconds > 0 then outcome := 'RATE_LIMITED'; return next; return; end if;
  if tenant is null then return next; return; end if;

  counted := case when is_known_device then array[device_bucket] else buckets end;
  for one in select distinct x from unnest(counted) x order by x loop
    insert into sign_in_bucket as k (tenant_id, bucket, changed_at) values (tenant, one, at)
      on conflict (tenant_id, bucket) do update set changed_at = k.changed_at returning k.* into b;
    if b.locked_until_at > at then
      outcome := 'LOCKED'; wait_seconds := greatest(wait_seconds, ceil(extract(epoch from b.locked_until_at - at))::int);
    end if;
  end loop;
  if outcome = 'LOCKED' then return next; return; end if;

  select i.user_id, i.staff_id, c.id, c.secret_hash into user_id, staff_id, credential_id, secret_hash
    from unnest(kinds, identifiers) with ordinality w(kind, value, place)
    join login_identity i on i.tenant_id = tenant and i.kind = w.kind and i.value = w.value
      and (i.staff_id is not null) = (wanted_realm = 'STAFF')
    left join credential c on c.tenant_id = i.tenant_id and c.kind = 'PASSWORD' and c.state = 'ACTIVE'
      and (c.user_id = i.user_id or c.staff_id = i.staff_id) and (c.expires_at is null or c.expires_at > at)
    order by c.id is null, w.place limit 1;

  for one in select distinct x from unnest(counted) x order by x loop
    select k.* into b from sign_in_bucket k where k.tenant_id = tenant and k.bucket = one;
    if greatest(b.changed_at, b.locked_until_at) <= at - make_interval(mins => quiet_minutes) then b.failures := 0; b.locks := 0; end if;
    b.failures := b.failures + 1; locked_until := null;
    if b.failures >= max_failures then
      locked_until := at + least(make_interval(mins => longest_lock_minutes), make_interval(mins => lock_minutes) * power(2, least(b.locks, 20)));
      b.locks := b.locks + 1; b.failures := 0; begins_lock := true;
    end if;
    update sign_in_bucket k set failures = b.failures, failures_in_all = k.failures_in_all + 1, locks = b.locks,
        locked_until_at = locked_until, changed_at = greatest(k.changed_at, at),
        subject_id = coalesce(user_id, staff_id, k.subject_id)
      where k.tenant_id = tenant and k.bucket = one;
  end loop;
  -- Only about people who exist, so that strangers cannot fill the trail with names that nobody has.
  if begins_lock and coalesce(user_id, staff_id) is not null then
    insert into audit_event (tenant_id, id, realm, action, target_type, target_id, address, request_id, at)
      values (tenant, audit_id, 'STRANGER', 'sign_in.lock', case when staff_id is null then 'User' else 'Staff' end,
        coalesce(user_id, staff_id), from_address, request, at);
  end if;
  return next;
end $$;

-- A session for someone whose secret was right: forgives what was counted, knows the device from now on, keeps a stronger hash when there is
-- one, ends the sessions that are too many (the one that was used least lately first), and writes it down. False when the person may not.
create function complete_sign_in(tenant uuid, session_id uuid, who_user uuid, who_staff uuid, via_portal uuid, new_token_hash bytea,
    how text, at timestamptz, idle int, until_at timestamptz, device_name text, from_address text, agent text,
    counted bytea[], spent_budget bytea, spent_per_minute int, credential uuid, stronger_hash text,
    new_device uuid, device_token bytea, most_devices int, most_sessions int, audit_id uuid, request text)
  returns boolean language plpgsql volatile security definer set search_path = bailiwick as $$
declare failed int := 0; ended uuid; one bytea; realm_of text := case when who_staff is null then 'CUSTOMER' else 'STAFF' end;
begin
  perform pg_advisory_xact_lock(hashtextextended(coalesce(who_user, who_staff)::text, 0));
  perform from portal_user u where u.tenant_id = tenant and u.id = who_user and u.state = 'ACTIVE'
    union all select from staff s where s.tenant_id = tenant and s.id = who_staff and s.state = 'ACTIVE';
  if not found then return false; end if;

  -- In the order of begin_sign_in: budgets first, then the buckets one by one, so that the two never wait for each other.
  update sign_in_budget k set busy_until_at = k.busy_until_at - interval '1 minute' / spent_per_minute where k.bucket = spent_budget;
  for one in select distinct x from unnest(counted) x order by x loop
    delete from sign_in_bucket k where k.tenant_id = tenant and k.bucket = one returning greatest(failed, k.failures_in_all - 1) into failed;
  end loop;
  update bailiwick.credential c set secret_hash = stronger_hash, updated_at = at
    where c.tenant_id = tenant and c.id = complete_sign_in.credential and stronger_hash is not null;

  update known_device d set last_used_at = at where d.tenant_id = tenant and d.token_hash = device_token and new_device is null;
  if new_device is not null then
    insert into known_device (tenant_id, id, user_id, staff_id, token_hash, created_at, last_used_at)
      values (tenant, new_device, who_user, who_staff, device_token, at, at);
    delete from known_device d where d.tenant_id = tenant and d.id in (
      select x.id from known_device x where x.tenant_id = tenant and (x.user_id = who_user or x.staff_id = who_staff)
        order by x.last_used_at desc, x.id desc offset most_devices);
  end if;

  for ended in
    update session s set revoked_at = at where s.tenant_id = tenant and s.id in (
      select x.id from session x where x.tenant_id = tenant and (x.user_id = who_user or x.staff_id = who_staff) and x.revoked_at is null
          and at < x.ends_at and at < x.last_seen_at + make_interval(mins => x.idle_minutes)
        order by x.last_seen_at desc, x.created_at desc, x.id desc offset most_sessions - 1)
      returning s.id
  loop
    insert into audit_event (tenant_id, id, realm, user_id, staff_id, session_id, action, target_type, target_id, address, request_id, at)
      values (tenant, gen_random_uuid(), realm_of, who_user, who_staff, session_id, 'session.displace', 'Session', ended, from_address, request, at);
  end loop;

  insert into session (tenant_id, id, realm, user_id, staff_id, portal_id, token_hash, assurance, created_at, last_seen_at, idle_minutes,
      ends_at, device_name, address, user_agent)
    values (tenant, session_id, realm_of, who_user, who_staff, via_portal, new_token_hash, how, at, at, idle, until_at, device_name,
      from_address, agent);
  insert into audit_event (tenant_id, id, realm, user_id, staff_id, session_id, action, target_type, target_id, changes, address, request_id, at)
    values (tenant, audit_id, realm_of, who_user, who_staff, session_id, 'session.create', 'Session', session_id,
      case when failed > 0 then jsonb_build_object('failed_attempts_before', failed) else '{}'::jsonb end, from_address, request, at);
  return true;
end $$;

-- Removes at most so many rows of each kind that have had their time, and says how many that were: call it again until it is none. Nothing
-- is removed that the database's own clock does not agree with: a worker whose clock is ahead ends no lock.
create function sweep_sign_in(tenant uuid, at timestamptz, quiet_minutes int, session_days int, device_days int, most int) returns int
  language plpgsql volatile security definer set search_path = bailiwick as $$
declare found_rows int; swept int := 0; instant timestamptz := least(at, now());
begin
  if tenant is distinct from scope_tenant() then raise exception 'only the tenant of the scope is swept'; end if;
  delete from sign_in_bucket k where k.tenant_id = tenant and k.bucket in (
    select x.bucket from sign_in_bucket x where x.tenant_id = tenant and x.changed_at <= instant - make_interval(mins => quiet_minutes)
      and coalesce(x.locked_until_at, x.changed_at) <= instant - make_interval(mins => quiet_minutes) limit most for update skip locked);
  get diagnostics found_rows = row_count; swept := swept + found_rows;
  delete from sign_in_budget k where k.bucket in (
    select x.bucket from sign_in_budget x where x.busy_until_at <= instant - interval '1 minute' limit most for update skip locked);
  get diagnostics found_rows = row_count; swept := swept + found_rows;
  delete from known_device d where d.tenant_id = tenant and d.id in (
    select x.id from known_device x where x.tenant_id = tenant and x.last_used_at <= instant - make_interval(days => device_days) limit most);
  get diagnostics found_rows = row_count; swept := swept + found_rows;
  delete from session s where s.tenant_id = tenant and s.id in (
    select x.id from session x where x.tenant_id = tenant and x.ends_at <= instant - make_interval(days => session_days) limit most);
  get diagnostics found_rows = row_count;
  return swept + found_rows;
end $$;

revoke execute on function charge_budgets, begin_sign_in, complete_sign_in, sweep_sign_in from public;
grant execute on function begin_sign_in, complete_sign_in to bailiwick_app;
grant execute on function sweep_sign_in to bailiwick_jobs;
reset role;
revoke create on schema bailiwick from bailiwick_door;
