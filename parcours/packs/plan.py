"""A pack's plan: its frame, its actions, the figures its source prints, and its first release."""

from collections.abc import Callable
from datetime import date
from typing import Any

from parcours.directory.models import Organisation, Source, Territory
from parcours.kit.dates import PartialDate, parse
from parcours.packs.pack import Pack, Row
from parcours.plan.actions.change import create_action
from parcours.plan.actions.release import publish_release
from parcours.plan.choices import Cause
from parcours.plan.models import Action, Body, FigureCheck, Plan, QuotedFigure, Release, Seat, Workshop
from parcours.plan.models.frame import Part

# Where each list of plan.yaml goes, and which of its values are texts in several languages; the others are taken as
# they are.
FRAME: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "principles": ("principles", ("text",), ()),
    "objectives": ("objectives", ("text",), ()),
    "definitions": ("definitions", ("term", "text", "remark"), ("authority",)),
    "axes": ("axes", ("title", "short_title", "description"), ()),
    "themes": ("themes", ("title", "text"), ("letter",)),
    "challenges": ("challenges", ("title", "text"), ("letter",)),
    "publics": ("publics", ("name",), ("is_priority",)),
    "funding_sources": ("funding_sources", ("name", "text"), ("level", "ceiling_percent")),
    "risks": ("risks", ("title", "text", "mitigation"), ("likelihood", "impact")),
    "communication": ("communications", ("channel", "text"), ("scope",)),
    "evaluation_questions": ("evaluation_questions", ("text",), ("number", "criterion")),
    "bodies": ("bodies", ("name", "role"), ("kind", "acronym")),
    "workshops": ("workshops", ("title", "aim"), ("kind", "held_on", "period")),
}


class PlanLoader:
    """Writes one plan; `step` is called with each list's name and size."""

    def __init__(self, pack: Pack, sources: dict[str, Source], territory: Territory) -> None:
        self.pack, self.sources, self.territory = pack, sources, territory
        self.organisations = {row.key: row for row in Organisation.objects.all()}

    def load(self, step: Callable[[str, int], None]) -> Plan:
        """The plan, its frame, its actions as the source has them, and the release that freezes them."""
        row = self.pack.plan["plan"]
        adopted = parse(_day(row["adopted_on"]))
        plan = Plan.objects.create(
            slug=row["slug"],
            area=self.territory.area,
            **{name: self.pack.text(row.get(name)) for name in ("title", "short_title", "summary", "introduction")},
            adopted_on=adopted.date,
            adopted_precision=adopted.precision,
            silent_after_months=row["silent_after_months"],
            **self.cited(row),
        )
        for name in FRAME:
            step(name, self.load_part(plan, name))
        step("actions", self.load_actions(plan, adopted))
        step("figures", self.load_figures(plan))
        self.release(plan, adopted)
        return plan

    def cited(self, row: Row) -> dict[str, Any]:
        return {"source": self.sources[row.get("source", "liap-2018")], "section": row.get("section", "")}

    def load_part(self, plan: Plan, name: str) -> int:
        manager_name, texts, plains = FRAME[name]
        manager = getattr(plan, manager_name)
        rows = self.pack.plan[name]
        for order, row in enumerate(rows, 1):
            row = {"title": row.get("name"), **row} if name == "workshops" else row
            part = manager.model(plan=plan, key=row["key"], order=row.get("order") or row.get("number") or order)
            for text in texts:
                setattr(part, text, self.pack.text(row.get(text)))
            for plain in plains:
                if row.get(plain) is not None:
                    setattr(part, plain, row[plain])
            for attribute, value in self.cited(row).items():
                setattr(part, attribute, value)
            self.tie(plan, name, part, row)
        return len(rows)

    def tie(self, plan: Plan, name: str, part: Part, row: Row) -> None:
        """References of a part, then the part itself, then what hangs on it."""
        if name == "funding_sources":
            part.funder = self.organisations.get(row.get("funder"))
        if name == "risks":
            part.owner = self.organisations.get(row.get("owner"))
        if name == "workshops":
            part.axis = plan.axes.get(key=row["axis"]) if row.get("axis") else None
        if hasattr(part, "refresh_search_text"):
            part.refresh_search_text()
        part.save()
        if isinstance(part, Workshop):
            part.facilitators.set(self.organisations[key] for key in row["facilitators"])
        if isinstance(part, Body):
            Seat.objects.bulk_create(
                Seat(
                    body=part,
                    organisation=self.organisations[seat["organisation"]],
                    role=seat["role"],
                    **self.cited({**row, **seat}),
                )
                for seat in row["members"]
            )

    def load_actions(self, plan: Plan, adopted: PartialDate) -> int:
        rows = self.pack.rows("actions.yaml")
        codes = {row["key"]: row["code"] for row in rows}
        for row in rows:
            create_action(
                plan=plan,
                code=row["code"],
                changes=self.action_record(row),
                on=adopted.date,
                cause=Cause.LOAD,
            )
        Action.objects.filter(plan=plan).update(source=self.sources["liap-2018"])
        for row in rows:
            action = plan.actions.get(code=row["code"])
            action.links.bulk_create(
                action.links.model(origin=action, kind=link["kind"], target=plan.actions.get(code=codes[link["to"]]))
                for link in row["links"]
            )
        return len(rows)

    def action_record(self, row: Row) -> Row:
        """A row of actions.yaml in the shape of `records.read_record`."""
        text = self.pack.text
        return {
            "stage": row["stage"],
            **{name: text(row.get(name)).stored() for name in ("title", "what", "why", "nature")},
            "remarks": text(row.get("notes")).stored(),
            "axis": next(iter(row["axes"]), ""),
            "theme": row["theme"] or "",
            "challenges": row["challenges"],
            "publics": row["publics"],
            "areas": [str(code) for code in row["areas"]],
            "lead": row["lead"] or "",
            "partners": [
                {
                    "organisation": p["organisation"],
                    "role": _PARTNER_ROLES.get(p["role"], p["role"]),
                    "section": p["section"],
                }
                for p in row["partners"]
            ],
            "starts_on": _day(row["starts_on"]),
            "ends_on": _day(row["ends_on"]),
            "budget_lines": [self.budget_line(line) for line in row["budget"]],
            "funding_sources": row["funding"],
            "section": row["section"],
            "is_public": True,
        }

    def budget_line(self, line: Row) -> Row:
        return {
            "kind": line["kind"],
            "label": self.pack.text(line["label"]).stored(),
            "amount": str(line["amount"]),
            "currency": line.get("currency", "EUR"),
            "period": str(line.get("period") or ""),
            "funding_source": line.get("funding_source") or "",
            "is_secured": bool(line.get("is_secured")),
            "note": self.pack.text(line.get("note")).stored(),
            "section": line.get("section", ""),
        }

    def load_figures(self, plan: Plan) -> int:
        document = self.pack.read("figures.yaml") or {"figures": [], "checks": []}
        for order, row in enumerate(document["figures"], 1):
            QuotedFigure.objects.create(
                plan=plan,
                order=order,
                label=self.pack.text(row["label"]),
                printed=str(row["printed"]),
                period=str(row.get("period") or ""),
                unit=row.get("unit") or "",
                **{name: row.get(name) for name in ("key", "value", "n", "base", "kind")},
                **self.cited(row),
            )
        observations = [
            {"kind": "observation", "parameters": {"figures": row["figures"]}, **row}
            for row in document.get("observations", [])
        ]
        for order, row in enumerate([*document["checks"], *observations], 1):
            FigureCheck.objects.create(
                plan=plan,
                order=order,
                note=self.pack.text(row.get("note")),
                **{name: row[name] for name in ("key", "kind", "parameters")},
                **self.cited(row),
            )
        return len(document["figures"])

    def release(self, plan: Plan, adopted: PartialDate) -> Release:
        """The plan as its source published it: release 1."""
        return publish_release(
            plan=plan,
            title=plan.title,
            summary=plan.summary,
            on=adopted.date,
            by=None,
            **self.cited(self.pack.plan["plan"]),
        )


_PARTNER_ROLES = {"beneficiary-host": "host"}


def _day(value: Any) -> str:
    """ "2017", "2017-05" or "2017-05-01" out of a date, a text or {"on": …}."""
    if isinstance(value, dict):
        value = value["on"]
    return value.isoformat() if isinstance(value, date) else str(value or "")
