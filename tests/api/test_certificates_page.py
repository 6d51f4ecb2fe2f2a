"""What `docs/certificates.md` shows is what is answered, word for word where a word is shown."""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

from models import Contract
from tests.api.test_certificates import fetched, worker
from tests.world import World

PAGE = Path(__file__).parent.parent.parent / "docs" / "certificates.md"
BLOCK = re.compile(r"^```(\w+) (\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def fits(shown: Any, given: Any) -> bool:
    """`…` stands for any text, and nought for any number of bytes."""
    if isinstance(shown, dict):
        return isinstance(given, dict) and shown.keys() == given.keys() and all(fits(value, given[key]) for key, value in shown.items())
    if isinstance(shown, str) and "…" in shown and not shown.startswith("…/"):
        return re.fullmatch(".*".join(map(re.escape, shown.split("…"))), given) is not None
    if isinstance(given, str):
        return bool(shown == given.replace("\u00a0", " "))
    return bool(shown == given or (shown == 0 and given > 0))


async def test_the_page_shows_what_is_answered(own_world: World):
    ask, variables, asked, find, found, check, checked = [text for _, _, text in BLOCK.findall(PAGE.read_text("utf-8"))]

    given = json.loads(variables)
    given["input"]["contract"] = own_world.gid("t1", Contract, "A1-C1")
    answer = await own_world.ask("admin1", ask, **given)
    assert fits(json.loads(asked), {"data": answer.data}), answer.raw
    certificate = answer.data["certificateCreate"]["certificate"]

    await worker(own_world).run_dry()
    answer = await own_world.ask("view1", find, id=certificate["id"])
    assert fits(json.loads(found), {"data": answer.data}), answer.raw

    pdf = await fetched(own_world, answer.data["certificate"]["document"]["file"]["url"])
    answer = await own_world.ask(None, check, code=certificate["code"], sha256=hashlib.sha256(pdf).hexdigest())
    assert fits(json.loads(checked), {"data": answer.data}), answer.raw


def test_every_rule_of_the_page_is_one_and_every_rule_is_on_it():
    source = "".join((PAGE.parent.parent / "models" / name).read_text("utf-8") for name in ("certified.py", "certificates.py"))
    rules = set(re.findall(r'"(certificate\.\w+)"', source))
    assert rules and set(re.findall(r"`(certificate\.\w+)`", PAGE.read_text("utf-8"))) == rules
