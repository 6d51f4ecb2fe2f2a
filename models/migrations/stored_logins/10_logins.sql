-- Logins and addresses that were stored as they came, in the spelling by which they are looked for. Where two of one house would become one,
-- the first that was stored takes it, and the others stay as they are: nobody loses a login to somebody else, and none is lost without a word
-- in the next report of an import, which says that it is taken. Telephone numbers wait for the next export: only it knows their country.

with spelled as (
  select i.tenant_id, i.id, i.kind, i.user_id is null as is_staff, i.value as stored, i.created_at,
         normalize(case_folded(normalize(btrim(regexp_replace(i.value, '[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]', '', 'g')), NFKD)), NFKC) as value
    from login_identity i where i.kind in ('EMAIL', 'LOGIN_ID', 'CARD_NUMBER', 'CREDIT_NUMBER', 'FILE_NUMBER')
), wanted as (
  select *, case when strpos(value, '@') > 0 or kind = 'EMAIL' then value
                 else regexp_replace(value, '[\s./()\u2010-\u2015\u2212-]+', '', 'g') end as form from spelled
), first_of_each as (
  select *, row_number() over (partition by tenant_id, kind, is_staff, form order by created_at, id) as place from wanted where form <> stored and form <> ''
)
update login_identity i set value = f.form from first_of_each f
 where i.tenant_id = f.tenant_id and i.id = f.id and f.place = 1 and not exists (
   select from login_identity o where o.tenant_id = f.tenant_id and o.kind = f.kind and o.value = f.form and (o.user_id is null) = f.is_staff);

update portal_user set email = lower(email) where email collate "C" ~ '[A-Z]' and email collate "C" ~ '^[!-~]+$';
update staff s set email = lower(s.email) where s.email collate "C" ~ '[A-Z]' and s.email collate "C" ~ '^[!-~]+$'
  and not exists (select from staff o where o.tenant_id = s.tenant_id and o.id <> s.id and lower(o.email) = lower(s.email));
