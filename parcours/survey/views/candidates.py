"""Partners that the directory does not know: who named them, what they could be, and deciding on one."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from parcours.census.similar import similar_to_each
from parcours.directory.choices import RecordKind
from parcours.directory.records import Values, area_key
from parcours.survey.actions.candidates import join, know, leave_out, reopen, separate, take_in
from parcours.survey.beside import choices_alike
from parcours.survey.choices import CandidateState
from parcours.survey.forms.register import OTHER, CandidateForm, LeaveForm, WhoForm
from parcours.survey.models import Candidate, Tie, Wave
from parcours.survey.spellings import ALSO

PER_PAGE = 20
may_run = permission_required("survey.run", raise_exception=True)


@require_safe
@may_run
def candidates(request: HttpRequest, key: str) -> HttpResponse:
    """Those to be decided on, the most often named first; decided ones on demand."""
    wave = get_object_or_404(Wave, key=key)
    states = CandidateState.values
    state = request.GET.get("state", "") if request.GET.get("state") in states else CandidateState.OPEN.value
    found = wave.candidates.filter(state=state).with_namings().select_related("area", "organisation")
    ties = Prefetch("ties", Tie.objects.select_related("origin"))
    page = Paginator(found.prefetch_related(ties), PER_PAGE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    alike = similar_to_each([values_of(one) for one in shown], RecordKind.ORGANISATION) if state == "open" else []
    context = {
        "wave": wave,
        "page": page,
        "lines": [
            (one, _namers(one), choices_alike(alike[number][:1]) if alike else []) for number, one in enumerate(shown)
        ],
        "states": [(value, label, value == state) for value, label in CandidateState.choices],
    }
    return render(request, "survey/candidates.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@may_run
def candidate(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """One candidate: it is in the directory, it is new, it is left out, or it is another candidate."""
    found = Candidate.objects.select_related("wave__source", "area", "organisation", "decided_by")
    shown = get_object_or_404(found.prefetch_related("ties__origin"), wave__key=key, pk=pk)
    values = values_of(shown)
    alike = choices_alike(similar_to_each([values], RecordKind.ORGANISATION)[0])
    do = request.POST.get("do", "")
    forms: dict[str, Any] = {
        "known": WhoForm(request.POST if do == "known" else None, keys=[choice.key for choice in alike]),
        "new": CandidateForm(request.POST if do == "new" else None, initial=values | {"area": shown.area_id}),
        "leave": LeaveForm(request.POST if do == "leave" else None),
    }
    form = forms.get(do)
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            return _decide(request, shown, do, form)
        except ValidationError as error:
            if form is None:
                messages.error(request, " ".join(error.messages))
                return redirect("survey:candidates", key)
            form.add_error(None, error.messages)
    context = {
        "candidate": shown,
        "forms": forms,
        "form": form,
        "alike": alike,
        "other": OTHER,
        "chosen": request.POST.get("who", alike[0].key if alike else OTHER),
        "typed": request.POST.get("other", ""),
        "namers": _namers(shown),
        "others": shown.wave.candidates.open().exclude(pk=pk).order_by("name", "pk"),
        "spellings": shown.details.get(ALSO, []),
        "trail": [(_("Candidates"), reverse("survey:candidates", args=[key])), (shown.name, None)],
    }
    return render(request, "survey/candidate.html", context, status=422 if form and form.errors else 200)


def _decide(request: HttpRequest, shown: Candidate, do: str, form: Any) -> HttpResponse:
    now, by = timezone.now(), request.user
    if do == "known":
        know(candidate=shown, organisation=_known(form), by=by, at=now)
        messages.success(request, _("Noted: those who named it are tied to that organisation."))
    elif do == "new":
        _candidate, ask = take_in(candidate=shown, values=_values(shown, form), by=by, at=now)
        in_turn = _("It will be asked with the next messages, in circle %(circle)d.")
        said = in_turn % {"circle": ask.circle} if ask else _("It is not asked: this survey goes no further.")
        messages.success(request, _("Taken in. It is not public until it agrees.") + " " + said)
    elif do == "leave":
        leave_out(candidate=shown, reason=form.cleaned_data["reason"], by=by, at=now)
        messages.success(request, _("Left out."))
    elif do == "reopen":
        reopen(candidate=shown)
        messages.success(request, _("Open again."))
        return redirect(shown)
    elif do == "join":
        kept = join(candidate=shown, into=_other(shown, request.POST.get("into", "")))
        messages.success(request, _("They are one candidate now."))
        return redirect(kept)
    elif do == "separate":
        return redirect(separate(candidate=shown, spelling=request.POST.get("spelling", "")))
    return redirect("survey:candidates", shown.wave.key)


def values_of(candidate: Candidate) -> Values:
    """What is known of it, in the shape of `directory.records`."""
    said = {name: value for name, value in candidate.details.items() if name != ALSO}
    return {**said, "name": candidate.name, **({"area": area_key(candidate.area)} if candidate.area else {})}


def _values(candidate: Candidate, form: CandidateForm) -> Values:
    """What it is taken in as: what was said of it, as the coordinator corrected it."""
    data = form.cleaned_data
    typed = {"name": data["name"], "kind": data["kind"], "email": data["email"], "area": area_key(data["area"])}
    return {name: value for name, value in (values_of(candidate) | typed).items() if value}


def _known(form: WhoForm) -> Any:
    organisation = form.organisation()
    if organisation is None:
        raise ValidationError(_("Choose the organisation that it is."))
    return organisation


def _other(shown: Candidate, typed: str) -> Candidate:
    found = (
        shown.wave.candidates.open().filter(pk=int(typed)).first() if typed.isdecimal() and len(typed) < 10 else None
    )
    if found is None:
        raise ValidationError(_("Choose another candidate of the same survey."))
    return found


def _namers(candidate: Candidate) -> list[tuple[str, str]]:
    """Who named it, and how each spelt it."""
    return sorted({(tie.origin.name, tie.named_as) for tie in candidate.ties.all()})
