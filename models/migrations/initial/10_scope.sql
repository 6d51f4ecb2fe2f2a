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

-- How a printed number is searched: without case, blanks, dashes, dots and slashes; anything else stands for itself. The same in Python:
-- `search_key` in resolvers/filters.py. Collation "C" and a list of ASCII characters, so that it means the same in every database.
create function search_key(printed text) returns text language sql immutable strict parallel safe
  return lower(translate(printed, E' \t\r\n\f\v./-', '') collate "C");
