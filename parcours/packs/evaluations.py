"""A pack's questionnaires for participants, and the answers that it invents for a demonstration."""

from datetime import UTC, datetime, time, timedelta
from random import Random

from django.utils import timezone

from parcours.delivery.models import Edition
from parcours.engines.questionnaire.answers import Answers, judge
from parcours.feedback.actions.evaluations import make_invitee, open_evaluation
from parcours.feedback.choices import Moment
from parcours.feedback.models import Evaluation, Round
from parcours.packs.pack import Pack, Row
from parcours.packs.survey import sheets_of
from parcours.survey.choices import Progress
from parcours.survey.models import Questionnaire, Response, Version

FILE = "evaluations.yaml"
NOON = time(12, tzinfo=UTC)
LASTS = timedelta(days=10)


class EvaluationLoader:
    """Adds what is missing; what is there stays as it is."""

    def __init__(self, pack: Pack) -> None:
        self.pack, self.rows = pack, pack.read(FILE) or {}
        self.told = self.rows.get("invented", {})
        self.random = Random(self.told.get("seed", 0))  # noqa: S311 (no secret: the same demonstration each time)

    def load_questionnaires(self) -> int:
        """The questionnaires, published; gives how many were added."""
        known = set(Questionnaire.objects.values_list("key", flat=True))
        missing = [row for row in self.rows.get("questionnaires", []) if row["key"] not in known]
        for row in missing:
            questionnaire = Questionnaire.objects.create(
                key=row["key"], title=row["title"], purpose=self.pack.text(row["purpose"]), asks_people=True
            )
            survey = [one for part in row["survey"] for one in (part if isinstance(part, list) else [part])]
            store = sheets_of({**self.rows, **row, "survey": survey}).to_store()
            Version.objects.create(questionnaire=questionnaire, number=1, sheets=store, published_at=timezone.now())
        return len(missing)

    def load_invented(self) -> int:
        """Evaluations of invented editions, answered at random; gives how many responses were added."""
        if not self.told or Evaluation.objects.exists():
            return 0
        for key in self.told["past"]:
            self._evaluate(Edition.objects.get(key=key), *Moment)
        for key in self.told["running"]:
            self._evaluate(Edition.objects.get(key=key), Moment.BEFORE)
        for row in self.told["rounds"]:
            edition = Edition.objects.get(key=row["edition"])
            values = {name: row[name] for name in ("present", "went_well", "to_change", "decided")}
            Round.objects.create(edition=edition, held_on=edition.ends_on, is_invented=True, **values)
        return Response.objects.filter(wave__asks_people=True).count()

    def _evaluate(self, edition: Edition, *moments: Moment) -> None:
        for moment in moments:
            version = Version.objects.get(questionnaire__key=self._questionnaire(moment)["key"], number=1)
            opens_on = edition.starts_on - LASTS if moment == Moment.BEFORE else edition.ends_on
            closes_on = opens_on + LASTS - timedelta(days=1)
            evaluation = open_evaluation(
                edition=edition,
                moment=moment,
                version=version,
                opens_on=opens_on,
                closes_on=closes_on,
                is_invented=True,
            )
            self._answer(evaluation, datetime.combine(closes_on, NOON))

    def _questionnaire(self, moment: Moment) -> Row:
        return next(row for row in self.rows["questionnaires"] if row["moment"] == moment)

    def _answer(self, evaluation: Evaluation, at: datetime) -> None:
        """Of the past nobody's name is kept, yet the rows are there: they are invited like the others."""
        asked = evaluation.edition.enrolments.exclude(enrolled_at=None)
        if evaluation.moment == Moment.AFTER:
            asked = asked.taking_a_place()
        invited = {one.enrolment_id: one for one in evaluation.invitees.all()}
        for enrolment in asked.select_related("person"):
            invitee = invited.get(enrolment.pk) or make_invitee(evaluation=evaluation, enrolment=enrolment, at=at)
            if self.random.random() >= self.told["silent"][evaluation.moment]:
                self._fill(invitee.response, evaluation, at)

    def _fill(self, response: Response, evaluation: Evaluation, at: datetime) -> None:
        form, answers = evaluation.wave.form, self._drawn(evaluation)
        judgement = judge(form, answers, today=at.date())
        response.answers, response.states = answers, judgement.states
        response.seen = [page.key for page in form.pages()]
        response.progress = Progress.COMPLETE
        response.started_at = response.saved_at = response.completed_at = at
        response.save()

    def _drawn(self, evaluation: Evaluation) -> Answers:
        form, told = evaluation.wave.form, self.told
        answers: Answers = {}
        for question in form.questions():
            choices = [one.name for one in question.choices]
            if question.name in told[evaluation.moment]:
                place = round(self.random.gauss(told[evaluation.moment][question.name], 0.8))
                answers[question.path] = choices[min(max(place, 0), len(choices) - 1)]
            elif question.kind == "many":
                answers[question.path] = self._ticked(told["helped"])
            elif question.kind == "text" and self.random.random() < 0.5:
                answers[question.path] = self.random.choice(told["words"][question.name])
        return answers

    def _ticked(self, shares: dict[str, float]) -> list[str]:
        found = [name for name, share in shares.items() if self.random.random() < share]
        return found or ["none"]
