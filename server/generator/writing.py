"""An export on disk, row by row: nothing of it is held in memory."""

import hashlib
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

import orjson


class ExportWriter:
    """A folder in the documented format (docs/import-format.md), with a file of JSON lines for each type of row."""

    def __init__(self, folder: Path, tenant: str, sequence: int = 1) -> None:
        self.folder, self.tenant, self.sequence = folder, tenant, sequence
        self.files: dict[str, tuple[BinaryIO, Any]] = {}
        self.counts: dict[str, int] = {}

    def __enter__(self) -> Self:
        (self.folder / "papers").mkdir(parents=True)
        return self

    def row(self, of_type: str, /, **columns: object) -> None:
        """One row. Columns without a value are left out; amounts and dates are written as text."""
        if of_type not in self.files:
            self.files[of_type] = ((self.folder / f"{of_type}.jsonl").open("wb"), hashlib.sha256())
        written = {name: value if isinstance(value, list | bool) else str(value) for name, value in columns.items() if value is not None}
        line = orjson.dumps(written) + b"\n"
        file, digest = self.files[of_type]
        file.write(line)
        digest.update(line)
        self.counts[of_type] = self.counts.get(of_type, 0) + 1

    def paper(self, name: str, content: bytes) -> dict[str, str]:
        """The bytes of a document, and what its row says of them."""
        path = f"papers/{name}"
        (self.folder / path).write_bytes(content)
        return {"file": path, "sha256": hashlib.sha256(content).hexdigest(), "content_type": "application/pdf"}

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for file, _ in self.files.values():
            file.close()
        if error is None:
            entries = [
                {"path": f"{name}.jsonl", "type": name, "rows": self.counts[name], "sha256": digest.hexdigest(), "encoding": "utf-8"}
                for name, (_, digest) in self.files.items()
            ]
            head = {"format_version": 1, "tenant": self.tenant, "source": "erp", "sequence": self.sequence, "files": entries}
            (self.folder / "manifest.json").write_bytes(orjson.dumps(head, option=orjson.OPT_INDENT_2))
