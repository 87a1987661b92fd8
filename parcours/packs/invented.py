"""What a pack invents so that a demonstration is alive. Every row it writes says that it is invented."""

from collections.abc import Iterator
from typing import Any

from parcours.accounts.actions import create_user
from parcours.directory.actions.people import give_role
from parcours.directory.choices import Role
from parcours.directory.models import Organisation
from parcours.packs.pack import Pack, Row
from parcours.plan.actions.change import change_action
from parcours.plan.actions.together import add_note, hold_meeting, join_notes, put_on_agenda, record_decision
from parcours.plan.choices import Cause
from parcours.plan.models import Action, Meeting, Plan, Risk
from parcours.plan.records import BY_NAME, Record


class InventedLoader:
    """Adds the invented rows to a plan that was just loaded."""

    def __init__(self, pack: Pack, plan: Plan) -> None:
        self.pack, self.plan, self.rows = pack, plan, pack.invented["invented"]
        self.codes = {row["key"]: row["code"] for row in pack.rows("actions.yaml")}

    def load(self) -> int:
        """Write them all; gives their number."""
        for key, changes in self.changes():
            self.change(self.action(key), changes)
        for row in self.rows["updates"]:
            self.action(row["action"]).updates.create(
                happened_on=row["happened_on"], text=self.pack.text(row["text"]), is_invented=True
            )
        self.rate_risks()
        self.load_meetings()
        self.load_notes()
        self.load_agenda()
        self.load_people()
        return sum(len(rows) for rows in self.rows.values()) + len(self.pack.invented["people"])

    def action(self, key: str) -> Action:
        return self.plan.actions.get(code=self.codes[key])

    def change(self, action: Action, changes: Record) -> None:
        """Change an action and note which of its values were made up."""
        changed = change_action(action=action, changes=changes, base_version=action.version, by=None, cause=Cause.LOAD)
        own = [name for name in changes if BY_NAME[name].kind != "lines"]
        changed.invented_fields = sorted({*changed.invented_fields, *own})
        changed.save(update_fields=["invented_fields"])

    def changes(self) -> Iterator[tuple[str, Record]]:
        """Action key and changes, from the lists that change actions."""
        for row in self.rows["leads"]:
            yield row["action"], {"lead": row["organisation"]}
        for row in self.rows["schedules"]:
            dates = {name: _day(row[name]) for name in ("starts_on", "ends_on") if row.get(name)}
            yield row["action"], {**dates, **({"stage": row["stage"]} if row.get("stage") else {})}
        for row in self.rows["blocks"]:
            yield row["action"], {"blocked_reason": self.pack.text(row["reason"]).stored()}
        for name, read in (
            ("milestones", self.milestone),
            ("budget_lines", self.budget_line),
            ("indicators", self.indicator),
        ):
            by_action: dict[str, list[Record]] = {}
            for row in self.rows[name]:
                by_action.setdefault(row["action"], []).append(read(row))
            for key, lines in by_action.items():
                yield key, {name: [*BY_NAME[name].read(self.action(key)), *lines]}

    def milestone(self, row: Row) -> Record:
        return {
            "title": self.pack.text(row["title"]).stored(),
            "due_on": _day(row["due_on"]),
            "done_on": _day(row.get("done_on")),
            "is_invented": True,
        }

    def budget_line(self, row: Row) -> Record:
        return {
            "kind": row["kind"],
            "label": self.pack.text(row["label"]).stored(),
            "amount": str(row["amount"]),
            "currency": row.get("currency", "EUR"),
            "period": str(row.get("period") or ""),
            "funding_source": row.get("funding_source") or "",
            "is_secured": bool(row.get("is_secured")),
            "note": self.pack.text(row.get("note")).stored(),
            "is_invented": True,
        }

    def indicator(self, row: Row) -> Record:
        baseline, target = row.get("baseline") or {}, row.get("target") or {}
        return {
            "name": self.pack.text(row["name"]).stored(),
            "unit": row["unit"],
            "baseline": str(baseline.get("value", "")),
            "baseline_on": _day(baseline.get("on")),
            "target": str(target.get("value", "")),
            "target_on": _day(target.get("on")),
            "is_invented": True,
        }

    def rate_risks(self) -> None:
        for row in self.rows["risk_ratings"]:
            Risk.objects.filter(plan=self.plan, key=row["risk"]).update(
                likelihood=row["likelihood"],
                impact=row["impact"],
                owner=Organisation.objects.filter(key=row.get("owner")).first(),
                is_rating_invented=True,
            )

    def load_meetings(self) -> None:
        for row in self.rows["meetings"]:
            meeting: Meeting = hold_meeting(
                body=self.plan.bodies.get(key=row["body"]),
                held_on=row["held_on"],
                title=self.pack.text(row["title"]),
                minutes=self.pack.text(row.get("minutes")),
                is_invented=True,
            )
            for decision in row["decisions"]:
                record_decision(
                    plan=self.plan,
                    text=self.pack.text(decision["text"]),
                    actions=[self.action(key) for key in decision["actions"]],
                    meeting=meeting,
                    on=decision["decided_on"],
                    by=None,
                    is_invented=True,
                )

    def load_notes(self) -> None:
        for row in self.rows["notes"]:
            note = add_note(
                workshop=self.plan.workshops.get(key=row["workshop"]),
                text=self.pack.text(row["text"]),
                table=str(row.get("table") or ""),
                is_invented=True,
            )
            for key in row.get("becomes") or []:
                join_notes(action=self.action(key), notes=[note])

    def load_agenda(self) -> None:
        for row in self.rows["agenda_items"]:
            put_on_agenda(
                plan=self.plan,
                challenge=self.plan.challenges.filter(key=row.get("challenge")).first(),
                public=self.plan.publics.filter(key=row.get("public")).first(),
                text=self.pack.text(row.get("text")),
                is_invented=True,
            )

    def load_people(self) -> None:
        """One sign-in a role, with made-up names and addresses that cannot exist."""
        for row in self.pack.invented["people"]:
            user = create_user(
                email=row["email"], phone=row.get("phone"), name=row["name"], language=row["language"], is_invented=True
            )
            role = Role(row["role"])
            organisation = Organisation.objects.get(key=row["organisation"]) if role == Role.PARTNER else None
            give_role(user=user, role=role, organisation=organisation)


def _day(value: Any) -> str:
    """ "2025-01" out of a text, a date or {"on": …}; "" out of nothing."""
    if isinstance(value, dict):
        value = value["on"]
    return str(value or "")
