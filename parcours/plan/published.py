"""What the plan's source says of itself, recomputed from its first release."""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

from parcours.kit import figures
from parcours.kit.published import Total
from parcours.plan.models import Plan, QuotedFigure


def published_totals() -> Iterator[Total]:
    """The source's own counts, by key of its quoted figure; only those that our rows can give."""
    plan = Plan.objects.filter(is_current=True).first()
    release = plan.releases.order_by("number").first() if plan else None
    if plan is None or release is None:
        return
    printed = {figure.key: int(figure.value) for figure in plan.quoted_figures.all()}
    kinds = [data["kind"] for data in release.items.filter(kind="workshop").values_list("data", flat=True)]
    recomputed = {
        "workshops.count": len(kinds),
        "workshops.axis_count": kinds.count("axis"),
        "workshops.seminar_count": kinds.count("seminar"),
    }
    for key, value in recomputed.items():
        if key in printed:
            yield Total(key, printed[key], value)
    for figure in plan.quoted_figures.exclude(recomputed_as=""):
        yield Total(figure.key, figure.value.normalize(), _as_printed(figure))


def _as_printed(figure: QuotedFigure) -> Decimal | None:
    """What our rows give, rounded as the source prints it; None where it is withheld or there are none."""
    try:
        value = figures.get(figure.recomputed_as).value
    except figures.UnknownFigure:
        return None
    places = max(0, -int(figure.value.normalize().as_tuple().exponent))
    return None if value is None else Decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
