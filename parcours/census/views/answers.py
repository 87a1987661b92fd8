"""The page behind the link: is this still true? No account; nothing is written before a button is pressed."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from parcours.census.actions import answers as verbs
from parcours.census.actions.campaigns import renew
from parcours.census.actions.corrections import STATE, open_of_request
from parcours.census.asked import targets_of
from parcours.census.facts import sheets_of
from parcours.census.forms.answers import ChangeForm
from parcours.census.mailing import NotSent
from parcours.census.models import UpdateRequest

View = Callable[..., HttpResponse]


def by_secret(view: View) -> View:
    """Opens the page to whoever has the link, keeps it out of caches, search engines and other sites' logs, and
    explains a link that opens nothing or has expired."""

    @login_not_required
    @never_cache
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def wrapped(request: HttpRequest, secret: str, **more: Any) -> HttpResponse:
        found = UpdateRequest.objects.with_secret(secret).select_related("campaign", "organisation")
        asked = found.first()
        if asked is None:
            response = render(request, "census/answer_unknown.html", status=404)
        elif asked.expires_at <= timezone.now():
            response = _expired(request, asked)
        else:
            response = view(request, asked, secret, **more)
        # "same-origin", not "no-referrer": the check of where a form comes from needs it on our own pages
        response["Referrer-Policy"], response["X-Robots-Tag"] = "same-origin", "noindex"
        return response

    return wrapped


@by_secret
def answer(request: HttpRequest, asked: UpdateRequest, secret: str) -> HttpResponse:
    """What is known of the organisation, and one button that says it is all still true."""
    targets = targets_of(asked.organisation)
    may_answer = verbs.may_answer(asked, at=timezone.now())
    if request.method == "POST" and may_answer:
        try:
            _take(request, asked, targets)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        except verbs.NoLongerAsked:
            pass  # the page says so
        return redirect("census:answer", secret)
    sheets = sheets_of(asked, targets)
    context = {
        "asked": asked,
        "secret": secret,
        "sheets": sheets,
        "services": len(sheets) - 1,
        "left": sum(sheet.state == "waiting" for sheet in sheets),
        "may_answer": may_answer,
    }
    return render(request, "census/answer.html", context)


@by_secret
def change(request: HttpRequest, asked: UpdateRequest, secret: str, key: str) -> HttpResponse:
    """The commonest facts of one record, to be typed over."""
    target = _target(targets_of(asked.organisation), key)
    if not verbs.may_answer(asked, at=timezone.now()):
        return redirect("census:answer", secret)
    sent = open_of_request(asked, target).first()
    values = {name: value for name, value in sent.values.items() if name != STATE} if sent else {}
    form = ChangeForm(
        request.POST or None,
        target=target,
        sent=values,
        message=sent.message if sent else "",
        language=get_language() or "fr",
    )
    if request.method == "POST" and form.is_valid() and _send(form, asked, target):
        messages.success(request, _("Thank you. The office reads your changes and puts them in."))
        return redirect("census:answer", secret)
    context = {"asked": asked, "secret": secret, "target": target, "form": form}
    return render(request, "census/answer_change.html", context, status=422 if form.errors else 200)


@login_not_required
@never_cache
def sent(request: HttpRequest) -> HttpResponse:
    """After a new link was asked for."""
    return render(request, "census/answer_sent.html")


def _take(request: HttpRequest, asked: UpdateRequest, targets: list[Any]) -> None:
    """Do what the button says."""
    what, _colon, key = request.POST.get("do", "").partition(":")
    now = timezone.now()
    if what == "rest":
        verbs.confirm_rest(request=asked, at=now)
    elif what == "confirm":
        verbs.confirm_one(request=asked, target=_target(targets, key), at=now)
        messages.success(request, _("Noted: still true."))
    elif what == "closed":
        verbs.send_closed(request=asked, target=_target(targets, key), at=now)
        messages.success(request, _("Noted. The office takes it out of the directory."))
    else:
        raise Http404


def _send(form: ChangeForm, asked: UpdateRequest, target: Any) -> bool:
    now = timezone.now()
    values, message = form.values(on=timezone.localdate(now)), form.cleaned_data["message"]
    try:
        verbs.send_change(request=asked, target=target, values=values, message=message, at=now)
    except ValidationError as error:
        form.take(error)
        return False
    return True


def _target(targets: list[Any], key: str) -> Any:
    for target in targets:
        if target.key == key:
            return target
    raise Http404


def _expired(request: HttpRequest, asked: UpdateRequest) -> HttpResponse:
    """The address that it was sent to is never shown: a new link can only go there."""
    failed = False
    if request.method == "POST" and asked.address:
        try:
            renew(request=asked, at=timezone.now(), site=request.build_absolute_uri("/"))
            return redirect("census:answer-sent")
        except NotSent:
            failed = True
    context = {"asked": asked, "failed": failed}
    return render(request, "census/answer_expired.html", context, status=503 if failed else 410)
