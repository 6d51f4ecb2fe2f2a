"""What stands on each paper, from top to bottom, in the words of its language.

The layout (`paper.typ`) knows no papers: it sets blocks. What others wrote (names, numbers, notes) stands alone in its place and never
inside a sentence, so no text of theirs can change what a sentence of ours says.
"""

from dataclasses import asdict
from typing import Any

from channels.papers.blocks import Rows, said
from channels.papers.bodies import BODIES, LEASES
from channels.papers.fitting import Fit
from channels.papers.letters import BREAK, legible
from channels.papers.values import Credit, Paper
from channels.papers.wording import Wording

LONGEST_BRAND, LONGEST_NAME, LONGEST_CONTACT = 80, 200, 100  # of the letterhead
LONGEST_NUMBER = 60  # of a title
LONGEST_RUNNING = 40  # at the head and foot of every page, where there is one line


def composed(paper: Paper, wording: Wording | None = None) -> dict[str, Any]:
    """All that the layout needs, as JSON takes it."""
    wording = wording or Wording(paper.language, paper.house.country)
    body = BODIES[paper.KIND](paper, wording)
    fit = next((block["fit"] for block in body if "fit" in block), Fit())
    return {
        "language": paper.language,
        "region": wording.locale.territory,
        "title": titled(paper, wording),
        "heading": heading(paper, wording),
        "is_landscape": fit.is_landscape,
        "running": [
            legible(paper.house.brand, LONGEST_RUNNING),
            f"{heading(paper, wording)} {legible(paper.contract_number, LONGEST_RUNNING)}",
        ],
        "house": _house(paper),
        "addressee": _addressee(paper, wording),
        "references": said(_references(paper, wording)),
        "body": [block | {"fit": asdict(block["fit"])} if "fit" in block else block for block in body],
        "closing": _closing(paper, wording),
        "page": wording.say("letter.page", page="\x00", pages="\x00").split("\x00"),
    }


def titled(paper: Paper, wording: Wording | None = None) -> str:
    """What the document is called: which paper, about which contract, as of which day."""
    wording = wording or Wording(paper.language, paper.house.country)
    number, day = legible(paper.contract_number, LONGEST_NUMBER).replace(BREAK, ""), wording.long_day(paper.as_of_on)
    return wording.say("title.of_contract", title=heading(paper, wording), number=number, day=day)


def heading(paper: Paper, wording: Wording) -> str:
    """The name of the paper. Nobody calls the papers of a lease those of a credit."""
    is_of_lease = paper.KIND == Credit.KIND and paper.contract_kind in LEASES
    return wording.say(f"title.{paper.KIND}{'_lease' if is_of_lease else ''}")


def _house(paper: Paper) -> dict[str, Any]:
    house = paper.house
    contact = [legible(line, LONGEST_CONTACT) for line in house.contact]
    return {"brand": legible(house.brand, LONGEST_BRAND), "legal_name": legible(house.legal_name, LONGEST_NAME), "contact": contact}


def _addressee(paper: Paper, wording: Wording) -> list[str]:
    lines = [legible(line) for line in paper.addressee]
    is_abroad = paper.addressee_country not in (None, paper.house.country)
    return [*lines, wording.country(paper.addressee_country)] if paper.addressee_country and is_abroad else lines


def _references(paper: Paper, wording: Wording) -> Rows:
    yield wording.say("letter.issued_on"), wording.long_day(paper.issued_on)
    yield wording.say("letter.as_of_on"), wording.long_day(paper.as_of_on)
    yield wording.say("letter.account_number"), legible(paper.account_number)
    yield wording.say("letter.contract_number"), legible(paper.contract_number)
    yield wording.say("letter.contract_kind"), wording.say(f"kind.{paper.contract_kind}")
    yield wording.say("letter.product"), legible(paper.product) if paper.product else None


def _closing(paper: Paper, wording: Wording) -> dict[str, Any]:
    where = paper.house.verify_at
    rows = [
        (wording.say("letter.check_at"), legible(where, LONGEST_NAME) if where else None),
        (wording.say("letter.check_code"), paper.code),
    ]
    return {
        "unsigned": wording.say("letter.unsigned"),
        "title": wording.say("letter.check_title"),
        "text": wording.say("letter.check"),
        "rows": said(rows),
        "footer": [text for text in (legible(where, LONGEST_RUNNING) if where else None, paper.code) if text],
    }
