"""Networks for tests and benches: a wave, whom it asks, what they say; small ones by hand, large ones from a seed."""

import random
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from parcours.directory.choices import OrganisationKind, PublicationConsent
from parcours.directory.models import Organisation
from parcours.plan.choices import BodyKind
from parcours.plan.models import Plan, Seat
from parcours.plan.tests import factories as make
from parcours.survey.choices import Progress, TieKind
from parcours.survey.models import Ask, Questionnaire, Response, Tie, Version, Wave

SAID_AT = datetime(2026, 6, 1, 12, tzinfo=UTC)
EXPIRES = datetime(2027, 1, 1, tzinfo=UTC)
HIDDEN = PublicationConsent.ASKED
SEED = 94


def make_wave(key: str = "2026", **values: Any) -> Wave:
    questionnaire, _made = Questionnaire.objects.get_or_create(key="actors", defaults={"title": "Actrices et acteurs"})
    version, _made = Version.objects.get_or_create(
        questionnaire=questionnaire, number=1, defaults={"sheets": {}, "published_at": SAID_AT}
    )
    year = int(key[:4])
    defaults = {"title": f"Enquête {key}", "opens_on": date(year, 3, 1), "closes_on": date(year, 9, 1)}
    return Wave.objects.create(key=key, version=version, source=make.make_source(), **{**defaults, **values})


def ask(wave: Wave, organisation: Organisation, circle: int = 1) -> Ask:
    secret = f"{wave.key}-{organisation.pk}"
    return Ask.objects.create(
        wave=wave, organisation=organisation, circle=circle, secret_digest=secret, expires_at=EXPIRES
    )


def answer(wave: Wave, organisation: Organisation, *named: Organisation, kind: str = TieKind.WORKS_WITH) -> Response:
    """It answers that it works with these, and its answer is reviewed."""
    response = Response.objects.create(**_complete(wave, organisation.pk))
    for one in named:
        Tie.objects.create(
            origin=organisation, target=one, wave=wave, response=response, said_on=SAID_AT.date(), kind=kind
        )
    return response


def _complete(wave: Wave, organisation: int) -> dict[str, Any]:
    return {
        "wave": wave,
        "version": wave.version,
        "organisation_id": organisation,
        "key": f"{wave.pk}-{organisation}",
        "progress": Progress.COMPLETE,
        "started_at": SAID_AT,
        "saved_at": SAID_AT,
        "completed_at": SAID_AT,
        "reviewed_at": SAID_AT,
    }


def steer(plan: Plan, organisations: Iterable[Organisation]) -> None:
    body = make.make_body(plan, kind=BodyKind.STEERING_GROUP)
    Seat.objects.bulk_create(Seat(body=body, organisation=one) for one in organisations)


def territory_of(size: int, *, communes: int = 40, seed: int = SEED) -> Wave:
    """A wave of so many invented organisations in three circles; one in five is silent, ties lean to one's commune."""
    chance = random.Random(seed)
    plan = Plan.objects.filter(is_current=True).first() or make.make_plan()
    axes = list(plan.axes.order_by("order")) or [make.make_axis(plan, key) for key in ("rights", "together")]
    areas = list(plan.area.children.order_by("pk")[:communes])
    areas += [make.make_area(f"Ville {at}", parent=plan.area) for at in range(len(areas), communes)]
    names = [f"{chance.choice(WORDS)} {chance.choice(OF)} {at}" for at in range(size)]
    rows = Organisation.objects.bulk_create(
        Organisation(key=f"n-{at}", name=name, sort_key=name.lower(), kind=OrganisationKind.ASSOCIATION,
                     acronym="" if at % 3 else f"{name[:3].upper()}{at}", area=chance.choice(areas), is_invented=True)
        for at, name in enumerate(names)
    )  # fmt: skip
    core, second = max(5, size // 40), size // 3
    steer(plan, rows[:core])
    wave = make_wave("2026", is_invented=True)
    Ask.objects.bulk_create(
        Ask(
            wave=wave,
            organisation=one,
            circle=1 + (at >= core) + (at >= second),
            secret_digest=str(at),
            expires_at=EXPIRES,
        )
        for at, one in enumerate(rows)
    )
    silent = set(chance.sample(range(core, size), size // 5))
    Response.objects.bulk_create(Response(**_complete(wave, rows[at].pk)) for at in range(size) if at not in silent)
    _ties(chance, wave, rows, core, second, silent)
    actions = [make.make_action(plan, f"N{at}", axis=axes[at % len(axes)].key) for at in range(24)]
    for at, one in enumerate(rows[: min(size, 400)]):
        actions[at % 24 if at < 60 else chance.randrange(24)].partners.create(organisation=one)
    return wave


def _ties(
    chance: random.Random, wave: Wave, rows: list[Organisation], core: int, second: int, silent: set[int]
) -> None:
    size = len(rows)
    pairs = {(chance.randrange(core), at) for at in range(core, second)}
    pairs |= {(chance.randrange(core, second), at) for at in range(second, size)}
    near: dict[int, list[int]] = {}
    for at, one in enumerate(rows):
        near.setdefault(one.area_id or 0, []).append(at)
    while len(pairs) < 3 * size:
        one = chance.randrange(size)
        other = chance.choice(near[rows[one].area_id or 0]) if chance.random() < 0.7 else chance.randrange(size)
        if one != other:
            pairs.add((one, other))
    kinds = [TieKind.WORKS_WITH] * 8 + [TieKind.FUNDS, TieKind.HOSTED_BY]
    Tie.objects.bulk_create(
        Tie(
            origin=rows[a],
            target=rows[b],
            wave=wave,
            kind=chance.choice(kinds),
            said_on=SAID_AT.date(),
            is_invented=True,
        )
        for a, b in sorted(pairs)
        if a not in silent
    )


WORDS = ("Association", "Centre social", "Maison", "Collectif", "Atelier", "Comité", "Amicale", "Ville de")
OF = (
    "des parcours",
    "d’accueil",
    "du français",
    "des femmes",
    "des Savoirs partagés",
    "de la Marne",
    "solidaire",
    "Espoir",
)
