"""What was promised in the last release is never taken back without notice. As long as there was none, nothing was promised."""

import subprocess
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from graphql import build_schema

from schema import exported, releases
from schema.releases import RELEASED, broken_promises, last_released, unannounced

ROOT = Path(__file__).parents[2]


def test_nothing_is_taken_back_that_was_promised_in_the_last_release():
    if last_released() is None:
        pytest.skip("Nothing has been released: `make release` writes schema/released.graphql.")
    assert broken_promises(last_released(), exported(), datetime.now(UTC).date()) == []


def test_a_release_that_is_tagged_has_left_its_schema():
    try:
        tags = subprocess.run(["git", "tag", "--list", "v*"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a checkout")
    assert RELEASED.exists() or tags == [], "Run: make release"


OLD = """
type Query {
  kept(gone: Int leaving: Int @deprecated(reason: "Use nothing. Removed after 2026-06-30.")): Int
  gone: Int
  leaving: Int @deprecated(reason: "Use kept. Removed after 2026-06-30.")
  word: Word
}
enum Word { A B C @deprecated(reason: "Use A. Removed after 2026-06-30.") }
"""


def test_a_field_argument_or_word_goes_only_after_the_day_that_was_announced():
    new = build_schema("type Query { kept: Int word: Word } enum Word { A B }")
    assert unannounced(build_schema(OLD), new, date(2026, 7, 1)) == [
        "Argument Query.kept(gone:) was removed.",
        "Field Query.gone was removed.",
    ]
    assert len(unannounced(build_schema(OLD), new, date(2026, 6, 30))) == 5


def test_a_change_of_type_or_a_new_duty_is_seen():
    before = build_schema("type Query { a(x: Int): Int! b: Int }")
    after = build_schema("type Query { a(x: Int!): Int b: String }")
    assert len(unannounced(before, after, date(2030, 1, 1))) == 3


def test_adding_is_no_break():
    after = build_schema("type Query { a: Int b(x: Int): Int }")
    assert unannounced(build_schema("type Query { a: Int }"), after, date(2026, 1, 1)) == []


@pytest.mark.parametrize(
    ("before", "after", "broken"),
    [
        ("type Query { a: Int b: Int }", "type Query { a: Int }", "Field Query.b was removed."),
        ("type Query { a: Int b: T } type T { c: Int }", "type Query { a: Int b: Int }", "T was removed."),
        ("type Query { a: Int }", "type Query { a(x: Int!): Int }", "A required argument Query.a(x:) was added."),
        ("type Query { a(x: I): Int } input I { y: Int }", "type Query { a(x: I): Int } input I { y: Int z: Int! }", "A required field I.z was added."),
        ("type Query { a(x: W): W } enum W { A B }", "type Query { a(x: W): W } enum W { A }", "Enum value W.B was removed."),
        ("type Query { a: Int! }", "type Query { a: Int }", "Field Query.a changed type from Int! to Int."),
        ("type Query { a: U } union U = X | Y type X { b: Int } type Y { b: Int }", "type Query { a: U } union U = X type X { b: Int } type Y { b: Int }", "Y was removed from union type U."),
    ],
)  # fmt: skip
def test_each_way_to_break_a_client_is_seen(before: str, after: str, broken: str):
    assert broken in broken_promises(before, after, date(2030, 1, 1))


def test_before_the_first_release_nothing_is_promised():
    assert broken_promises(None, "type Query { a: Int }", date(2030, 1, 1)) == []


def test_a_release_leaves_its_schema_and_one_that_breaks_a_promise_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    released = tmp_path / "released.graphql"
    monkeypatch.setattr(releases, "RELEASED", released)

    releases.main()
    first = released.read_text("utf-8")
    released.write_text(promised := first.replace("type Query {", "type Query {\n  gone: Int", 1), "utf-8")
    with pytest.raises(SystemExit, match=r"Field Query\.gone was removed\."):
        releases.main()

    assert first == exported()
    assert released.read_text("utf-8") == promised
