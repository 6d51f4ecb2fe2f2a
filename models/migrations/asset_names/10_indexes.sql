-- The equipment of one account, in the order in which it is listed: `asset (tenant_id, account_id, designation, id)` serves the version before.
create index on asset (tenant_id, account_id, sort_designation, id);
