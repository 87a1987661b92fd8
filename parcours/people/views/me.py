"""What is kept of me: I see it, correct it, take it away, have it erased."""

import io
import json
import zipfile
from typing import Any

from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import activate
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from parcours.accounts.models import User
from parcours.kit.sealed import CannotOpen, open_bytes
from parcours.people.actions import cards, consents
from parcours.people.actions.erasure import erase_person
from parcours.people.choices import Cause
from parcours.people.forms.persons import PersonForm
from parcours.people.holdings import files, told
from parcours.people.models import Card, Person
from parcours.people.views.people import facts

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
CARD_SESSION = 12 * 3600  # seconds
READINGS = 50


def own(request: HttpRequest) -> Person:
    return get_object_or_404(Person, account=request.user)


@require_safe
def me(request: HttpRequest) -> HttpResponse:
    person = own(request)
    readings = [(one, what_is(one.what)) for one in person.readings.select_related("reader")[:READINGS]]
    return render(request, "people/me.html", {**facts(request, person), "readings": readings})


def what_is(key: str) -> str:
    """What was looked at, in words."""
    words: dict[str, Any] = {
        "portfolio": _("portfolio"),
        "life": _("life"),
        "migration": _("migration"),
        "professional": _("work"),
        "social": _("with others"),
        "family": _("family"),
        "competences": _("competences"),
        "plan": _("goals and action plan"),
        "cv": _("CV"),
    }
    return str(words.get(key.rpartition(".")[2], key))


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest) -> HttpResponse:
    person = own(request)
    form = PersonForm(request.POST or None, instance=person)
    if request.method == "POST" and form.is_valid() and form.keep():
        return redirect("people:me")
    context = {"form": form, "title": _("What is kept of me"), "trail": [(_("Me"), "../"), (_("Change"), None)]}
    return render(request, "kit/form_page.html", context, status=422 if form.errors else 200)


@require_POST
def consent(request: HttpRequest, purpose: str) -> HttpResponse:
    """I agree to the text that the page shows me."""
    consents.give_consent(person=own(request), purpose=purpose, at=timezone.now())
    return redirect("people:me")


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(own(request).consents, pk=pk)
    consents.withdraw_consent(consent=found, at=timezone.now())
    messages.success(request, _("Taken back. What rested on it has stopped."))
    return redirect("people:me")


@require_POST
def revoke(request: HttpRequest) -> HttpResponse:
    """My card is lost, or somebody else has it."""
    cards.revoke_card(person=own(request), at=timezone.now())
    logout(request)
    return redirect("account_login")


@require_safe
def take(request: HttpRequest) -> HttpResponse:
    """All that is kept of me, as JSON, with my files."""
    person, content = own(request), io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", json.dumps(told(person), ensure_ascii=False, indent=1))
        for number, file in enumerate(files(person), start=1):
            with file.open("rb") as kept:
                raw = kept.read()
            archive.writestr(f"files/{number}-{file.name.rpartition('/')[2]}", _opened(raw))
    headers = {"Content-Disposition": 'attachment; filename="my-data.zip"', "Cache-Control": "no-store"}
    return HttpResponse(content.getvalue(), content_type="application/zip", headers=headers)


def _opened(raw: bytes) -> bytes:
    try:
        return open_bytes(raw)
    except CannotOpen:
        return raw


@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: HttpRequest) -> HttpResponse:
    """Says what is erased and what stays; asks for my name, so that nobody does it by mistake."""
    person = own(request)
    wrong = False
    if request.method == "POST":
        if " ".join(request.POST.get("name", "").split()).casefold() in (
            person.name.casefold(),
            str(person).casefold(),
        ):
            user = request.user
            logout(request)
            erase_person(person=person, cause=Cause.ASKED, at=timezone.now(), by=None)
            return render(request, "people/erased.html", {"had_account": user is not None})
        wrong = True
    context = {"person": person, "wrong": wrong}
    return render(request, "people/erase.html", context, status=422 if wrong else 200)


@login_not_required
@never_cache
@sensitive_post_parameters("pin")
@require_http_methods(["GET", "HEAD", "POST"])
def card(request: HttpRequest, secret: str) -> HttpResponse:
    """What a card's code opens: a page that asks its PIN. Looking signs nobody in."""
    now = timezone.now()
    opens = Card.objects.in_force(at=now).with_secret(secret).exists()
    wrong = ""
    if request.method == "POST" and opens:
        try:
            user: User = cards.use_card(secret=secret, pin=request.POST.get("pin", "").strip(), at=now)
        except cards.WrongPin as error:
            wrong = " ".join(error.messages)
        except Card.DoesNotExist:
            opens = False
        else:
            login(request, user, backend=BACKEND)
            request.session.set_expiry(CARD_SESSION)
            activate(user.language)
            return redirect("people:me")
    context = {"opens": opens, "wrong": wrong}
    answer = render(request, "people/card.html", context, status=422 if wrong else 200 if opens else 404)
    answer["Referrer-Policy"] = "no-referrer"
    return answer
