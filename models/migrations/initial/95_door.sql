-- What is known before there is a scope, and how a scope is read. Owned by the door; plpgsql keeps its plans, where a function in SQL
-- is planned at every call. `at` is the caller's clock: SQL's own now() decides no rule.

-- Everything a reach is made of raises the version of the users concerned, and of all users joined with them.
create function raise_reach(tenant uuid, users uuid[]) returns void language plpgsql security definer set search_path = bailiwick as $$
begin
  update portal_user u set reach_version = reach_version + 1
   where u.tenant_id = tenant and (u.id = any(users) or u.link_group_id in (
     select g.link_group_id from portal_user g where g.tenant_id = tenant and g.id = any(users) and g.link_group_id is not null));
end $$;

create function profile_reach_changed() returns trigger language plpgsql security definer set search_path = bailiwick as $$
begin
  if tg_op <> 'INSERT' then
    perform raise_reach(c.tenant_id, c.users) from (select tenant_id, array_agg(distinct user_id) as users from before group by 1) c;
  end if;
  if tg_op <> 'DELETE' then
    perform raise_reach(c.tenant_id, c.users) from (select tenant_id, array_agg(distinct user_id) as users from after group by 1) c;
  end if;
  return null;
end $$;
create trigger reach_inserted after insert on profile referencing new table as after for each statement execute function profile_reach_changed();
create trigger reach_updated after update on profile referencing old table as before new table as after for each statement execute function profile_reach_changed();
create trigger reach_deleted after delete on profile referencing old table as before for each statement execute function profile_reach_changed();

create function account_party_reach_changed() returns trigger language plpgsql security definer set search_path = bailiwick as $$
begin
  if tg_op <> 'INSERT' then
    perform raise_reach(c.tenant_id, c.users) from (select b.tenant_id, array_agg(distinct p.user_id) as users
      from before b join profile p on p.tenant_id = b.tenant_id and p.account_id = b.account_id group by 1) c;
  end if;
  if tg_op <> 'DELETE' then
    perform raise_reach(c.tenant_id, c.users) from (select a.tenant_id, array_agg(distinct p.user_id) as users
      from after a join profile p on p.tenant_id = a.tenant_id and p.account_id = a.account_id group by 1) c;
  end if;
  return null;
end $$;
create trigger reach_inserted after insert on account_party referencing new table as after for each statement execute function account_party_reach_changed();
create trigger reach_updated after update on account_party referencing old table as before new table as after for each statement execute function account_party_reach_changed();
create trigger reach_deleted after delete on account_party referencing old table as before for each statement execute function account_party_reach_changed();

-- An account cannot be deleted under its profiles, and has none when it is made: only a new holder or portal matters.
create function account_reach_changed() returns trigger language plpgsql security definer set search_path = bailiwick as $$
begin
  perform raise_reach(c.tenant_id, c.users) from (select a.tenant_id, array_agg(distinct p.user_id) as users
    from after a join before b on b.tenant_id = a.tenant_id and b.id = a.id
      and (b.holder_id, b.portal_id) is distinct from (a.holder_id, a.portal_id)
    join profile p on p.tenant_id = a.tenant_id and p.account_id = a.id group by 1) c;
  return null;
end $$;
create trigger reach_updated after update on account referencing old table as before new table as after for each statement execute function account_reach_changed();

-- A user's own state, party and links; the old and the new company of linked users both change.
create function user_reach_changed() returns trigger language plpgsql security definer set search_path = bailiwick as $$
begin
  if (new.state, new.party_id, new.link_group_id, new.locale) is distinct from (old.state, old.party_id, old.link_group_id, old.locale) then
    new.reach_version := old.reach_version + 1;
  end if;
  return new;
end $$;
create trigger reach_updated before update on portal_user for each row execute function user_reach_changed();
create function user_link_changed() returns trigger language plpgsql security definer set search_path = bailiwick as $$
begin
  update portal_user u set reach_version = reach_version + 1
   where u.tenant_id = new.tenant_id and u.id <> new.id and u.link_group_id in (old.link_group_id, new.link_group_id);
  return null;
end $$;
create trigger link_updated after update of link_group_id, state on portal_user for each row
  when ((old.link_group_id, old.state) is distinct from (new.link_group_id, new.state)) execute function user_link_changed();

create function staff_reach_changed() returns trigger language plpgsql as $$
begin
  if (new.state, new.roles) is distinct from (old.state, old.roles) then new.reach_version := old.reach_version + 1; end if;
  return new;
end $$;
create trigger reach_updated before update on staff for each row execute function staff_reach_changed();

-- A new policy record changes what everybody of the tenant may do: rare, so all of them are read again.
create function policy_reach_changed() returns trigger language plpgsql security definer set search_path = bailiwick as $$
begin
  update portal_user u set reach_version = reach_version + 1 where u.tenant_id = new.tenant_id;
  update staff f set reach_version = reach_version + 1 where f.tenant_id = new.tenant_id;
  return null;
end $$;
create trigger reach_changed after insert or update on portal_policy for each row execute function policy_reach_changed();

grant create on schema bailiwick to bailiwick_door;
set role bailiwick_door;

create function find_portal(host text, portal_key text) returns table (tenant_id uuid, tenant_key text, portal_id uuid)
  language plpgsql stable security definer set search_path = bailiwick as $$
#variable_conflict use_column
begin
  return query select h.tenant_id, t.key, h.portal_id from portal_host h join tenant t on t.id = h.tenant_id
    where h.name = lower(host) or h.name = 'portal:' || lower(portal_key) order by h.name = lower(host) desc limit 1;
end $$;

create function find_tenant(tenant_key text) returns uuid language plpgsql stable security definer set search_path = bailiwick as $$
begin
  return (select t.id from tenant t where t.key = tenant_key);
end $$;

-- Counts an attempt before anything is compared, so that parallel guesses cannot outrun the counter; then finds whom it is about.
-- Whether the identifier is known makes no difference to what is written. One statement, so it commits on its own.
create function reserve_attempt(tenant uuid, attempt_bucket bytea, wanted_realm text, kinds text[], values_ text[], at timestamptz,
    max_failures int, lock_minutes int, cap int)
  returns table (is_locked boolean, user_id uuid, staff_id uuid, credential_id uuid, secret_hash text, is_provisional boolean)
  language plpgsql volatile security definer set search_path = bailiwick as $$
#variable_conflict use_column
declare b sign_in_bucket;
begin
  insert into sign_in_bucket as k (tenant_id, bucket, failures, failures_in_all, changed_at) values (tenant, attempt_bucket, 0, 0, at)
    on conflict (tenant_id, bucket) do update set changed_at = at returning k.* into b;
  is_locked := coalesce(b.locked_until_at > at, false) or b.failures_in_all >= cap;
  if not is_locked then
    if b.locked_until_at is not null then b.failures := 0; end if;
    b.failures := b.failures + 1;
    update sign_in_bucket k set failures = b.failures, failures_in_all = k.failures_in_all + 1,
        locked_until_at = case when b.failures >= max_failures then at + make_interval(mins => lock_minutes) end
      where k.tenant_id = tenant and k.bucket = attempt_bucket;
  end if;
  select i.user_id, i.staff_id, c.id, c.secret_hash, c.state = 'PROVISIONAL' into user_id, staff_id, credential_id, secret_hash, is_provisional
    from unnest(kinds, values_) w(kind, value)
    join login_identity i on i.tenant_id = tenant and i.kind = w.kind and i.value = w.value
      and (i.staff_id is not null) = (wanted_realm = 'STAFF')
    join credential c on c.tenant_id = i.tenant_id and c.kind = 'PASSWORD' and c.state in ('PROVISIONAL', 'ACTIVE')
      and (c.user_id = i.user_id or c.staff_id = i.staff_id) and (c.expires_at is null or c.expires_at > at)
    limit 1;
  return next;
end $$;

-- A session for someone whose secret was right: forgives the bucket, keeps a stronger hash when there is one, writes it down.
create function open_session(tenant uuid, session_id uuid, who_user uuid, who_staff uuid, via_portal uuid, new_token_hash bytea,
    how text, at timestamptz, idle int, until_at timestamptz, device text, from_address text, agent text, attempt_bucket bytea,
    credential uuid, stronger_hash text, audit_id uuid, request text)
  returns boolean language plpgsql volatile security definer set search_path = bailiwick as $$
begin
  perform from portal_user u where u.tenant_id = tenant and u.id = who_user and u.state = 'ACTIVE'
    union all select from staff s where s.tenant_id = tenant and s.id = who_staff and s.state = 'ACTIVE';
  if not found then return false; end if;
  insert into session (tenant_id, id, realm, user_id, staff_id, portal_id, token_hash, assurance, created_at, last_seen_at, idle_minutes,
      ends_at, device_name, address, user_agent)
    values (tenant, session_id, case when who_staff is null then 'CUSTOMER' else 'STAFF' end, who_user, who_staff, via_portal,
      new_token_hash, how, at, at, idle, until_at, device, from_address, agent);
  update sign_in_bucket k set failures = 0, failures_in_all = 0, locked_until_at = null, changed_at = at
    where k.tenant_id = tenant and k.bucket = attempt_bucket;
  update bailiwick.credential c set secret_hash = stronger_hash, updated_at = at
    where c.tenant_id = tenant and c.id = open_session.credential and stronger_hash is not null;
  insert into audit_event (tenant_id, id, realm, user_id, staff_id, session_id, action, target_type, target_id, address, request_id, at)
    values (tenant, audit_id, case when who_staff is null then 'CUSTOMER' else 'STAFF' end, who_user, who_staff, session_id,
      'session.create', 'Session', session_id, from_address, request, at);
  return true;
end $$;

create function touch_session(tenant uuid, token bytea, at timestamptz) returns void
  language plpgsql volatile security definer set search_path = bailiwick as $$
begin
  update session s set last_seen_at = at where s.tenant_id = tenant and s.token_hash = token and s.revoked_at is null
    and s.last_seen_at < at and at < s.last_seen_at + make_interval(mins => s.idle_minutes) and at < s.ends_at;
end $$;

-- Who a token is, and all that is in reach. No row when it is unknown, ended or revoked. The arrays run in step, one place a grant.
create function open_scope(tenant_name text, token bytea, at timestamptz) returns table (
    tenant_id uuid, realm text, session_id uuid, user_id uuid, portal_id uuid, locale text, version int, last_seen_at timestamptz,
    strong_until_at timestamptz, good_until timestamptz, staff_roles text[], accounts uuid[], profiles uuid[], roles text[], contracts text[], kinds text[],
    from_days date[], parties uuid[], own_parties uuid[])
  language plpgsql stable security definer set search_path = bailiwick as $$
#variable_conflict use_column
declare s session; u portal_user;
begin
  select x.* into s from tenant t join session x on x.tenant_id = t.id and x.token_hash = token
    where t.key = tenant_name and x.revoked_at is null and at < x.ends_at and at < x.last_seen_at + make_interval(mins => x.idle_minutes);
  if not found then return; end if;
  tenant_id := s.tenant_id; realm := s.realm; session_id := s.id; portal_id := s.portal_id; last_seen_at := s.last_seen_at;
  strong_until_at := s.strong_until_at;
  if s.realm = 'STAFF' then
    select f.id, f.reach_version, f.roles into user_id, version, staff_roles
      from staff f where f.tenant_id = s.tenant_id and f.id = s.staff_id and f.state = 'ACTIVE';
    if not found then return; end if;
    return next; return;
  end if;
  select x.* into u from portal_user x where x.tenant_id = s.tenant_id and x.id = s.user_id and x.state = 'ACTIVE';
  if not found then return; end if;
  user_id := u.id; version := u.reach_version; locale := u.locale;
  with mine as (
    select p.*, a.holder_id from portal_user x
      join profile p on p.tenant_id = x.tenant_id and p.user_id = x.id and p.state = 'ACTIVE'
      join account a on a.tenant_id = p.tenant_id and a.id = p.account_id and (a.portal_id is null or s.portal_id is null or a.portal_id = s.portal_id)
      where x.tenant_id = s.tenant_id and x.state = 'ACTIVE' and (x.id = u.id or x.link_group_id = u.link_group_id)
  ), live as (
    select m.* from mine m where (m.valid_from_at is null or m.valid_from_at <= at) and (m.valid_until_at is null or m.valid_until_at > at)
  )
  select array_agg(l.account_id order by l.id), array_agg(l.id order by l.id), array_agg(l.role order by l.id),
      array_agg(array_to_string(l.contract_ids, ',') order by l.id), array_agg(array_to_string(l.document_kinds, ',') order by l.id),
      array_agg(l.documents_from_on order by l.id), array_agg(distinct coalesce(l.party_id, l.holder_id)),
      array_agg(distinct l.holder_id)
    into accounts, profiles, roles, contracts, kinds, from_days, own_parties, parties from live l;
  select min(case when m.valid_from_at > at then m.valid_from_at else m.valid_until_at end) into good_until
    from portal_user x join profile m on m.tenant_id = x.tenant_id and m.user_id = x.id and m.state = 'ACTIVE'
    where x.tenant_id = s.tenant_id and (x.id = u.id or x.link_group_id = u.link_group_id)
      and (m.valid_from_at > at or m.valid_until_at > at);
  parties := parties || (select array_agg(ap.party_id) from account_party ap where ap.tenant_id = s.tenant_id and ap.account_id = any(accounts));
  if u.party_id is not null then parties := parties || u.party_id; own_parties := own_parties || u.party_id; end if;
  return next;
end $$;

-- Raises unless the session still lives and its owner reaches what the server remembers.
create function check_scope(tenant uuid, token bytea, known int, at timestamptz) returns boolean
  language plpgsql stable security definer set search_path = bailiwick as $$
begin
  perform from session s left join portal_user u on u.tenant_id = s.tenant_id and u.id = s.user_id
      left join staff f on f.tenant_id = s.tenant_id and f.id = s.staff_id
    where s.tenant_id = tenant and s.token_hash = token and s.revoked_at is null and at < s.ends_at
      and at < s.last_seen_at + make_interval(mins => s.idle_minutes)
      and coalesce(u.reach_version, f.reach_version) = known and coalesce(u.state, f.state) = 'ACTIVE';
  if not found then raise exception 'the scope has changed' using errcode = 'SC001'; end if;
  return true;
end $$;

-- Leaves a job in the transaction of the change that asks for it, for the caller's own tenant only.
create function enqueue(job_id uuid, job_kind text, about uuid[], due_at timestamptz, at timestamptz) returns void
  language plpgsql volatile security definer set search_path = bailiwick as $$
begin
  if scope_tenant() is null then raise exception 'a job needs a tenant'; end if;
  insert into job (id, tenant_id, kind, ids, run_at, created_at) values (job_id, scope_tenant(), job_kind, about, due_at, at);
end $$;

revoke execute on all functions in schema bailiwick from public;
grant execute on function find_portal, find_tenant, reserve_attempt, open_session, touch_session, open_scope, check_scope, enqueue
  to bailiwick_app;
grant execute on function enqueue, find_tenant to bailiwick_jobs;
reset role;
revoke create on schema bailiwick from bailiwick_door;
revoke execute on all functions in schema bailiwick from public;
grant execute on function scope_tenant, scope_realm, scope_user, scope_accounts, scope_parties, scope_own_parties, search_key
  to bailiwick_app, bailiwick_jobs, bailiwick_door;
