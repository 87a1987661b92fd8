"""Workshops: their notes and what these become, the agenda of the next one; meetings and decisions."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from parcours.geo.models import Area
from parcours.plan.actions.together import (
    hold_meeting,
    join_notes,
    make_idea,
    put_on_agenda,
    record_decision,
    take_off_agenda,
)
from parcours.plan.actions.workshops import add_notes, save_workshop
from parcours.plan.forms.office import DecisionForm, MeetingForm, NotesForm, TakeUpForm, WorkshopForm
from parcours.plan.models import Action, AgendaItem, Plan, Workshop
from parcours.plan.records import RecordError
from parcours.plan.references import References
from parcours.plan.views.office_actions import add_errors
from parcours.translations.fields import Translated

takes_notes = permission_required("plan.take_notes", raise_exception=True)
changes_plan = permission_required("plan.change_plan", raise_exception=True)


def references(plan: Plan) -> References:
    return References(plan, get_language() or "fr")


def here(text: str) -> Translated:
    """A text typed in the language of the page."""
    language = get_language() or "fr"
    return Translated.of({language: text}, source=language)


@takes_notes
def notes(request: HttpRequest, key: str) -> HttpResponse:
    """Write notes down, several at once, and make something of them."""
    current = Plan.objects.current()
    shown = get_object_or_404(current.workshops.select_related("axis"), key=key)
    lists, does = references(current), request.POST.get("do", "")
    writing = NotesForm(request.POST if does == "write" else None)
    taking = TakeUpForm(
        request.POST if does in ("idea", "join") else None, workshop=shown, references=lists, becomes=does
    )
    if does == "write" and writing.is_valid():
        texts = [here(text) for text in writing.cleaned_data["notes"]]
        made = add_notes(workshop=shown, texts=texts, table=writing.cleaned_data["table"])
        messages.success(request, _("%(number)d notes are written down.") % {"number": len(made)})
        return redirect("plan:notes", key)
    if does in ("idea", "join") and taking.is_valid():
        messages.success(request, _take_up(request, current, taking))
        return redirect("plan:notes", key)
    written = shown.notes.prefetch_related(Prefetch("actions", Action.objects.order_by("code")))
    chosen = set(taking.data.getlist("notes")) if taking.is_bound else set()
    context = {"workshop": shown, "notes": written, "writing": writing, "taking": taking, "chosen": chosen}
    return render(request, "plan/office/notes.html", context | {"references": lists})


def _take_up(request: HttpRequest, plan: Plan, form: TakeUpForm) -> str:
    chosen = form.cleaned_data["notes"]
    if form.becomes == "idea":
        idea = make_idea(
            plan=plan, notes=chosen, title=here(form.cleaned_data["title"]), on=timezone.localdate(), by=request.user
        )
        return _("The idea %(code)s is made, as a draft: the coordinator shows it to everyone.") % {"code": idea.code}
    action = plan.actions.get(code=form.cleaned_data["action"])
    join_notes(action=action, notes=chosen)
    return _("The notes are joined to %(code)s.") % {"code": action.code}


@takes_notes
def workshop_new(request: HttpRequest) -> HttpResponse:
    current = Plan.objects.current()
    return _workshop(request, Workshop(plan=current))


@takes_notes
def workshop_edit(request: HttpRequest, key: str) -> HttpResponse:
    return _workshop(request, get_object_or_404(Plan.objects.current().workshops, key=key))


WORKSHOP_FIELDS = ("title", "kind", "axis", "aim", "period")


def _workshop(request: HttpRequest, shown: Workshop) -> HttpResponse:
    initial = {name: getattr(shown, name) for name in WORKSHOP_FIELDS if shown.pk}
    if shown.pk:
        initial["held_on"] = shown.held_on.isoformat() if shown.held_on else ""
        initial["facilitators"] = [organisation.key for organisation in shown.facilitators.all()]
    lists = references(shown.plan)
    form = WorkshopForm(request.POST or None, plan=shown.plan, references=lists, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            save_workshop(workshop=shown, values=form.cleaned_data)
        except RecordError as error:
            add_errors(form, error.errors, {})
        else:
            messages.success(request, _("Saved."))
            return redirect("plan:notes", shown.key)
    title = shown.title.text if shown.pk else _("A new workshop")
    return _form_page(request, form, title, reverse("plan:office"))


def _form_page(request: HttpRequest, form: object, title: str, back: str, send: str = "") -> HttpResponse:
    context = {"form": form, "title": title, "back": back, "send": send or _("Save")}
    return render(request, "plan/office/form.html", context)


def _cell(request: HttpRequest, plan: Plan) -> dict[str, object]:
    """What the address names: a challenge, a public, a commune. Raises 404 for one that does not exist."""
    found: dict[str, object] = {"challenge": None, "public": None, "area": None}
    if "\0" in "".join(request.GET.values()):  # PostgreSQL takes no such letter
        raise Http404
    if key := request.GET.get("challenge"):
        found["challenge"] = get_object_or_404(plan.challenges, key=key)
    if key := request.GET.get("public"):
        found["public"] = get_object_or_404(plan.publics, key=key)
    if slug := request.GET.get("area"):
        found["area"] = get_object_or_404(Area.objects.communes_of(plan.area), slug=slug)
    return found


@permission_required("plan.see_office", raise_exception=True)
def agenda_add(request: HttpRequest) -> HttpResponse:
    """Put a gap of the coverage matrix, or a point in one's own words, on the agenda of the next workshop."""
    current = Plan.objects.current()
    cell = _cell(request, current)
    text = request.POST.get("text", "").replace("\0", "").strip()[:500]
    is_empty = not text and not cell["challenge"]
    if request.method == "POST" and not is_empty:
        put_on_agenda(plan=current, text=here(text) if text else None, **cell)
        messages.success(request, _("It is on the agenda of the next workshop."))
        return redirect(f"{reverse('plan:workshops')}#agenda")
    context = {**cell, "is_missing": request.method == "POST" and is_empty}
    return render(request, "plan/office/agenda.html", context)


@require_POST
@takes_notes
def agenda_remove(request: HttpRequest, pk: int) -> HttpResponse:
    item = get_object_or_404(AgendaItem, pk=pk, plan=Plan.objects.current())
    take_off_agenda(item=item)
    messages.success(request, _("It is off the agenda."))
    return redirect("plan:office")


@changes_plan
def meeting_new(request: HttpRequest) -> HttpResponse:
    current = Plan.objects.current()
    initial = {"held_on": timezone.localdate().isoformat()}
    form = MeetingForm(request.POST or None, plan=current, initial=initial)
    if request.method == "POST" and form.is_valid():
        hold_meeting(**form.cleaned_data)
        messages.success(request, _("The meeting is recorded."))
        return redirect(f"{reverse('plan:follow-up')}#bodies")
    return _form_page(request, form, _("Record a meeting"), reverse("plan:office"))


@changes_plan
def decision_new(request: HttpRequest) -> HttpResponse:
    """Record a decision on one or more actions."""
    current = Plan.objects.current()
    initial = {"decided_on": timezone.localdate().isoformat(), "actions": request.GET.getlist("action")}
    form = DecisionForm(request.POST or None, plan=current, references=references(current), initial=initial)
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data
        record_decision(
            plan=current,
            text=sent["decision"],
            actions=current.actions.filter(code__in=sent["actions"]),
            meeting=sent["meeting"],
            on=sent["decided_on"],
            by=request.user,
        )
        messages.success(request, _("The decision is recorded; the next release carries it."))
        return redirect("plan:office")
    return _form_page(request, form, _("Record a decision"), reverse("plan:office"))
