"""Who is told what an import brought: new contracts and new papers under a customer number that was there before. Nobody is invited.

A notice says that something is there, and never what it says: papers are fetched in the portal, whatever the delivery of invoices is set to.
"""

from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from models.importing.context import ImportContext

NEW_CONTRACT, NEW_DOCUMENTS = "NEW_CONTRACT", "NEW_DOCUMENTS"
MOST_AT_ONCE = 1_000
FIRST = UUID(int=0)
MESSAGE = """insert into outbox_message
  (tenant_id, id, account_id, user_id, template, channel, recipient, locale, facts, dedupe_key, state, created_at)
  values ($1, $2, $3, $4, $5, 'EMAIL', $6, $7, $8::text::jsonb, $9, 'QUEUED', $10) on conflict (tenant_id, dedupe_key) do nothing"""


def _whose(context: ImportContext, alias: str, *, accounts_are_judged: bool) -> str:
    """The account of a row, unless this run has brought it, and who works there now and can be told."""
    new_account = (
        "and a.id not in (select id from judged_accounts where _result = 'CREATED' and id is not null)" if accounts_are_judged else ""
    )
    return f"""
          join account a on a.tenant_id = {context.tenant} and a.id = {alias}.account_id {new_account}
          join profile p on p.tenant_id = {context.tenant} and p.account_id = a.id and p.state = 'ACTIVE'
           and coalesce(p.valid_from_at <= {context.at}, true) and coalesce(p.valid_until_at > {context.at}, true)
          join portal_user u on u.tenant_id = {context.tenant} and u.id = p.user_id and u.state = 'ACTIVE' and u.email is not null"""


async def tell_of_new_contracts(context: ImportContext, *, accounts_are_judged: bool) -> int:
    """One message for each user who sees the contract, once for good. A first import of an account tells nobody."""
    statement = f"""
        select c.id as contract, c.account_id, u.id as portal_user, u.email, u.locale, jsonb_build_object('contract_number', c.shown_number, 'account_number', a.number)::text
          from judged_contracts j join contract c on c.tenant_id = {context.tenant} and c.id = j.id
          {_whose(context, "c", accounts_are_judged=accounts_are_judged)}
         where j._result = 'CREATED' and (p.contract_ids is null or c.id = any(p.contract_ids))
           and (c.id, u.id) > ($1, $2) order by c.id, u.id limit {MOST_AT_ONCE}"""
    told, after = 0, (FIRST, FIRST)
    while rows := await context.connection.fetch(statement, *after):
        await context.connection.executemany(MESSAGE, [message(context, NEW_CONTRACT, *row) for row in rows])
        told, after = told + len(rows), (rows[-1]["contract"], rows[-1]["portal_user"])
    return told


async def tell_of_new_documents(context: ImportContext, *, accounts_are_judged: bool) -> int:
    """One message a run for each user and account with new papers that the user sees, however many there are. One that is not published
    yet tells nobody. A first import of an account tells nobody.
    """
    statement = f"""
        select min(d.id::text)::uuid, d.account_id, u.id, u.email, u.locale,
               jsonb_build_object('account_number', a.number, 'documents', count(*), 'kinds', array_agg(distinct d.kind order by d.kind))::text
          from judged_documents j join document d on d.tenant_id = {context.tenant} and d.id = j.id and d.published_at <= {context.at}
          {_whose(context, "d", accounts_are_judged=accounts_are_judged)}
         where j._result = 'CREATED' and (p.contract_ids is null or d.contract_id = any(p.contract_ids))
           and (p.document_kinds is null or d.kind = any(p.document_kinds))
           and (p.documents_from_on is null or d.document_on >= p.documents_from_on)
         group by d.account_id, a.number, u.id, u.email, u.locale"""
    told, messages = 0, list[tuple[Any, ...]]()
    async for row in context.connection.cursor(statement, prefetch=MOST_AT_ONCE):
        messages.append(message(context, NEW_DOCUMENTS, *row))
        if len(messages) == MOST_AT_ONCE:
            await context.connection.executemany(MESSAGE, messages)
            told, messages = told + len(messages), []
    await context.connection.executemany(MESSAGE, messages)
    return told + len(messages)


def message(
    context: ImportContext, template: str, about: UUID, account: UUID, user: UUID, email: str, locale: str, facts: str
) -> tuple[Any, ...]:
    """What is left to be sent, said once for good: its key is that of what it is about and of the user."""
    key = f"{template}:{about.hex}:{user.hex}"
    return context.tenant_id, uuid7(), account, user, template, email, locale, facts, key, context.at_instant
