"""Parts of pages that are written by the code they are about."""

from pydantic import SecretStr

from server.process.database_checks import FOR_A_DBA
from server.process.settings import Settings, variable


def settings_table() -> str:
    """Every setting with its default and what it means."""
    rows = [f"| `{variable(name)}` | {_shown(field.default)} | {field.description} |" for name, field in Settings.model_fields.items()]
    return "\n".join(["| name | default | |", "| --- | --- | --- |", *rows])


def _shown(default: object) -> str:
    if isinstance(default, bool):
        return "yes" if default else "no"
    said = "" if default is None or isinstance(default, SecretStr) else str(default)
    return f"`{said}`" if said else ""


def with_parts(text: str) -> str:
    """A page with its written parts as they are now."""
    before, mark, rest = text.partition("<!-- settings -->\n")
    if mark:
        text = f"{before}{mark}\n{settings_table()}\n\n<!-- end -->{rest.partition('<!-- end -->')[2]}"
    before, mark, rest = text.partition("```sql roles\n")
    if mark:
        text = f"{before}{mark}{FOR_A_DBA}\n```{rest.partition('```')[2]}"
    return text
