-- Lists of a whole house, as its staff see them. Each has an index in the order in which it comes unless told, so that a page costs what it
-- shows and not what the house has. A customer's lists have theirs by account.
create index on account (tenant_id, number, id);
create index on asset (tenant_id, designation, id);
create index on claim_case (tenant_id, opened_on desc, id desc);
create index on direct_debit (tenant_id, collection_on desc, id desc);
create index on document (tenant_id, document_on desc, id desc);
create index on installment (tenant_id, due_on desc, id desc);
create index on invoice (tenant_id, issued_on desc, id desc);
create index on operation (tenant_id, booked_on desc, id desc);
create index on payment (tenant_id, value_on desc, id desc);
create index on settlement_quote (tenant_id, requested_at desc, id desc);
create index on statement (tenant_id, period_from_on desc, id desc);
