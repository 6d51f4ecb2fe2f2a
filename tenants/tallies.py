"""How many rows an operation has read: its price is what is usual, and this is what holds whatever is unusual."""

from models.refusals import TooLarge

MOST_ROWS = 50_000  # of one operation; a list of rows that nothing else bounds is never read beyond it


class Tally:
    """Of one operation, whatever gates it reads through."""

    def __init__(self, most: int = MOST_ROWS) -> None:
        self.rows, self.most = 0, most

    def add(self, rows: int) -> None:
        """Raises `TooLarge` when it has become too much, and for everything that is read after that."""
        self.rows += rows
        if self.rows > self.most:
            raise TooLarge(self.most)
