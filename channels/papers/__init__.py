"""Papers: plain values in, the bytes of a PDF out. Equal values give equal bytes, whoever prints them and when."""

from channels.papers.composing import titled
from channels.papers.printing import Press
from channels.papers.values import PAPERS, Balance, Credit, Due, House, Item, Line, Paper, PayTo, Schedule, SettlementQuote, Situation
from channels.papers.wording import LANGUAGES

__all__ = [
    "LANGUAGES",
    "PAPERS",
    "Balance",
    "Credit",
    "Due",
    "House",
    "Item",
    "Line",
    "Paper",
    "PayTo",
    "Press",
    "Schedule",
    "SettlementQuote",
    "Situation",
    "titled",
]
