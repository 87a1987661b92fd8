"""Who plays: an edition of eight, and a questionnaire of two questions on a scale and one in words."""

from datetime import timedelta

from django.utils import timezone

from parcours.delivery.models import Edition
from parcours.delivery.tests import cast
from parcours.engines.questionnaire.answers import judge
from parcours.engines.questionnaire.sheets import Sheets
from parcours.feedback.actions.evaluations import open_evaluation
from parcours.feedback.choices import Moment
from parcours.feedback.models import Evaluation, Invitee
from parcours.survey.choices import Progress
from parcours.survey.models import Questionnaire, Version

STEPS = ("not_at_all", "little", "quite", "much")
FR = "label::Français (fr)"
SURVEY = [
    {"type": "select_one amount", "name": "market", "appearance": "likert", FR: "Je sais chercher du travail."},
    {"type": "select_one amount", "name": "network", "appearance": "likert", FR: "Je connais du monde ici."},
    {"type": "text", "name": "words", FR: "Qu’est-ce qui a changé ?"},
]
CHOICES = [{"list_name": "amount", "name": name, FR: name.replace("_", " ")} for name in STEPS]


def version(key: str = "avant", **more: bool) -> Version:
    questionnaire = Questionnaire.objects.create(key=key, title=key, **{"asks_people": True} | more)
    settings = {"form_title": key, "form_id": key, "default_language": "Français (fr)"}
    sheets = Sheets.of(survey=SURVEY, choices=CHOICES, settings=[settings])
    return Version.objects.create(
        questionnaire=questionnaire, number=1, sheets=sheets.to_store(), published_at=timezone.now()
    )


def edition(size: int = 8) -> Edition:
    made = cast.edition()
    for _number in range(size):
        cast.enrolled(made)
    return made


def evaluation(of: Edition, moment: Moment = Moment.BEFORE, *, is_over: bool = False) -> Evaluation:
    today = timezone.localdate()
    shift = timedelta(days=20 if is_over else 1)
    found = Version.objects.filter(questionnaire__key=moment.value).first() or version(moment.value)
    return open_evaluation(
        edition=of, moment=moment, version=found, opens_on=today - shift, closes_on=today - shift + timedelta(days=10)
    )


def fill(invitee: Invitee, market: int, network: int = 0, words: str = "") -> None:
    """Answer to the end: places on the scales, from 0."""
    response = invitee.response
    answers = {"market": STEPS[market], "network": STEPS[network]} | ({"words": words} if words else {})
    form = invitee.evaluation.wave.form
    response.answers, response.states = answers, judge(form, answers, today=timezone.localdate()).states
    response.seen = [page.key for page in form.pages()]
    response.progress, response.completed_at = Progress.COMPLETE, timezone.now()
    response.save()
