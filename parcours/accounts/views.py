"""Pages about one's own account, and the demo's sign-ins."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from parcours.accounts import actions
from parcours.accounts.forms import ProfileForm, SignInForm
from parcours.accounts.models import User
from parcours.accounts.queries import history_of
from parcours.accounts.rules import is_staff


@never_cache
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """One's name and language, and everything the account holds."""
    form = ProfileForm(request.POST or None, instance=User.objects.get(pk=request.user.pk))
    if request.method == "POST" and form.is_valid():
        actions.update_profile(user=form.instance, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("account_profile")
    keys = request.user.authenticator_set.order_by("pk")
    context = {"form": form, "memberships": request.user.memberships.order_by("pk"), "keys": keys}
    return render(request, "accounts/profile.html", context | {"sees_roles": is_staff(request.user)})


@require_POST
def end_sessions(request: HttpRequest) -> HttpResponse:
    """Everywhere but here."""
    user = User.objects.get(pk=request.user.pk)
    actions.end_sessions(user=user)
    update_session_auth_hash(request, user)
    messages.success(request, _("You are signed out everywhere else."))
    return redirect("account_profile")


@never_cache
@require_GET
def download(request: HttpRequest) -> JsonResponse:
    """All that is held about the person, as a file."""
    answer = JsonResponse(_everything_about(request.user), json_dumps_params={"ensure_ascii": False, "indent": 2})
    answer["Content-Disposition"] = 'attachment; filename="parcours-account.json"'
    return answer


def _everything_about(user: User) -> dict[str, object]:
    fields = ("name", "email", "phone", "language", "is_active", "is_invented", "date_joined", "last_login")
    return {
        "account": {field: getattr(user, field) for field in fields},
        "roles": [{"role": m.role, "organisation": str(m.organisation or "")} for m in user.memberships.order_by("pk")],
        "second_factors": list(user.authenticator_set.order_by("pk").values("type", "created_at", "last_used_at")),
        "history": [
            {"at": event.at, "what": event.what, "fields": [change.field.name for change in event.changes]}
            for event in history_of(user)
        ],
    }


@require_GET
def roles(request: HttpRequest) -> HttpResponse:
    """Who has which role: for staff."""
    if not is_staff(request.user):
        raise PermissionDenied
    return render(request, "accounts/roles.html", {"people": User.objects.active().with_roles()})


@login_not_required
@require_GET
def by_invitation(request: HttpRequest) -> HttpResponse:
    """What those without an account are told."""
    return render(request, "accounts/by_invitation.html")


@login_not_required
@require_GET
def demo(request: HttpRequest) -> HttpResponse:
    """The demo's persons, one button each."""
    _refuse_outside_the_demo()
    return render(request, "accounts/demo.html")


@login_not_required
@require_POST
def demo_sign_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a code as this invented person: the same way in as everyone's."""
    _refuse_outside_the_demo()
    user = get_object_or_404(User.objects.invented().active(), pk=pk)
    logout(request)
    form = SignInForm({"login": user.email or user.phone}, request=request)
    if form.is_valid():
        return form.login(request)
    messages.error(request, " ".join(form.errors.get("login", [_("Try again in a minute.")])))
    return redirect("accounts:demo")


def _refuse_outside_the_demo() -> None:
    if not settings.DEMO:
        raise Http404
