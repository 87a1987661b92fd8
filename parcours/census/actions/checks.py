"""Links and SIRETs are looked at, and what was found is noted."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import chain

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from parcours.census import checks
from parcours.census.choices import CheckKind
from parcours.census.linkcheck import Checker, Found, check_links
from parcours.census.models import Check
from parcours.census.registers import Register

Report = Callable[[int, int], None]


class NetworkDown(Exception):
    """Nothing at all could be reached: what fails is our own network, and nothing was noted."""


def check_due(
    *, at: datetime, report: Report, checker: Checker | None = None, register: Register | None = None
) -> Counter[str]:
    """Check what is due and forget what the directory no longer holds; gives how many were found in each state.

    Each answer is noted at once: stopped half way, the next run goes on from there. `report` is told how many of how
    many are done. Raises NetworkDown.
    """
    checker = checker or import_string(settings.PARCOURS_LINK_CHECKER)
    register = register or import_string(settings.PARCOURS_SIRET_REGISTER)
    links, sirets = checks.links(), checks.sirets()
    forget(kind=CheckKind.LINK, kept=links)
    forget(kind=CheckKind.SIRET, kept=sirets)
    links = checks.due(CheckKind.LINK, links, at=at)
    sirets = checks.due(CheckKind.SIRET, sirets, at=at)
    answers = chain(
        ((CheckKind.SIRET, siret, register(siret)) for siret in sirets),
        ((CheckKind.LINK, url, found) for url, found in _heard(check_links(links, checker=checker))),
    )
    states: Counter[str] = Counter()
    for done, (kind, value, found) in enumerate(answers, start=1):
        states[note(kind=kind, value=value, found=found, at=at).state] += 1
        report(done, len(sirets) + len(links))
    return states


@transaction.atomic
def note(*, kind: CheckKind, value: str, found: Found, at: datetime) -> Check:
    """Keep the last answer to whether this link opens, or whether this SIRET is active."""
    before = Check.objects.filter(kind=kind, value=value).first()
    columns = checks.judged(found, before, at=at)
    return Check.objects.update_or_create(kind=kind, value=value, defaults=columns)[0]


@transaction.atomic
def forget(*, kind: CheckKind, kept: Iterable[str]) -> None:
    """Drop what was found of values that no record has any more."""
    Check.objects.filter(kind=kind).exclude(value__in=list(kept)).delete()


def _heard(answers: Iterator[tuple[str, Found]]) -> Iterator[tuple[str, Found]]:
    """The answers; silence is held back until some server is heard. Raises NetworkDown where two or more are silent
    and none is heard.
    """
    held: list[tuple[str, Found]] = []
    for url, found in answers:
        held.append((url, found))
        if not found.is_silence:
            yield from held
            yield from answers
            return
    if len(held) > 1:
        raise NetworkDown
    yield from held
