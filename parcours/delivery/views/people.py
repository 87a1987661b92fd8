"""Those who take part: applying, the interview, a place, the end."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from parcours.delivery import desk
from parcours.delivery.actions import enrolments as verbs
from parcours.delivery.choices import EndReason, EnrolmentState, Referral
from parcours.delivery.forms.people import ApplicationForm, EndForm, InterviewForm
from parcours.delivery.links import secret_of
from parcours.delivery.models import Edition, Enrolment, Interview
from parcours.delivery.views.programmes import shown_edition
from parcours.kit.motif import Stop
from parcours.people import purposes
from parcours.people.actions.consents import give_consent
from parcours.people.choices import Way
from parcours.people.models import Person


def edition_with_people(request: HttpRequest, key: str) -> Edition:
    """The edition, for those who see its people; 404 for everybody else."""
    edition = shown_edition(request, key)
    if not desk.sees_people(request.user, edition, at=timezone.now()):
        raise Http404
    return edition


def trail_of(edition: Edition, *more: Any) -> list[tuple[Any, str | None]]:
    people = reverse("delivery:people", args=[edition.key])
    return [
        (_("Programmes"), reverse("delivery:index")),
        (edition.title, edition.get_absolute_url()),
        (_("People"), people if more else None),
        *((one, None) for one in more),
    ]


@require_safe
def people(request: HttpRequest, key: str) -> HttpResponse:
    """Everybody of an edition: how far they are, how often they came."""
    edition = edition_with_people(request, key)
    now = timezone.now()
    state = request.GET.get("state", "")
    rows = desk.rows_of_people(edition, at=now)
    states = [("", _("All")), *EnrolmentState.choices]
    context = {
        "edition": edition,
        "rows": rows.filter(state=state) if state in EnrolmentState.values else rows,
        "states": states,
        "state": state,
        "held": edition.sessions.held(at=now).count(),
        "taken": edition.enrolments.taking_a_place().count(),
        "trail": trail_of(edition),
    }
    return render(request, "delivery/people.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest, key: str) -> HttpResponse:
    """Somebody asks to take part: who they are, what is kept of them, that they agree."""
    edition = edition_with_people(request, key)
    form = ApplicationForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and (enrolment := _applied(request, edition, form)):
        return redirect(enrolment)
    context = {
        "edition": edition,
        "form": form,
        "texts": [purposes.ACCOMPANY.shown(code) for code, _name in settings.LANGUAGES],
        "trail": trail_of(edition, _("Somebody applies")),
    }
    return render(request, "delivery/apply.html", context, status=422 if form.errors else 200)


def _applied(request: HttpRequest, edition: Edition, form: ApplicationForm) -> Enrolment | None:
    """All or nothing: the person, their consents, the application."""
    at = timezone.now()
    with transaction.atomic():
        form.instance.last_contact_on = timezone.localdate(at)
        form.instance.is_invented = edition.is_invented
        person = form.keep()
        if person is None:
            return None
        wanted = [purposes.ACCOMPANY, *([purposes.MESSAGES] if form.cleaned_data["messages"] else [])]
        for purpose in wanted:
            give_consent(person=person, purpose=purpose.key, at=at, way=Way.SPOKEN, witness=request.user)
        return verbs.apply(edition=edition, person=person, at=at, referral=Referral(form.cleaned_data["referral"]))


def _enrolment(request: HttpRequest, key: str, who: str) -> Enrolment:
    found = Enrolment.objects.visible_to(request.user, at=timezone.now())
    return get_object_or_404(
        found.select_related("edition__programme", "person", "interview"), edition__key=key, key=who
    )


@require_safe
def enrolment(request: HttpRequest, key: str, who: str) -> HttpResponse:
    """One person's way through an edition; the person themselves may look too."""
    shown = _enrolment(request, key, who)
    now = timezone.now()
    sees_people = desk.sees_people(request.user, shown.edition, at=now)
    if not sees_people:
        return redirect("delivery:mine")
    interview = getattr(shown, "interview", None)
    seen = {row.session_id: row for row in shown.attendances.all()}
    sessions = [(one, seen.get(one.pk)) for one in shown.edition.sessions.planned().select_related("venue", "edition")]
    context = {
        "enrolment": shown,
        "edition": shown.edition,
        "person": shown.person,
        "interview": interview,
        "advice": verbs.advice(interview=interview, edition=shown.edition) if interview else [],
        "sessions": sessions,
        "path": _path(shown),
        "end_form": EndForm(initial={"on": timezone.localdate()}),
        "is_full": shown.edition.enrolments.taking_a_place().count() >= shown.edition.capacity,
        "trail": trail_of(shown.edition, str(shown)),
    }
    return render(request, "delivery/enrolment.html", context)


def _path(enrolment: Enrolment) -> list[Stop]:
    """Applied, interview, a place, the end."""
    has_interview = hasattr(enrolment, "interview")
    is_in = enrolment.enrolled_at is not None
    ended = enrolment.state in (EnrolmentState.LEFT, EnrolmentState.NOT_TAKEN)
    last = enrolment.get_state_display() if ended or enrolment.state == EnrolmentState.WAITING else _("enrolled")
    return [
        Stop(_("applied"), "done"),
        Stop(_("interview"), "done" if has_interview else "current"),
        Stop(str(last), "blocked" if ended else "done" if is_in else "current" if has_interview else "next"),
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def interview(request: HttpRequest, key: str, who: str) -> HttpResponse:
    """The preparatory interview; afterwards one sees what speaks against a place, and decides."""
    shown = _enrolment(request, key, who)
    edition = edition_with_people(request, key)
    held = Interview.objects.filter(enrolment=shown).first() or Interview(
        enrolment=shown, held_on=timezone.localdate(), by=request.user
    )
    form = InterviewForm(request.POST or None, instance=held)
    if request.method == "POST" and form.is_valid():
        verbs.hold_interview(interview=form.save(commit=False))
        return redirect(shown)
    context = {
        "form": form,
        "title": _("Preparatory interview"),
        "note": _("45 minutes: say what the programme is for, ask what the person wants, check that both understood."),
        "trail": trail_of(edition, str(shown)),
    }
    return render(request, "kit/form_page.html", context, status=422 if form.errors else 200)


@require_POST
def decide(request: HttpRequest, key: str, who: str) -> HttpResponse:
    """A place, the end, or a mistake taken back."""
    edition_with_people(request, key)
    shown = _enrolment(request, key, who)
    now, do = timezone.now(), request.POST.get("do")
    try:
        if do == "enrol":
            if verbs.enrol(enrolment=shown, at=now).state == EnrolmentState.WAITING:
                messages.warning(request, _("All places are taken: the person is on the waiting list."))
        elif do == "back":
            verbs.take_back(enrolment=shown, at=now)
        elif (form := EndForm(request.POST)).is_valid():
            reason = EndReason(form.cleaned_data["reason"])
            verbs.end(enrolment=shown, reason=reason, on=form.cleaned_data["on"], at=now)
        else:
            messages.error(request, _("Say since when, and the reason as it is known."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(shown)


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """My programmes: when and where I go, when I came."""
    now = timezone.now()
    person = Person.objects.filter(account=request.user).first()
    rows = []
    if person:
        found = person.enrolments.select_related("edition__programme__organisation", "edition__venue")
        rows = [_my_row(one, now) for one in found.order_by("-applied_at")]
    return render(request, "delivery/mine.html", {"person": person, "rows": rows})


def _my_row(enrolment: Enrolment, now: Any) -> dict[str, Any]:
    edition = enrolment.edition
    sessions = list(edition.sessions.select_related("venue", "edition"))
    return {
        "enrolment": enrolment,
        "edition": edition,
        "coming": [one for one in sessions if one.ends_at > now],
        "path": [
            Stop(stop.label, stop.state, stop.detail, "", stop.when) for stop in desk.path_of(edition, sessions, at=now)
        ],
        "came": enrolment.attendances.came().count(),
        "has_place": enrolment.state == EnrolmentState.ENROLLED,
        "feed": reverse("delivery:feed", args=["enrolment", enrolment.key, secret_of(f"enrolment.{enrolment.key}")]),
    }
