"""Documents that the deployment knows beforehand, by the hash of their text."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from server.asked import Asked
from server.bodies import bad
from server.codes import Code, Declined


@dataclass(frozen=True)
class Trusted:
    """The texts by their ids. `is_required`: pages in browsers may send nothing else."""

    texts: dict[str, str] = field(default_factory=dict)
    is_required: bool = False

    @classmethod
    def of(cls, texts: Iterable[str], is_required: bool = False) -> "Trusted":
        """From the texts themselves."""
        return cls({sha256(text.encode()).hexdigest(): text for text in texts}, is_required)

    @classmethod
    def in_folder(cls, folder: Path, is_required: bool = False) -> "Trusted":
        """All `*.graphql` files of a folder, whatever their names."""
        return cls.of((path.read_text("utf-8") for path in sorted(folder.rglob("*.graphql"))), is_required)

    def text(self, asked: Asked, is_browser: bool) -> str:
        """The document that is asked for. Raises when it is not known, or free text is not taken."""
        if asked.query is not None:
            if self.is_required and is_browser:
                raise bad("Only documents of this deployment are taken here: send a documentId.")
            return asked.query
        found = self.texts.get((asked.document_id or "").removeprefix("sha256:"))
        if found is None:
            raise Declined(Code.DOCUMENT_NOT_FOUND, "There is no document with this id.")
        return found
