-- What row-level security compares with. The settings live as long as the statement or the transaction that made them; unset, they
-- match no row. `nullif`: after a transaction a setting is '' and no longer null.

create function scope_tenant() returns uuid language sql stable parallel safe
  return nullif(current_setting('bailiwick.tenant', true), '')::uuid;
create function scope_realm() returns text language sql stable parallel safe
  return nullif(current_setting('bailiwick.realm', true), '');
create function scope_user() returns uuid language sql stable parallel safe
  return nullif(current_setting('bailiwick.user', true), '')::uuid;
create function scope_accounts() returns uuid[] language sql stable parallel safe
  return nullif(current_setting('bailiwick.accounts', true), '')::uuid[];
create function scope_parties() returns uuid[] language sql stable parallel safe
  return nullif(current_setting('bailiwick.parties', true), '')::uuid[];
create function scope_own_parties() returns uuid[] language sql stable parallel safe
  return nullif(current_setting('bailiwick.own_parties', true), '')::uuid[];

-- How a printed number is searched: without case, spaces, dashes, dots and slashes.
create function search_key(printed text) returns text language sql immutable strict parallel safe
  return lower(regexp_replace(printed, '[^[:alnum:]]', '', 'g'));
