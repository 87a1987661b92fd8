"""Answers to a survey as tables whose every share names its base. For a page, `suppression.protect` comes between."""

from parcours.engines.tabulation.columns import (
    STATES,
    Base,
    Column,
    folded,
    multiple,
    number,
    rows_of,
    single,
    text,
)
from parcours.engines.tabulation.numbers import Bin, Numbers, numbers
from parcours.engines.tabulation.tables import (
    TOTAL,
    Counted,
    OneWay,
    Share,
    States,
    TwoWay,
    one_way,
    share_of,
    states,
    two_way,
)
from parcours.engines.tabulation.waves import Change, compare, moved, moves, paired, ticked

__all__ = [
    "STATES",
    "TOTAL",
    "Base",
    "Bin",
    "Change",
    "Column",
    "Counted",
    "Numbers",
    "OneWay",
    "Share",
    "States",
    "TwoWay",
    "compare",
    "folded",
    "moved",
    "moves",
    "multiple",
    "number",
    "numbers",
    "one_way",
    "paired",
    "rows_of",
    "share_of",
    "single",
    "states",
    "text",
    "ticked",
    "two_way",
]
