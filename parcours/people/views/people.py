"""People as those see them who accompany them."""

from typing import Any

import segno
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from parcours.people import purposes
from parcours.people.actions import cards, consents, persons
from parcours.people.choices import Way
from parcours.people.forms.persons import PersonForm
from parcours.people.languages import language_name
from parcours.people.models import Person

MOST = 200


def visible(request: HttpRequest, key: str, *, to_change: bool = False) -> Person:
    """A person whom the user may see; 404 otherwise. Oneself and one's leads and facilitators may change."""
    found = Person.objects.visible_to(request.user, at=timezone.now()).distinct()
    person = get_object_or_404(found.select_related("account"), key=key)
    if to_change and not request.user.has_perm("people.change_person", person):
        raise PermissionDenied
    return person


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Those whom I accompany, found by any part of a name in any script."""
    q = request.GET.get("q", "").strip()[:100]
    found = Person.objects.visible_to(request.user, at=timezone.now()).exclude(account=request.user).distinct()
    if q:
        found = found.called_like(q)
    return render(request, "people/people.html", {"people": found.order_by("sort_key", "pk")[:MOST], "q": q})


@require_safe
def person(request: HttpRequest, key: str) -> HttpResponse:
    shown = visible(request, key)
    if shown.account_id == request.user.pk:
        return redirect("people:me")
    return render(request, "people/person.html", {"trail": _trail(str(shown)), **facts(request, shown)})


def facts(request: HttpRequest, person: Person) -> dict[str, Any]:
    now = timezone.now()
    in_force = list(person.consents.in_force(at=now))
    given = {one.purpose for one in in_force if not one.scope}
    household = getattr(person, "membership", None)
    return {
        "person": person,
        "may_change": request.user.has_perm("people.change_person", person),
        "spoken": [(language_name(one.language), one) for one in person.languages.all()],
        "writes_in": language_name(person.language),
        "consents": [(_title(one.purpose), one) for one in person.consents.all()],
        "in_force": [(_title(one.purpose), one) for one in in_force],
        "to_ask": [
            (one, *one.shown(person.language)) for one in purposes.PURPOSES.values()
            if one.key not in given and one.is_general
        ],
        "qualifications": person.qualifications.all(),
        "card": person.cards.in_force(at=now).first(),
        "household": household.household.members.exclude(person=person).select_related("person") if household else (),
        "today": timezone.localdate(),
    }  # fmt: skip


def _title(key: str) -> str:
    purpose = purposes.PURPOSES.get(key)
    return str(purpose.title) if purpose else key


def _trail(here: str) -> list[tuple[str, str | None]]:
    return [(_("People I accompany"), reverse("people:people")), (here, None)]


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, key: str) -> HttpResponse:
    shown = visible(request, key, to_change=True)
    form = PersonForm(request.POST or None, instance=shown)
    if request.method == "POST" and form.is_valid() and form.keep():
        return redirect("people:person", shown.key)
    context = {"form": form, "title": str(shown), "trail": _trail(str(shown))}
    return render(request, "kit/form_page.html", context, status=422 if form.errors else 200)


@require_POST
def consent(request: HttpRequest, key: str) -> HttpResponse:
    """The person agreed to the text that the page shows, said aloud or on paper, before the user."""
    shown = visible(request, key, to_change=True)
    purpose, way = request.POST.get("purpose", ""), request.POST.get("way", Way.SPOKEN)
    if purpose in purposes.PURPOSES and way in (Way.SPOKEN, Way.PAPER):
        consents.give_consent(person=shown, purpose=purpose, at=timezone.now(), way=Way(way), witness=request.user)
    return redirect("people:person", shown.key)


@require_POST
@sensitive_variables("issued")
def card(request: HttpRequest, key: str) -> HttpResponse:
    """A new card, shown once: its code and its PIN cannot be read again."""
    shown = visible(request, key, to_change=True)
    if request.POST.get("do") == "revoke":
        cards.revoke_card(person=shown, at=timezone.now())
        messages.success(request, _("The card opens nothing more."))
        return redirect("people:person", shown.key)
    issued = cards.issue_card(person=shown, by=request.user, at=timezone.now())
    address = request.build_absolute_uri(reverse("people:card", args=[issued.secret]))
    drawn = segno.make(address, error="m").svg_inline(scale=5, border=2, omitsize=True, title=str(shown))
    context = {"person": shown, "qr": mark_safe(drawn), "pin": issued.pin, "card": issued.card}
    context["trail"] = _trail(str(shown))
    answer = render(request, "people/card_new.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
def account(request: HttpRequest, key: str) -> HttpResponse:
    """Let the person sign in with a code sent to their own address."""
    shown = visible(request, key, to_change=True)
    try:
        persons.open_account(person=shown)
        messages.success(request, _("They can sign in with their own address: a code is sent to it each time."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("people:person", shown.key)
