"""How a calculation says that there is no such figure."""


class Unanswerable(ValueError):
    """No figure exists for this input, or none that is certain. `rule` is the stable name of what was broken."""

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(message)
        self.rule = rule
