"""Who plays in the tests of portfolios: Salma, who takes part, and Hélène, her trained tutor."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from parcours.accounts.models import User
from parcours.delivery.choices import StaffRole
from parcours.delivery.models import Edition, Enrolment
from parcours.delivery.tests import cast
from parcours.people.actions.qualifications import award
from parcours.people.models import Person, SpokenLanguage
from parcours.portfolio.actions.telling import begin_portfolio
from parcours.portfolio.actions.tutoring import decide
from parcours.portfolio.models import LevelStep, Portfolio, Tutoring
from parcours.translations.texts import Translated

TUTOR = "migrapass-tutor"


@dataclass
class Played:
    edition: Edition
    salma: User
    person: Person
    portfolio: Portfolio
    enrolment: Enrolment
    helene: User
    tutor: Person
    tutoring: Tutoring
    lead: User


def play() -> Played:
    """A running edition: one participant, her tutor, who leads it."""
    for position, words in enumerate(["avec de l’aide", "avec d’autres", "seule", "je peux le montrer"], start=1):
        LevelStep.objects.create(position=position, label=Translated.of({"fr": words}))
    today = timezone.localdate()
    edition = cast.edition(
        cast.programme(tutors_need=TUTOR), starts_on=today - timedelta(days=7), ends_on=today + timedelta(days=30)
    )
    salma, helene = cast.user("Salma"), cast.user("Hélène")
    person = cast.person("سلمى الحداد", latin_name="Salma AL-HADDAD", called="Salma", language="ar", account=salma)
    tutor = trained(helene)
    cast.staff(edition, StaffRole.TUTOR, helene)
    lead = cast.staff(edition)
    enrolment = cast.enrolled(edition, person)
    tutoring = decide(enrolment=enrolment, tutor=tutor, by=lead, at=timezone.now())
    return Played(edition, salma, person, begin_portfolio(person=person), enrolment, helene, tutor, tutoring, lead)


def trained(user: User) -> Person:
    person = cast.person(user.name, account=user, language="fr")
    SpokenLanguage.objects.create(person=person, language="ar", level="B1")
    award(person=person, kind=TUTOR, by="Autremonde", on=timezone.localdate() - timedelta(days=60))
    return person
