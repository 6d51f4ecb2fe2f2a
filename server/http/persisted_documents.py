"""Documents that the deployment knows beforehand, by the hash of their text: read, judged and compiled before the first request."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from engine import Document, Library
from server.http.error_codes import Code, Declined
from server.http.graphql_request import GraphQLRequest
from server.http.json_body import bad


class NoDocument(Exception):
    """A file that was registered cannot be asked for. The message is one line, and names the file."""


@dataclass(frozen=True)
class PersistedDocuments:
    """The texts by their ids. `is_required`: pages in browsers may send nothing else. `names`: the file that each text was found in."""

    texts: dict[str, str] = field(default_factory=dict)
    is_required: bool = False
    names: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, texts: Iterable[str], is_required: bool = False) -> "PersistedDocuments":
        """From the texts themselves."""
        return cls({sha256(text.encode()).hexdigest(): text for text in texts}, is_required)

    @classmethod
    def in_folder(cls, folder: Path, is_required: bool = False) -> "PersistedDocuments":
        """All `*.graphql` files of a folder, whatever their names. Raises `NoDocument`.

        The id is the hash of the file as it lies there, to the byte, so that `sha256sum` says the same.
        """
        texts: dict[str, str] = {}
        names: dict[str, str] = {}
        for path in sorted(folder.rglob("*.graphql")):
            name = str(path.relative_to(folder))
            try:
                written = path.read_bytes()
                text = written.decode()
            except UnicodeDecodeError:
                raise NoDocument(f"{name} is not UTF-8.") from None
            except OSError as error:
                raise NoDocument(f"{name} cannot be read ({error.strerror}).") from None
            texts[(hashed := sha256(written).hexdigest())] = text
            names.setdefault(hashed, name)
        if not texts:
            raise NoDocument(f"there is no *.graphql file in {folder}.")
        return cls(texts, is_required, names)

    def register(self, library: Library) -> list[Document]:
        """Has the library keep them all for good, planned as far as that can be done. Raises `NoDocument` for those that it refuses."""
        kept, wrong = [], []
        for hashed, text in self.texts.items():
            found = library.keep(text)
            if isinstance(found, Document):
                kept.append(found)
            else:
                places = "".join(f":{place.line}:{place.column}" for place in (found[0].locations or ())[:1])
                wrong.append(f"{self.names.get(hashed, hashed)}{places}: {found[0].message}")
        if wrong:
            raise NoDocument(wrong[0] + (f" ({len(wrong) - 1} more files)" if len(wrong) > 1 else ""))
        return kept

    def text(self, asked: GraphQLRequest, is_browser: bool) -> str:
        """The document that is asked for. Raises when it is not known, or free text is not taken."""
        if asked.query is not None:
            if self.is_required and is_browser:
                raise bad("Only documents of this deployment are taken here: send a documentId.")
            return asked.query
        found = self.texts.get((asked.document_id or asked.persisted or "").removeprefix("sha256:"))
        if found is None:
            raise self._unknown(asked)
        return found

    def _unknown(self, asked: GraphQLRequest) -> Declined:
        """Clients with persisted queries know these two by their words or codes, and send the text."""
        if asked.persisted is None:
            return Declined(Code.DOCUMENT_NOT_FOUND, "There is no document with this id.")
        if self.texts:
            return Declined(Code.PERSISTED_QUERY_NOT_FOUND, "PersistedQueryNotFound")
        return Declined(Code.PERSISTED_QUERY_NOT_SUPPORTED, "PersistedQueryNotSupported")
