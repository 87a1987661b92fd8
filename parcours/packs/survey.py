"""A pack's survey: the questionnaire that its source describes, and answers invented for a demonstration."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from random import Random
from typing import Any

from parcours.directory.actions.organisations import create_organisation
from parcours.directory.choices import PublicationConsent, SourceKind
from parcours.directory.models import Organisation, Source
from parcours.directory.records import Values
from parcours.engines.questionnaire.answers import Answers, judge
from parcours.engines.questionnaire.sheets import Row as SheetRow
from parcours.engines.questionnaire.sheets import Sheets
from parcours.geo.models import Area
from parcours.kit.secret import secret_digest
from parcours.packs.answers import Drawing, partners
from parcours.packs.pack import Pack, Row
from parcours.packs.services import area_key
from parcours.plan.models import QuotedFigure
from parcours.survey.choices import Circle, Progress, TieKind
from parcours.survey.links import secret_of
from parcours.survey.models import Ask, Candidate, Questionnaire, Response, Tie, Version, Wave
from parcours.survey.spellings import match_key

FILE = "survey.yaml"
TEXTS = ("label", "hint", "constraint_message")
NOON = time(12, tzinfo=UTC)


def sheets_of(told: Row) -> Sheets:
    """The XLSForm that the file describes: a text in languages becomes one column for each."""
    names = told["languages"]
    choices = [
        {"list_name": list_name, "name": name, **_columns({"label": label}, names)}
        for list_name, rows in told["choices"].items()
        for name, label in rows.items()
    ]
    settings = {**told["settings"], "default_language": next(iter(names.values()))}
    survey = [_columns(row, names) for row in told["survey"]]
    return Sheets.of(survey=survey, choices=choices, settings=[settings])


def _columns(row: Row, names: dict[str, str]) -> SheetRow:
    plain = {key: str(value) for key, value in row.items() if key not in (*TEXTS, "from")}
    texts = {f"{key}::{names[code]}": text for key in TEXTS for code, text in row.get(key, {}).items()}
    return plain | texts


class SurveyLoader:
    """Adds the questionnaire and the invented waves where they are missing; what is there stays as it is."""

    def __init__(self, pack: Pack, sources: dict[str, Source]) -> None:
        self.pack, self.sources, self.rows = pack, sources, pack.read(FILE) or {}
        self.random = Random(self.rows.get("seed", 0))  # noqa: S311 (no secret: the same demonstration each time)

    def load_questionnaire(self) -> int:
        """The questionnaire, published; gives how many were added."""
        if not self.rows or Questionnaire.objects.filter(key=self.rows["questionnaire"]["key"]).exists():
            return 0
        told = self.rows["questionnaire"]
        purpose = self.pack.text(told["purpose"])
        questionnaire = Questionnaire.objects.create(key=told["key"], title=told["title"], purpose=purpose)
        at = self._at(self.rows["waves"][0]["opens_on"])
        store = sheets_of(self.rows).to_store()
        Version.objects.create(questionnaire=questionnaire, number=1, sheets=store, published_at=at)
        return 1

    def load_invented(self) -> int:
        """Waves, whom they ask, answers, ties and candidates, all labelled; gives how many responses were added."""
        if not self.rows:
            return 0
        for row in self.rows["invented_organisations"]:
            if row["key"] not in self.organisations:
                self.organisations[row["key"]] = self._organisation(row)
        self._recompute()
        missing = [row for row in self.rows["waves"] if not Wave.objects.filter(key=row["key"]).exists()]
        return sum(self._wave(row) for row in missing)

    def _recompute(self) -> None:
        """Say by which of our figures each printed total is recomputed."""
        wave = next(row["key"] for row in self.rows["waves"] if row.get("calibrated"))
        keys = {
            total["key"]: f"{total['question'].replace('/', '.')}.{total['choice']}" for total in self.rows["totals"]
        }
        keys[self.rows["respondents"]] = "response.all"
        for key, path in keys.items():
            QuotedFigure.objects.filter(key=key).update(recomputed_as=f"survey.{wave}.{path}")

    @cached_property
    def organisations(self) -> dict[str, Organisation]:
        return {row.key: row for row in Organisation.objects.kept().select_related("area").order_by("pk")}

    @cached_property
    def version(self) -> Version:
        return Version.objects.published().get(questionnaire__key=self.rows["questionnaire"]["key"], number=1)

    @cached_property
    def invented(self) -> list[Organisation]:
        """Who may be given invented answers: invented organisations, and no other."""
        return [organisation for organisation in self.organisations.values() if organisation.is_invented]

    def _organisation(self, row: Row) -> Organisation:
        values: Values = {"name": row["name"], "kind": "association", "area": area_key(row["commune"])}
        return create_organisation(
            source=self.sources[self.rows["invented_source"]],
            external_id=row["key"],
            values=values,
            consent=PublicationConsent.GIVEN,
            is_invented=True,
            key=row["key"],
        )

    def _wave(self, row: Row) -> int:
        source, _created = Source.objects.get_or_create(
            key=f"survey-{row['key']}",
            defaults={
                "title": self.pack.text(row["title"]),
                "kind": SourceKind.SURVEY,
                "year": int(row["opens_on"][:4]),
            },
        )
        wave = Wave.objects.create(
            version=self.version,
            key=row["key"],
            title=row["title"],
            message=self.pack.text(row.get("message")),
            remarks=self.pack.text(row.get("remarks")),
            opens_on=row["opens_on"],
            closes_on=row["closes_on"],
            results_are_public=row["results_are_public"],
            source=source,
            is_invented=True,
        )
        wave.refresh_from_db()
        people = self._people(row)
        asks = self._asks(wave, people[: row.get("asked", row["respondents"])], row)
        responses = self._responses(wave, asks[: row["respondents"]], people, row)
        self._ties(wave, responses, people, row)
        return len(responses)

    def _people(self, row: Row) -> list[Row]:
        """Those who can answer, in order of doing so: {"key", "organisation", "commune", "answers", "axes"}."""
        found = self.invented if row.get("calibrated") else self.random.sample(self.invented, len(self.invented))
        totals = self.rows["totals"] if row.get("calibrated") else []
        weights = self.rows["weights"] if row.get("calibrated") else {**self._shares(), **self.rows["weights"]}
        drawn = Drawing(self.version.form, row["respondents"], totals, weights, self.random).draw()
        drawn += [{} for _more in range(len(found) - len(drawn))]
        return [
            {
                "key": each.key,
                "organisation": each,
                "commune": each.area.code if each.area else "",
                "answers": answers,
                "axes": answers.get("work/axes", []),
            }
            for each, answers in zip(found, drawn, strict=False)
        ]

    def _shares(self) -> dict[str, dict[str, int]]:
        """Weights like the totals of the first wave, for a later one that is not calibrated."""
        shares: dict[str, dict[str, int]] = {}
        for total in self.rows["totals"]:
            share = round(100 * total["n"] / total["base"])
            shares.setdefault(total["question"], {})[total["choice"]] = share
            if self.version.form.question(total["question"]).kind == "one":
                other = next(
                    one for one in self.version.form.question(total["question"]).choices if one.name != total["choice"]
                )
                shares[total["question"]][other.name] = 100 - share
        return shares

    def _asks(self, wave: Wave, people: list[Row], row: Row) -> list[Ask]:
        sent = self._at(row["opens_on"])
        asks = [
            Ask(
                wave=wave,
                organisation=each["organisation"],
                circle=Circle.SECOND if number < 34 else Circle.THIRD,
                expires_at=sent + timedelta(days=wave.link_days),
                sent_at=sent,
                opened_at=sent + timedelta(days=1 + number % 9) if number < row["respondents"] + 5 else None,
                reminded_at=sent + timedelta(days=10) if number >= row["respondents"] // 2 else None,
            )
            for number, each in enumerate(people)
        ]
        for ask in asks:
            ask.secret_digest = secret_digest(secret_of(ask))
        return Ask.objects.bulk_create(asks)

    def _responses(self, wave: Wave, asks: list[Ask], people: list[Row], row: Row) -> list[Response]:
        pages = [page.key for page in wave.form.pages()]
        responses = []
        for number, (ask, each) in enumerate(zip(asks, people, strict=False)):
            at = self._at(row["opens_on"]) + timedelta(days=1 + number % 30, hours=number % 7)
            self._tell(each, people, row)
            judged = judge(wave.form, each["answers"], today=at.date())
            answers = {path: value for path, value in each["answers"].items() if judged.states.get(path) != "h"}
            is_reviewed = bool(row.get("calibrated")) or number < 9
            responses.append(
                Response(
                    wave=wave,
                    version=wave.version,
                    ask=ask,
                    organisation=each["organisation"],
                    key=f"{wave.key}-{number + 1}"[-32:],
                    progress=Progress.COMPLETE,
                    language=("fr", "fr", "fr", "ar", "en")[number % 5],
                    answers=answers | {path: text for path, text in judged.computed.items() if text},
                    states=judged.states,
                    seen=pages,
                    started_at=at,
                    saved_at=at,
                    completed_at=at,
                    reviewed_at=at + timedelta(days=3) if is_reviewed else None,
                    is_invented=True,
                )
            )
        return Response.objects.bulk_create(responses)

    def _tell(self, each: Row, people: list[Row], row: Row) -> None:
        """The answers in words and numbers, the actions and the partners."""
        answers, organisation, random = each["answers"], each["organisation"], self.random
        size = self.rows["members"]
        small = random.random() < size["small_share"]
        told: Answers = {
            "organisation/name": organisation.name,
            "organisation/phone": organisation.phone,
            "organisation/email": organisation.email,
            "organisation/members": random.randint(size["smallest"], 19 if small else size["largest"]),
            "last/missing": random.choice(self.rows["missing"]) if random.random() < 0.45 else None,
        }
        answers |= {path: value for path, value in told.items() if value not in (None, "")}
        axes = random.sample(each["axes"], random.randint(0, len(each["axes"])))
        answers["actions"] = [{"title": random.choice(self.rows["titles"][axis]), "axis": axis} for axis in axes]
        hubs = [self._hub(key) for key in self.rows["hubs"]]
        named = partners(each, people[: row.get("asked", len(people))], random, hubs=hubs)
        answers["partners"] = [self._partner(other) for other in named]

    def _hub(self, key: str) -> Row:
        organisation = self.organisations[key]
        return {"key": key, "organisation": organisation, "commune": organisation.area_id or "", "axes": []}

    def _partner(self, other: Row) -> Row:
        organisation = other["organisation"]
        kinds = [TieKind.WORKS_WITH.value]
        if other["key"] in self.rows["hubs"]:
            kinds = [self.random.choice([TieKind.FUNDED_BY.value, TieKind.WORKS_WITH.value])]
        elif self.random.random() < 0.12:
            kinds.append(TieKind.HOSTED_BY.value)
        return {"name": organisation.name, "town": organisation.area.name if organisation.area else "", "tie": kinds}

    def _ties(self, wave: Wave, responses: list[Response], people: list[Row], row: Row) -> None:
        """Of answers that were reviewed: the ties they tell, and the partners that nobody knows."""
        by_name = {organisation.name: organisation for organisation in self.organisations.values()}
        ties: dict[tuple[Any, ...], Tie] = {}
        for response in responses:
            if response.reviewed_at:
                for partner in response.answers["partners"]:
                    for kind in partner["tie"]:
                        target = by_name[partner["name"]]
                        ties[response.organisation_id, kind, target.pk] = Tie(
                            origin=response.organisation,
                            kind=kind,
                            target=target,
                            wave=wave,
                            response=response,
                            named_as=partner["name"],
                            said_on=response.completed_at.date(),
                            is_invented=True,
                        )
        Tie.objects.bulk_create(ties.values())
        if row.get("calibrated"):
            self._hub_ties(people)
        else:
            self._candidates(wave, [response for response in responses if response.reviewed_at])

    def _hub_ties(self, people: list[Row]) -> None:
        """Partners of the steering group, as if its office had noted them."""
        for key in self.rows["hubs"]:
            for each in self.random.sample(people, self.rows["hub_partners"]):
                Tie.objects.create(
                    origin=self.organisations[key],
                    target=each["organisation"],
                    said_on=date.fromisoformat(self.rows["waves"][0]["opens_on"]),
                    is_invented=True,
                )

    def _candidates(self, wave: Wave, responses: list[Response]) -> None:
        areas = {
            area.code: area
            for area in Area.objects.filter(code__in=[row["commune"] for row in self.rows["candidates"]])
        }
        for number, row in enumerate(self.rows["candidates"]):
            candidate = Candidate.objects.create(
                wave=wave,
                name=row["name"],
                match_key=match_key({"name": row["name"], "area": area_key(row["commune"])}),
                area=areas[row["commune"]],
                found_at=self._at(wave.opens_on) + timedelta(days=20),
                is_invented=True,
            )
            for response in {responses[number % len(responses)], responses[(number * 5 + 2) % len(responses)]}:
                Tie.objects.create(
                    origin=response.organisation,
                    candidate=candidate,
                    wave=wave,
                    response=response,
                    named_as=row["name"],
                    said_on=response.completed_at.date(),
                    is_invented=True,
                )

    def _at(self, day: Any) -> datetime:
        return datetime.combine(date.fromisoformat(str(day)), NOON)
