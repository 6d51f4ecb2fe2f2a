-- Numbers that were stored by the older key.
update account set number = number where search_key(number) is distinct from search_number;
update contract set number = number where search_key(number) is distinct from search_number;
update invoice set number = number where search_key(number) is distinct from search_number;
update document set number = number where search_key(number) is distinct from search_number;
update claim_case set number = number where search_key(number) is distinct from search_number;
update asset set serial_number = serial_number where search_key(serial_number) is distinct from search_serial_number;
update party set legal_name = legal_name, enterprise_number = enterprise_number
 where search_key(enterprise_number) is distinct from search_enterprise_number or search_key(legal_name) is distinct from search_name;

alter table party add column sort_name text collate "C" generated always as (sort_key(legal_name)) stored;
alter table document add column sort_title text collate "C" generated always as (sort_key(title)) stored;
alter table asset add column sort_designation text collate "C" generated always as (sort_key(designation)) stored;
create index on party (tenant_id, kind, sort_name, id);
create index on document (tenant_id, sort_title, id);
create index on asset (tenant_id, sort_designation, id);
create index on asset (tenant_id, contract_id, sort_designation, id);

-- Words by which companies and persons are found. Under row-level security an index serves leakproof conditions only, so each word is a row.
-- Those of e-mail addresses and telephone numbers are private: seen by whoever sees the address or the number.
create table party_word (
  tenant_id uuid not null references tenant, party_id uuid not null, is_private boolean not null, word text collate "C" not null check (word <> ''),
  primary key (tenant_id, party_id, is_private, word));
create index on party_word (tenant_id, word, party_id);
alter table party_word enable row level security;
alter table party_word force row level security;
create policy owner on party_word to bailiwick_owner using (true);
create policy job on party_word to bailiwick_jobs using (tenant_id = (select scope_tenant()));
create policy door on party_word to bailiwick_door using (true);
create policy reach on party_word to bailiwick_app using (tenant_id = (select scope_tenant()) and ((select scope_realm()) = 'STAFF'
  or party_id in (select unnest(scope_own_parties())) or (not is_private and party_id in (select unnest(scope_parties())))));
grant select on party_word to bailiwick_app, bailiwick_jobs;

create function party_words(p party) returns setof text language sql stable begin atomic
  select name_words(concat_ws(' ', p.legal_name, p.trade_name, p.given_name, p.family_name))
  union select number_words(p.enterprise_number) union select number_words(p.vat_number);
end;
create function contact_words(c contact_point) returns setof text language sql stable begin atomic
  select phone_words((c).value) where (c).kind <> 'EMAIL' union select name_words((c).value) where (c).kind = 'EMAIL';
end;

-- Kept by the database, whoever writes: an import or a portal.
create function party_words_changed() returns trigger language plpgsql security definer set search_path = bailiwick as $$
begin
  if tg_op <> 'INSERT' then
    delete from party_word w using before b where w.tenant_id = b.tenant_id and w.party_id = b.id and not w.is_private;
  end if;
  if tg_op <> 'DELETE' then
    insert into party_word (tenant_id, party_id, is_private, word)
      select a.tenant_id, a.id, false, word from after x join party a on a.tenant_id = x.tenant_id and a.id = x.id
        cross join lateral party_words(a) word on conflict do nothing;
  end if;
  return null;
end $$;
create trigger words_inserted after insert on party referencing new table as after for each statement execute function party_words_changed();
create trigger words_updated after update on party referencing old table as before new table as after for each statement execute function party_words_changed();
create trigger words_deleted after delete on party referencing old table as before for each statement execute function party_words_changed();

create function contact_words_changed() returns trigger language plpgsql security definer set search_path = bailiwick as $$
begin
  if tg_op <> 'INSERT' then
    delete from party_word w using before b where w.tenant_id = b.tenant_id and w.party_id = b.party_id and w.is_private;
    insert into party_word (tenant_id, party_id, is_private, word)
      select c.tenant_id, c.party_id, true, word from (select distinct tenant_id, party_id from before) b
        join contact_point c on c.tenant_id = b.tenant_id and c.party_id = b.party_id cross join lateral contact_words(c) word
      on conflict do nothing;
  end if;
  if tg_op <> 'DELETE' then
    insert into party_word (tenant_id, party_id, is_private, word)
      select c.tenant_id, c.party_id, true, word from after x join contact_point c on c.tenant_id = x.tenant_id and c.id = x.id
        cross join lateral contact_words(c) word on conflict do nothing;
  end if;
  return null;
end $$;
create trigger words_inserted after insert on contact_point referencing new table as after for each statement execute function contact_words_changed();
create trigger words_updated after update on contact_point referencing old table as before new table as after for each statement execute function contact_words_changed();
create trigger words_deleted after delete on contact_point referencing old table as before for each statement execute function contact_words_changed();

insert into party_word (tenant_id, party_id, is_private, word)
  select p.tenant_id, p.id, false, word from party p cross join lateral party_words(p) word on conflict do nothing;
insert into party_word (tenant_id, party_id, is_private, word)
  select c.tenant_id, c.party_id, true, word from contact_point c cross join lateral contact_words(c) word on conflict do nothing;

revoke execute on function party_words_changed, contact_words_changed, party_words, contact_words from public;
grant execute on function case_folded, folded, spelled_out, split_words, name_words, number_words, phone_words, sort_key, search_key
  to bailiwick_app, bailiwick_jobs, bailiwick_door;
