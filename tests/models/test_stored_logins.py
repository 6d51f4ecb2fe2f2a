"""Logins that an older version stored as they came are found by every spelling, and two that would become one are both kept."""

from importlib.resources import files

from tests.world import World

STEP = files("models.migrations") / "stored_logins" / "10_logins.sql"


async def test_stored_logins_take_their_one_spelling_and_none_is_lost(own_world: World):
    tenant, owner = own_world.tenants["t1"], own_world.owner
    users = [own_world.ids["t1", "portal_user", who] for who in ("admin1", "admin2", "admin3")]
    for user, value in zip(users, ("AB-1 2\u200b", "c.3", "C-3"), strict=True):
        await owner.execute(
            "update login_identity set kind = 'LOGIN_ID', value = $3 where tenant_id = $1 and user_id = $2", tenant, user, value
        )

    await owner.execute(STEP.read_text("utf-8"))

    rows = await owner.fetch("select user_id, value from login_identity where tenant_id = $1 and user_id = any($2::uuid[])", tenant, users)
    kept = {row["user_id"]: row["value"] for row in rows}
    assert kept[users[0]] == "ab12"
    assert sorted([kept[users[1]], kept[users[2]]]) in (["C-3", "c3"], ["c.3", "c3"])
