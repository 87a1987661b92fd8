"""A pack's programmes as its sources describe them, and the editions, people and portfolios that it invents."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from random import Random

from django.utils import timezone

from parcours.accounts.actions import create_user
from parcours.accounts.models import User
from parcours.delivery.choices import (
    BookingState,
    EditionState,
    EnrolmentState,
    Motivation,
    Presence,
    Referral,
    StaffRole,
)
from parcours.delivery.models import (
    Attendance,
    Booking,
    BudgetLine,
    Edition,
    Enrolment,
    Interview,
    Programme,
    Session,
    Staff,
    Step,
    Venue,
)
from parcours.directory.actions.people import give_role
from parcours.directory.choices import Role
from parcours.directory.models import Organisation, Source
from parcours.engines.words import fold
from parcours.packs.directory import load_organisation_rows
from parcours.packs.pack import Pack, Row
from parcours.packs.portfolios import load_portfolio
from parcours.people.actions.consents import give_consent
from parcours.people.models import Person, Qualification, SpokenLanguage
from parcours.portfolio.models import LevelStep, Opening, Tutoring
from parcours.translations.fields import Translated

FILE, INVENTED = "programmes.yaml", "invented-programmes.yaml"
BEGINS, LASTS = time(18, 30), timedelta(hours=2)
THURSDAY = 3
LEADS_BEFORE, LEADS_AFTER, APPLIED_BEFORE = timedelta(days=90), timedelta(days=60), timedelta(days=21)
# how often somebody who goes on to the end comes, and is late or excused when not simply there
COMES, LATE, EXCUSED = 0.88, 0.1, 0.5


class ProgrammeLoader:
    """Adds what is missing; what is there stays as it is. Invented editions are dated from the day of loading."""

    def __init__(self, pack: Pack, sources: dict[str, Source], *, today: date | None = None) -> None:
        self.pack, self.sources = pack, sources
        self.cited, self.invented = pack.read(FILE) or {}, pack.read(INVENTED) or {}
        self.today = today or timezone.localdate()
        self.random = Random(self.invented.get("seed", 0))  # noqa: S311 (no secret: the same demonstration each time)

    def load_cited(self) -> int:
        """Organisations, the scale, programmes with their steps; gives how many programmes were added."""
        load_organisation_rows(self.pack, self.cited.get("organisations", []), self.sources)
        for position, label in enumerate(self.cited.get("scale", []), start=1):
            LevelStep.objects.get_or_create(position=position, defaults={"label": self.pack.text(label)})
        known = set(Programme.objects.values_list("key", flat=True))
        missing = [row for row in self.cited.get("programmes", []) if row["key"] not in known]
        for row in missing:
            self._programme(row)
        return len(missing)

    def _programme(self, row: Row) -> None:
        texts = {name: self.pack.text(row.get(name)) for name in ("title", "summary", "description")}
        plain = {
            name: row[name] for name in ("awards", "tutors_need", "finish_share", "source", "is_public") if name in row
        }
        organisation = Organisation.objects.get(key=row["organisation"])
        programme = Programme.objects.create(key=row["key"], organisation=organisation, **texts, **plain)
        for position, step in enumerate(row["steps"], start=1):
            made = Step.objects.create(
                programme=programme,
                key=step["key"],
                position=position,
                minutes=step["minutes"],
                day=step["day"],
                given_by=Organisation.objects.get(key=step["given_by"]) if "given_by" in step else None,
                **{name: self.pack.text(step.get(name)) for name in ("title", "aims", "activities", "materials")},
            )
            if step["opens"]:
                Opening.objects.create(step=made, parts=step["opens"])

    def load_invented(self) -> int:
        """Editions with their people and what they did, all labelled; gives how many enrolments were added."""
        if not self.invented or Edition.objects.filter(is_invented=True).exists():
            return 0
        for row in self.invented["past"]:
            self._past(row)
        self._friends(self.invented["friends"])
        for row in self.invented["editions"]:
            self._edition(row)
        self._team()
        for row in self.invented["people"]:
            self._participant(row)
        for edition in Edition.objects.filter(key__in=[row["key"] for row in self.invented["editions"]]):
            self._attend(edition)
        for key, told in self.invented["portfolios"].items():
            load_portfolio(self.people[key], told, today=self.today)
        return Enrolment.objects.filter(is_invented=True).count()

    # Past editions: rows without names

    def _past(self, row: Row) -> None:
        begins = date.fromisoformat(row["starts_on"])
        edition = self._make_edition(row, begins, EditionState.ENDED, weeks=row["sessions"], capacity=row["enrolled"])
        ends = list(row["left"]) + [""] * row["finished"]
        for reason in ends:
            applied = _at(begins - APPLIED_BEFORE)
            Enrolment.objects.create(
                edition=edition,
                state=EnrolmentState.LEFT if reason else EnrolmentState.ENROLLED,
                applied_at=applied,
                enrolled_at=applied + timedelta(days=7),
                ended_on=begins + timedelta(days=7 * self.random.randint(1, 4)) if reason else None,
                end_reason=reason,
                is_invented=True,
            )
        self._attend(edition)
        self._money(edition, row)

    def _friends(self, number: int) -> None:
        """What brought those of past cycles of Migrapass: so many came with a friend who took part."""
        past = Enrolment.objects.filter(edition__programme__key="migrapass", person=None).order_by("pk")
        others = [Referral.ORGANISATION, Referral.OUTREACH, Referral.PUBLIC, Referral.FRIEND, Referral.NOT_ASKED]
        for index, enrolment in enumerate(past):
            enrolment.referral = Referral.FRIEND_TOOK_PART if index < number else self.random.choice(others)
            enrolment.save(update_fields=["referral"])

    # Editions around today

    def _edition(self, row: Row) -> None:
        begins = self.today + timedelta(days=row["from_today"])
        begins += timedelta(days=(THURSDAY - begins.weekday()) % 7)
        edition = self._make_edition(row, begins, EditionState(row["state"]))
        self._money(edition, row)
        if "open_to_all" in row:
            self._open_to_all(edition, row["open_to_all"])

    def _money(self, edition: Edition, row: Row) -> None:
        for kind, label, foreseen, actual in row.get("money", []):
            BudgetLine.objects.create(
                edition=edition, kind=kind, label=label, foreseen=foreseen, actual=actual, is_invented=True
            )

    def _open_to_all(self, edition: Edition, row: Row) -> None:
        """An evening that anybody may book, with parties who did; those who came too late wait."""
        starts = _local(self.today + timedelta(days=row["from_today"]))
        session = Session.objects.create(
            edition=edition,
            title=self.pack.text(row["title"]),
            starts_at=starts,
            ends_at=starts + LASTS,
            venue=self.venues[row["venue"]],
            capacity=row["seats"],
            is_invented=True,
        )
        free = row["seats"]
        for number, (seats, language) in enumerate(row["parties"]):
            fits = seats <= free
            free -= seats * fits
            Booking.objects.create(
                session=session,
                email=f"visitor.{number}@example.org",
                language=language,
                seats=seats,
                state=BookingState.BOOKED if fits else BookingState.WAITING,
                booked_at=_at(self.today - timedelta(days=9 - number)),
                is_invented=True,
            )

    def _make_edition(
        self, row: Row, begins: date, state: EditionState, *, weeks: int = 0, capacity: int = 0
    ) -> Edition:
        programme = Programme.objects.get(key=row["programme"])
        steps: list[Step | None] = [*programme.steps.all()] or [None] * weeks
        days = [begins + timedelta(days=step.day if step else 7 * index) for index, step in enumerate(steps)]
        edition = Edition.objects.create(
            key=row["key"],
            programme=programme,
            title=row["title"],
            state=state,
            starts_on=begins,
            ends_on=days[-1],
            capacity=capacity or row["capacity"],
            french_level=row.get("french_level", ""),
            languages=row.get("languages", ["fr"]),
            venue=self.venues[row["venue"]] if "venue" in row else None,
            is_invented=True,
        )
        for step, day in zip(steps, days, strict=True):
            starts = _local(day)
            Session.objects.create(
                edition=edition,
                step=step,
                title=step.title if step else Translated.of({"fr": "Atelier", "en": "Workshop"}),
                starts_at=starts,
                ends_at=starts + (timedelta(minutes=step.minutes) if step else LASTS),
                venue=edition.venue,
                is_invented=True,
            )
        return edition

    @cached_property
    def venues(self) -> dict[str, Venue]:
        made = {}
        for row in self.invented["venues"]:
            values = {name: row[name] for name in ("address", "capacity", "is_step_free")}
            made[row["key"]], _new = Venue.objects.get_or_create(
                name=row["name"], defaults={**values, "is_invented": True}
            )
        return made

    # People

    @cached_property
    def people(self) -> dict[str, Person]:
        return {}

    def _team(self) -> None:
        for row in self.invented["team"]:
            user = create_user(email=row["email"], name=row["name"], language=row["language"], is_invented=True)
            if "partner_of" in row:
                give_role(user=user, role=Role.PARTNER, organisation=Organisation.objects.get(key=row["partner_of"]))
            for role in (StaffRole.LEAD, StaffRole.FACILITATOR, StaffRole.TUTOR):
                for key in row.get(f"{role}_of", []):
                    edition = Edition.objects.get(key=key)
                    Staff.objects.create(
                        edition=edition,
                        user=user,
                        role=role,
                        since=edition.starts_on - LEADS_BEFORE,
                        until=edition.ends_on + LEADS_AFTER * (role != StaffRole.TUTOR),
                    )
            if "trained_in" in row:
                self._trained(row, user)

    def _trained(self, row: Row, user: User) -> None:
        """A tutor is a person too, who finished the training that awards the qualification."""
        edition = Edition.objects.select_related("programme__organisation").get(key=row["trained_in"])
        person = self._person({**row, "channel": "email"}, account=user)
        self._enrol(person, edition, Referral.FRIEND_TOOK_PART)
        Qualification.objects.create(
            person=person,
            kind=edition.programme.awards,
            awarded_by=edition.programme.organisation.name,
            awarded_on=edition.ends_on,
            earned_in=edition.key,
            is_invented=True,
        )

    def _person(self, row: Row, account: User | None = None) -> Person:
        names = ("name", "called", "latin_name", "born", "gender", "email", "phone", "language", "prefers_pictures")
        values = {name: row[name] for name in names if name in row}
        person = Person.objects.create(
            **values,
            channel=row["channel"],
            sort_key=fold(row.get("latin_name") or row["name"])[:200],
            account=account,
            last_contact_on=self.today,
            is_invented=True,
        )
        for language, level in row["speaks"]:
            SpokenLanguage.objects.create(person=person, language=language, level=level)
        self.people[row["key"]] = person
        for purpose in ("accompany", "messages"):
            give_consent(person=person, purpose=purpose, at=_at(self.today - timedelta(days=40)))
        return person

    def _participant(self, row: Row) -> None:
        account = None
        if row.get("email") or row.get("phone"):
            language = row["language"] if row["language"] in ("fr", "ar") else "fr"
            account = create_user(
                email=row.get("email"), phone=row.get("phone"), name=row["called"], language=language, is_invented=True
            )
        person = self._person(row, account)
        edition = Edition.objects.get(key=row["edition"])
        enrolment = self._enrol(person, edition, Referral(row["referral"]), row.get("state"), row.get("left", ""))
        if tutor := row.get("tutor"):
            Tutoring.objects.create(
                enrolment=enrolment,
                tutor=self.people[tutor],
                since=edition.starts_on,
                until=edition.ends_on,
                decided_by=User.objects.get(email="salome@example.org"),
                decided_at=_at(edition.starts_on),
                is_invented=True,
            )

    def _enrol(
        self, person: Person, edition: Edition, referral: Referral, state: str | None = None, left: str = ""
    ) -> Enrolment:
        applied = _at(min(edition.starts_on - APPLIED_BEFORE, self.today - timedelta(days=5)))
        is_in = state is None
        enrolment = Enrolment.objects.create(
            edition=edition,
            person=person,
            state=state or (EnrolmentState.LEFT if left else EnrolmentState.ENROLLED),
            applied_at=applied,
            enrolled_at=applied + timedelta(days=2) if is_in else None,
            ended_on=edition.starts_on + timedelta(days=10) if left else None,
            end_reason=left,
            referral=referral,
            is_invented=True,
        )
        if is_in:
            french = person.languages.filter(language="fr").values_list("level", flat=True).first() or "A2"
            Interview.objects.create(
                enrolment=enrolment,
                held_on=(applied + timedelta(days=2)).date(),
                aims_explained=True,
                understood=True,
                is_available=True,
                motivation=Motivation.WANTS,
                french_level=french,
            )
        return enrolment

    # Attendance

    def _attend(self, edition: Edition) -> None:
        """Those who stay come to nearly all sessions that are over, those who left to none after they did."""
        held = list(edition.sessions.filter(ends_at__lt=_at(self.today)))
        needed = -(-len(held) * edition.programme.finish_share // 100)
        rows = []
        for enrolment in edition.enrolments.exclude(enrolled_at=None):
            seen = [self._seen(enrolment, session) for session in held]
            stays = enrolment.state == EnrolmentState.ENROLLED
            for index in range(len(seen)):
                if stays and sum(one in (Presence.PRESENT, Presence.LATE) for one in seen) < needed:
                    seen[index] = Presence.PRESENT
            rows += [self._attendance(enrolment, session, one) for session, one in zip(held, seen, strict=True)]
        Attendance.objects.bulk_create(rows)

    def _seen(self, enrolment: Enrolment, session: Session) -> Presence:
        if enrolment.ended_on and session.starts_at.date() >= enrolment.ended_on:
            return Presence.ABSENT
        if self.random.random() < COMES:
            return Presence.LATE if self.random.random() < LATE else Presence.PRESENT
        return Presence.EXCUSED if self.random.random() < EXCUSED else Presence.ABSENT

    def _attendance(self, enrolment: Enrolment, session: Session, presence: Presence) -> Attendance:
        return Attendance(
            session=session, enrolment=enrolment, presence=presence, noted_at=session.ends_at, is_invented=True
        )


def _at(day: date) -> datetime:
    return datetime.combine(day, time(10), tzinfo=UTC)


def _local(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, BEGINS))
