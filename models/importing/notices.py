"""Who is told what an import brought: a new contract under a customer number that was there before. Nobody is invited."""

from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from models.importing.ground import Ground

TEMPLATE = "NEW_CONTRACT"
MOST_AT_ONCE = 1_000
FIRST = UUID(int=0)
MESSAGE = """insert into outbox_message
  (tenant_id, id, account_id, user_id, template, channel, recipient, locale, facts, dedupe_key, state, created_at)
  values ($1, $2, $3, $4, $5, 'EMAIL', $6, $7, $8::text::jsonb, $9, 'QUEUED', $10) on conflict (tenant_id, dedupe_key) do nothing"""


async def tell_of_new_contracts(ground: Ground, *, accounts_are_judged: bool) -> int:
    """One message for each user who sees the contract, once for good. A first import of an account tells nobody."""
    new_account = (
        "and a.id not in (select id from judged_accounts where _result = 'CREATED' and id is not null)" if accounts_are_judged else ""
    )
    statement = f"""
        select c.id as contract, c.account_id, u.id as portal_user, u.email, u.locale, jsonb_build_object('contract_number', c.number, 'account_number', a.number)::text
          from judged_contracts j join contract c on c.tenant_id = {ground.tenant} and c.id = j.id
          join account a on a.tenant_id = {ground.tenant} and a.id = c.account_id {new_account}
          join profile p on p.tenant_id = {ground.tenant} and p.account_id = c.account_id and p.state = 'ACTIVE'
           and (p.contract_ids is null or c.id = any(p.contract_ids))
           and coalesce(p.valid_from_at <= {ground.at}, true) and coalesce(p.valid_until_at > {ground.at}, true)
          join portal_user u on u.tenant_id = {ground.tenant} and u.id = p.user_id and u.state = 'ACTIVE' and u.email is not null
         where j._result = 'CREATED' and (c.id, u.id) > ($1, $2) order by c.id, u.id limit {MOST_AT_ONCE}"""
    told, after = 0, (FIRST, FIRST)
    while rows := await ground.connection.fetch(statement, *after):
        await ground.connection.executemany(MESSAGE, [message(ground, *row) for row in rows])
        told, after = told + len(rows), (rows[-1]["contract"], rows[-1]["portal_user"])
    return told


def message(ground: Ground, contract: UUID, account: UUID, user: UUID, email: str, locale: str, facts: str) -> tuple[Any, ...]:
    """What is left to be sent, said once for good: its key is that of the contract and of the user."""
    key = f"{TEMPLATE}:{contract.hex}:{user.hex}"
    return ground.tenant_id, uuid7(), account, user, TEMPLATE, email, locale, facts, key, ground.at_instant
