"""Setting a paper as PDF/A-2a and PDF/UA-1: to be kept for decades, and read aloud to those who cannot see it."""

import json
from importlib.resources import files

import typst

from channels.papers.composing import composed
from channels.papers.letters import FONTS
from channels.papers.values import Paper

# typst keeps what it computed for as many compilations more, all of a process together. No two papers have anything in common, so it is
# made to forget: ten empty ones cost 4 ms, and keep a printer of 480 lines below 130 MB, where it would grow to 600.
FORGETTING = 10
LAYOUT = (files("channels.papers") / "paper.typ").read_bytes()


class Press:
    """Prints one paper at a time. It knows no fonts but those it was shipped with, so it prints alike on every machine."""

    def __init__(self) -> None:
        fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)
        self.compiler = typst.Compiler(font_paths=fonts, ignore_system_fonts=True)

    def printed(self, paper: Paper) -> bytes:
        """The bytes. The day the file says it was made is the day it was issued."""
        values = {"paper": json.dumps(composed(paper)), "fonts": json.dumps(list(FONTS))}
        return self.typeset(LAYOUT, values, int(paper.issued_at.timestamp()))

    def typeset(self, layout: bytes, values: dict[str, str], made_at: int) -> bytes:
        """A file of both standards. Values are JSON, which the layout reads, and never become a part of it."""
        pdf = self.compiler.compile(layout, format="pdf", sys_inputs=values, pdf_standards=["a-2a", "ua-1"], timestamp=made_at)
        for _ in range(FORGETTING):
            self.compiler.compile(b"", format="svg")
        assert isinstance(pdf, bytes)
        return pdf
