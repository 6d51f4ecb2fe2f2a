-- One more word for a column whose words are listed in a CHECK, for later migrations: the words that are there are kept and need not be copied.
-- The new CHECK is NOT VALID, so that the table is not read under its exclusive lock; a step of its own validates it afterwards.
create function allow_word(of_table regclass, of_column text, word text) returns void language plpgsql set search_path = bailiwick, pg_temp as $$
declare
  found record;
begin
  select k.conname, pg_get_expr(k.conbin, k.conrelid) as condition into strict found from pg_constraint k
    where k.contype = 'c' and k.conrelid = of_table and pg_get_expr(k.conbin, k.conrelid) ~ format('^\(%s = ANY \(ARRAY\[', of_column);
  if position(format('%L::text', word) in found.condition) = 0 then
    execute format('alter table %s drop constraint %I, add constraint %I check (%s) not valid', of_table, found.conname, found.conname,
      replace(found.condition, 'ARRAY[', format('ARRAY[%L::text, ', word)));
  end if;
end $$;
revoke execute on function allow_word from public;
