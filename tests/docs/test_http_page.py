"""Every code that a client can be answered with is on the page about HTTP."""

import re

import pytest

from schema import exported
from server.http.error_codes import Code
from tests.docs.examples import ROOT

PAGE = (ROOT / "docs" / "http.md").read_text("utf-8")
IN_PAYLOADS = re.findall(r"^  ([A-Z_]+)$", exported().partition("enum UserErrorCode {")[2].partition("\n}")[0], re.MULTILINE)


@pytest.mark.parametrize("code", [*[code.value for code in Code], *IN_PAYLOADS])
def test_the_page_says_what_a_code_means(code: str):
    assert re.search(rf"^\|[^\n]*`{code}`", PAGE, re.MULTILINE)


def test_the_codes_of_payloads_were_found():
    assert len(IN_PAYLOADS) >= 7
