"""Who is told what an import brought: a new contract under a customer number that was there before. Nobody is invited."""

from uuid_utils.compat import uuid7

from models.importing.ground import Ground

TEMPLATE = "NEW_CONTRACT"
MOST_AT_ONCE = 1_000


async def tell_of_new_contracts(ground: Ground, *, accounts_are_judged: bool) -> int:
    """One message for each user who sees the contract, once for good. A first import of an account tells nobody."""
    new_account = (
        "and a.id not in (select id from judged_accounts where _result = 'CREATED' and id is not null)" if accounts_are_judged else ""
    )
    rows = await ground.connection.fetch(f"""
        select c.id, c.account_id, u.id, u.email, u.locale, jsonb_build_object('contract_number', c.number, 'account_number', a.number)::text
          from judged_contracts j join contract c on c.tenant_id = {ground.tenant} and c.id = j.id
          join account a on a.tenant_id = {ground.tenant} and a.id = c.account_id {new_account}
          join profile p on p.tenant_id = {ground.tenant} and p.account_id = c.account_id and p.state = 'ACTIVE'
           and (p.contract_ids is null or c.id = any(p.contract_ids))
           and coalesce(p.valid_from_at <= {ground.at}, true) and coalesce(p.valid_until_at > {ground.at}, true)
          join portal_user u on u.tenant_id = {ground.tenant} and u.id = p.user_id and u.state = 'ACTIVE' and u.email is not null
         where j._result = 'CREATED' order by 1, 3""")
    await ground.connection.executemany(
        "insert into outbox_message (tenant_id, id, account_id, user_id, template, channel, recipient, locale, facts, dedupe_key, state, created_at) "
        f"values ($1, $2, $3, $4, '{TEMPLATE}', 'EMAIL', $5, $6, $7::text::jsonb, $8, 'QUEUED', $9) on conflict (tenant_id, dedupe_key) do nothing",
        [
            (ground.tenant_id, uuid7(), account, user, email, locale, facts, f"{TEMPLATE}:{contract.hex}:{user.hex}", ground.at_instant)
            for contract, account, user, email, locale, facts in rows
        ],
    )
    return len(rows)
