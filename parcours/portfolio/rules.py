"""What may be done with a portfolio: its owner does everything, others read what was shared (`queries.portfolios`)."""

from typing import Any

import rules


@rules.predicate
def owns(user: Any, portfolio: Any) -> bool:
    """The portfolio is the person's who is signed in."""
    return portfolio is not None and user.is_authenticated and portfolio.person.account_id == user.pk


rules.add_perm("portfolio.change_portfolio", owns)
