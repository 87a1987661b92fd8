"""A plan many times larger than the demo's: copies of its actions, organisations and of what hangs on them.

What people write once (axes, challenges, publics, principles) stays; what they add every week grows. Every copy is
labelled as invented. Copies are spread over the communes, publics and challenges; the organisations that the demo's
actions name keep a share of the copies, as a territory's own administration would. The same seed makes the same plan.
"""

import random
from collections.abc import Callable, Iterable, Iterator
from copy import copy
from datetime import timedelta
from typing import Any

from django.db import models, transaction

from parcours.directory.models import Citation, Organisation
from parcours.geo.models import Area
from parcours.plan.choices import Cause, Stage
from parcours.plan.models import (
    Action,
    ActionPartner,
    BudgetLine,
    Change,
    Decision,
    Indicator,
    Meeting,
    Milestone,
    Note,
    Plan,
    Update,
)
from parcours.translations.fields import Translated

AT_ONCE = 1000
SEED = 94
KEPT = 0.2  # of the copies stay with the organisation that the original names
CAUSES = (Cause.EDIT, Cause.PROPOSAL, Cause.IMPORT)


@transaction.atomic
def enlarge(times: int) -> None:
    """Make the current plan `times` times larger."""
    _Copier(Plan.objects.current(), times).run()


class _Copier:
    def __init__(self, plan: Plan, times: int) -> None:
        self.plan, self.numbers, self.dice = plan, range(2, times + 1), random.Random(SEED)
        self.communes = list(Area.objects.communes_of(plan.area).in_reading_order())
        self.originals = list(plan.actions.order_by("code"))

    def run(self) -> None:
        self.copy_organisations()
        self.copy_actions()
        for model in (Milestone, BudgetLine, Indicator, Update):
            self.hang(model)
        self.hang(ActionPartner, self.elsewhere, lambda row: (row.action_id, row.organisation_id, row.role))
        self.copy_changes()
        self.copy_notes()
        self.copy_decisions()

    def copy_organisations(self) -> None:
        originals = list(Organisation.objects.order_by("pk"))
        made = [self.organisation(row, n) for n in self.numbers for row in originals]
        self.organisations = originals + self.save(Organisation, made)
        cited = {row.organisation_id: row for row in Citation.objects.order_by("-pk")}
        keys = [row.pk for _n in self.numbers for row in originals]
        pairs = [(row, cited[pk]) for row, pk in zip(made, keys, strict=True) if pk in cited]
        self.save(Citation, (_like(citation, organisation=row) for row, citation in pairs))

    def organisation(self, original: Organisation, n: int) -> Organisation:
        names = {"key": f"{original.key[:70]}-{n}", "name": f"{original.name[:190]} {n}"}
        row = _like(original, **names, area=self.dice.choice(self.communes), is_invented=True)
        row.sort_key, row.search_text = f"{original.sort_key[:190]} {n}", f"{original.search_text} {n}"
        return row

    def copy_actions(self) -> None:
        made = [self.action(row, n) for n in self.numbers for row in self.originals]
        self.save(Action, made)
        self.copies: dict[int, list[Action]] = {row.pk: [] for row in self.originals}
        for number, row in enumerate(made):
            self.copies[self.originals[number % len(self.originals)].pk].append(row)
        several = {
            "challenges": list(self.plan.challenges.values_list("pk", flat=True)),
            "publics": list(self.plan.publics.values_list("pk", flat=True)),
            "areas": [area.pk for area in self.communes],
            "funding_sources": list(self.plan.funding_sources.values_list("pk", flat=True)),
        }
        for name, keys in several.items():
            self.tie(name, made, keys)

    def action(self, original: Action, n: int) -> Action:
        title = {code: f"{version.text} ({n})" for code, version in original.title.versions.items()}
        row = _like(original, code=f"{original.code}.{n}", title=Translated.of(title), is_invented=True)
        if row.lead_id and self.dice.random() > KEPT:
            row.lead = self.dice.choice(self.organisations)
        row.recorded_on -= timedelta(days=self.dice.randrange(700))
        row.refresh_search_text()
        return row

    def tie(self, name: str, rows: Iterable[Action], keys: list[int]) -> None:
        """One to three of the keys for each row."""
        through: Any = getattr(Action, name).through
        target = Action._meta.get_field(name).m2m_reverse_field_name()
        ties = (
            through(action_id=row.pk, **{f"{target}_id": pk})
            for row in rows
            for pk in self.dice.sample(keys, self.dice.randint(1, 3))
        )
        through.objects.bulk_create(ties, batch_size=AT_ONCE)

    def hang(self, model: Any, change: Callable = lambda row: None, once: Callable | None = None) -> None:
        """Copy what hangs on each action to its copies; of those with the same `once`, the first."""
        made = []
        for original in model.objects.filter(action__plan=self.plan).order_by("pk"):
            for action in self.copies[original.action_id]:
                row = _like(original, action=action, is_invented=True)
                change(row)
                made.append(row)
        self.save(model, {once(row): row for row in made}.values() if once else made)

    def elsewhere(self, row: ActionPartner) -> None:
        if self.dice.random() > KEPT:
            row.organisation = self.dice.choice(self.organisations)

    def copy_changes(self) -> None:
        """Each copy was loaded once; every other one was changed since."""
        day = Change.objects.filter(action__plan=self.plan).latest("changed_at").changed_at
        rows = []
        for number, action in enumerate(action for made in self.copies.values() for action in made):
            at = day - timedelta(minutes=self.dice.randrange(1, 1_000_000))
            rows.append(Change(action=action, version=1, cause=Cause.LOAD, changed_at=at - timedelta(days=1)))
            if number % 2:
                before, after = {"stage": Stage.IDEA}, {"stage": Stage.PLANNED}
                cause = self.dice.choice(CAUSES)
                rows.append(Change(action=action, version=2, cause=cause, changed_at=at, before=before, after=after))
        self.save(Change, rows)

    def copy_notes(self) -> None:
        pairs = [
            (row, list(row.actions.all()))
            for row in Note.objects.filter(workshop__plan=self.plan).prefetch_related("actions").order_by("pk")
        ]
        self.copy_with_actions(Note, pairs)

    def copy_decisions(self) -> None:
        """Each copy of a meeting keeps the shape of the original: its decisions, on copies of their actions."""
        rows = self.plan.decisions.filter(release=None).select_related("meeting").prefetch_related("actions")
        decisions = list(rows.order_by("pk"))
        meetings: dict[tuple[int | None, int], Meeting] = {
            (row.meeting_id, n): _like(row.meeting, held_on=row.meeting.held_on - timedelta(days=n), is_invented=True)
            for row in decisions
            for n in self.numbers
            if row.meeting
        }
        self.save(Meeting, meetings.values())
        self.copy_with_actions(
            Decision,
            [(row, list(row.actions.all())) for row in decisions],
            lambda row, n: meetings.get((row.meeting_id, n)),
        )

    def copy_with_actions(self, model: Any, pairs: list[Any], meeting_of: Callable | None = None) -> None:
        made: list[tuple[Any, list[Action]]] = []
        for n in self.numbers:
            for original, actions in pairs:
                row = _like(original, is_invented=True)
                if meeting_of:
                    row.meeting = meeting_of(original, n)
                made.append((row, [self.copies[action.pk][n - 2] for action in actions]))
        self.save(model, [row for row, _actions in made])
        target = f"{model._meta.model_name}_id"
        through = model.actions.through
        ties = (through(**{target: row.pk}, action_id=action.pk) for row, actions in made for action in actions)
        through.objects.bulk_create(ties, batch_size=AT_ONCE)

    def save(self, model: Any, rows: Iterable[Any]) -> list[Any]:
        return model._default_manager.bulk_create(rows, batch_size=AT_ONCE)


def _like(row: Any, **values: Any) -> Any:
    """An unsaved row with the same values but these."""
    made = copy(row)
    made._state = models.base.ModelState()
    made._prefetched_objects_cache = {}
    made.pk = None
    for name, value in values.items():
        setattr(made, name, value)
    return made


def count_rows() -> Iterator[tuple[str, int]]:
    """What the current plan's database holds, by kind."""
    for model in (Action, Organisation, ActionPartner, Milestone, Update, Change, Note, Decision):
        yield str(model._meta.model_name), model._default_manager.count()
