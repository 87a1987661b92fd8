"""The evaluation of an edition, for those who work in it: asking, counts, words without names, rounds of the group."""

from datetime import date, timedelta
from typing import Any

import segno
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from parcours.delivery import desk
from parcours.delivery.models import Edition
from parcours.delivery.rules import runs
from parcours.delivery.views.people import edition_with_people
from parcours.delivery.views.programmes import shown_edition, trail_of
from parcours.feedback.actions import evaluations as verbs
from parcours.feedback.actions.rounds import note_round
from parcours.feedback.choices import Moment
from parcours.feedback.forms.evaluations import DatesForm, EvaluationForm, RoundForm
from parcours.feedback.links import url_of
from parcours.feedback.models import Evaluation, Round
from parcours.feedback.results import moved, tables_of, words_of
from parcours.kit.figures import Figure
from parcours.survey.actions.waves import close_wave
from parcours.survey.choices import Progress
from parcours.translations.languages import site_language, text_direction

LASTS = timedelta(days=14)


@require_safe
def edition(request: HttpRequest, key: str) -> HttpResponse:
    """How many have answered; once it has ended, what. While it runs no table is shown: two would tell one answer.

    Whoever runs the programme reads the counts of all its editions; words and slips are the team's.
    """
    shown = shown_edition(request, key)
    is_team = desk.sees_people(request.user, shown, at=timezone.now())
    if not (is_team or runs(request.user, shown.programme)):
        raise Http404
    today = timezone.localdate()
    found = {one.moment: one for one in shown.evaluations.select_related("wave__version")}
    over = {moment: one for moment, one in found.items() if one.wave.is_over(on=today)}
    context = {
        "edition": shown,
        "leads": request.user.has_perm("delivery.change_edition", shown),
        "is_team": is_team,
        "moments": [_moment(moment, found.get(moment), today) for moment in Moment],
        "moved": _moved(over),
        "rounds": shown.rounds.select_related("noted_by"),
        "smallest": verbs.SMALLEST,
        "trail": trail_of(shown, _("Evaluation")),
    }
    return render(request, "feedback/edition.html", context)


def _moment(moment: Moment, evaluation: Evaluation | None, today: date) -> dict[str, Any]:
    if evaluation is None:
        return {"moment": moment, "evaluation": None}
    wave = evaluation.wave
    is_over = wave.is_over(on=today)
    invited = evaluation.invitees.count()
    answered = wave.responses.filter(progress=Progress.COMPLETE).count()
    return {
        "moment": moment,
        "evaluation": evaluation,
        "is_over": is_over,
        "is_early": wave.opens_on > today,
        "rate": Figure.share(
            f"evaluation.{wave.key}.answered",
            _("have answered"),
            n=answered,
            base=max(invited, answered),
            base_label=_("invited"),
            decimals=0,
            period=str(evaluation.edition),
            source=f"{_('rows of Parcours')} ({_('invented')})" if evaluation.is_invented else _("rows of Parcours"),
            how=_("Those who finished the questionnaire, of all who were given one."),
        ),
        "tables": tables_of([wave]) if is_over else [],
        "words": words_of(evaluation) if is_over else [],
    }


def _moved(over: dict[str, Evaluation]) -> list[Any]:
    waves = [[over[moment].wave] if moment in over else [] for moment in (Moment.BEFORE, Moment.AFTER)]
    return moved(*waves, k=verbs.SMALLEST)


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, key: str, moment: str) -> HttpResponse:
    """Ask a questionnaire, before or after; where it is asked already, move its dates."""
    shown = shown_edition(request, key, perm="delivery.change_edition")
    when = Moment(moment)
    asked = shown.evaluations.select_related("wave").filter(moment=when).first()
    if asked:
        dates = {"opens_on": asked.wave.opens_on, "closes_on": asked.wave.closes_on}
        form: DatesForm = DatesForm(request.POST or None, initial=dates)
    else:
        form = EvaluationForm(request.POST or None, initial=_usual(shown, when))
    if request.method == "POST" and form.is_valid():
        try:
            if asked:
                verbs.change_dates(evaluation=asked, on=timezone.localdate(), **form.cleaned_data)
            else:
                verbs.open_evaluation(edition=shown, moment=when, **form.cleaned_data)
            return redirect("feedback:edition", shown.key)
        except ValidationError as error:
            form.add_error(None, error)
    context = {
        "form": form,
        "title": _("Ask before it begins") if when == Moment.BEFORE else _("Ask after it ends"),
        "note": _("Everybody who has a place is given the questions, in their language, and a link of their own."),
        "trail": trail_of(shown, _("Evaluation")),
    }
    return render(request, "kit/form_page.html", context, status=422 if form.errors else 200)


def _usual(edition: Edition, moment: Moment) -> dict[str, date]:
    first = edition.starts_on - LASTS if moment == Moment.BEFORE else edition.ends_on
    opens_on = max(first, timezone.localdate())
    return {"opens_on": opens_on, "closes_on": opens_on + LASTS}


def _evaluation(request: HttpRequest, key: str, moment: str, *, perm: str = "") -> Evaluation:
    shown = edition_with_people(request, key)
    if perm and not request.user.has_perm(perm, shown):
        raise PermissionDenied
    return get_object_or_404(shown.evaluations.select_related("wave", "edition__programme"), moment=moment)


@require_POST
def send(request: HttpRequest, key: str, moment: str) -> HttpResponse:
    """Write to those who were not told yet; remind the others, once."""
    evaluation = _evaluation(request, key, moment, perm="delivery.change_edition")
    if not evaluation.wave.is_running(on=timezone.localdate()):
        messages.error(request, _("It does not run today: nobody was written to."))
        return redirect(evaluation)
    sent = verbs.send_invitations(evaluation=evaluation, at=timezone.now())
    done = ngettext("%(n)d message sent.", "%(n)d messages sent.", sent.sent) % {"n": sent.sent}
    if sent.in_person:
        hand = ngettext("Give %(n)d person their slip.", "Give %(n)d people their slips.", sent.in_person)
        done = f"{done} {hand % {'n': sent.in_person}}"
    messages.success(request, done)
    if sent.failed:
        messages.error(request, _("%(n)d could not be sent: try again later.") % {"n": sent.failed})
    return redirect(evaluation)


@require_POST
def close(request: HttpRequest, key: str, moment: str) -> HttpResponse:
    evaluation = _evaluation(request, key, moment, perm="delivery.change_edition")
    close_wave(wave=evaluation.wave, on=timezone.localdate())
    return redirect(evaluation)


@require_safe
def slips(request: HttpRequest, key: str, moment: str) -> HttpResponse:
    """One slip each, to print and cut: a code that opens their own questions, for a telephone without messages."""
    evaluation = _evaluation(request, key, moment)
    rows = []
    for one in evaluation.invitees.select_related("enrolment__person", "response"):
        person = one.enrolment.person
        if person is None:
            continue
        url = url_of(one, person.language)
        drawn = segno.make(url, error="m").svg_inline(scale=4, border=2, omitsize=True, title=str(person))
        spoken = site_language(person.language)
        rows.append({"person": person, "language": spoken, "dir": text_direction(spoken), "code": SafeString(drawn)})
    context = {"evaluation": evaluation, "slips": rows, "trail": trail_of(evaluation.edition, _("Slips"))}
    return render(request, "feedback/slips.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def said(request: HttpRequest, key: str, pk: int | None = None) -> HttpResponse:
    """What the group said together."""
    shown = edition_with_people(request, key)
    today = timezone.localdate()
    kept = get_object_or_404(shown.rounds, pk=pk) if pk else Round(edition=shown, held_on=today)
    form = RoundForm(request.POST or None, instance=kept)
    if request.method == "POST" and form.is_valid():
        return redirect(note_round(said=form.save(commit=False), by=request.user))
    context = {
        "form": form,
        "title": _("What the group said"),
        "note": _("Round a table, twenty minutes: what helped, what did not, what to do otherwise. Name nobody."),
        "trail": trail_of(shown, _("Evaluation")),
    }
    return render(request, "kit/form_page.html", context, status=422 if form.errors else 200)
