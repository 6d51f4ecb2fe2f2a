-- A report that can be worked off: runs that left rows out say so, and rows that waited say what became of them.

alter table import_run
  drop constraint import_run_state_check,
  add constraint import_run_state_check
    check (state in ('QUEUED', 'RUNNING', 'COMPLETED', 'COMPLETED_WITH_REJECTIONS', 'REJECTED', 'FAILED'));

-- Of a row that was kept aside: how a later run ended for it.
alter table import_row
  add later_result text constraint import_row_later_result_check
    check (later_result in ('CREATED', 'UPDATED', 'UNCHANGED', 'PARKED', 'HELD_BACK', 'UNMATCHED', 'REJECTED')),
  add later_at timestamptz;
create index on import_row (tenant_id, type, external_id) where result = 'PARKED' and later_result is null;

-- What the source last brought and was taken: what it has narrowed, and nobody has changed since, it may widen again.
alter table portal_user add source_state text;
alter table profile add source_role text, add source_state text;
update portal_user set source_state = state where source is not null;
update profile set source_role = role, source_state = state where source is not null;

-- A number is one bill's in one year, as the law has it: series begin again each year, and credit notes have their own.
alter table invoice
  drop constraint invoice_tenant_id_source_number_key,
  add constraint invoice_number_of_year exclude using btree
    (tenant_id with =, source with =, number with =, kind with =, (extract(year from issued_on)) with =) deferrable;
