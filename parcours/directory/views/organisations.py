from django.contrib import messages
from django.contrib.auth.decorators import login_not_required, permission_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from parcours.directory.actions import people as membership
from parcours.directory.choices import WITHHELD, Role
from parcours.directory.forms.organisations import InvitationForm, OrganisationFilter
from parcours.directory.models import Invitation, Membership, Organisation
from parcours.directory.views.pages import OrganisationPage, not_for_caches
from parcours.directory.views.sheets import change_record, record_history
from parcours.geo.models import Area

PER_PAGE = 40


@login_not_required
def organisations(request: HttpRequest) -> HttpResponse:
    language = get_language() or "fr"
    used = Area.objects.filter(organisations__isnull=False).distinct().in_reading_order()
    areas = [(area.slug, area.name_in(language)) for area in used]
    form = OrganisationFilter(request.GET or None, areas=areas)
    found = Organisation.objects.public().select_related("area").defer("search_text")
    if form.is_valid():
        if form.cleaned_data["q"]:
            found = found.matching(form.cleaned_data["q"], language)
        if form.cleaned_data["kind"]:
            found = found.filter(kind=form.cleaned_data["kind"])
        if form.cleaned_data["area"]:
            found = found.filter(area__slug=form.cleaned_data["area"])
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "directory/organisations.html", {"form": form, "page": page})


@login_not_required
def organisation(request: HttpRequest, key: str) -> HttpResponse:
    visible = Organisation.objects.visible_to(request.user)
    shown = visible.select_related("area", "source").filter(key=key).first()
    if shown is None:
        return _elsewhere(key)
    may_change = request.user.has_perm("directory.change_organisation", shown)
    page = OrganisationPage(shown, request.user)
    # reverse accessors of the floor above: what the plan says of this organisation
    led = shown.led_actions.filter(is_public=True).for_cards()
    partnerships = shown.partnerships.filter(action__is_public=True).select_related("action", "action__axis")
    context = {
        "organisation": shown,
        "page": page,
        "citations": shown.citations.select_related("source"),
        "relations": shown.relations.filter(target__merged_into=None).select_related("target"),
        "relations_in": shown.relations_in.filter(origin__merged_into=None).select_related("origin"),
        "links": shown.links.all(),
        "identifiers": shown.identifiers.all(),
        "led": led,
        "partnerships": partnerships,
        "seats": shown.seats.select_related("body"),
        "may_change": may_change,
        "is_hidden": may_change and not Organisation.objects.told().filter(pk=shown.pk).exists(),
    }
    return not_for_caches(page, render(request, "directory/organisation.html", context))


def _elsewhere(key: str) -> HttpResponse:
    """An old address leads to what the organisation was merged into."""
    gone = get_object_or_404(Organisation.objects.select_related("merged_into"), key=key)
    if gone.merged_into is None or gone.merged_into.consent in WITHHELD:
        raise Http404
    return redirect(gone.merged_into)


def edit(request: HttpRequest, key: str) -> HttpResponse:
    return change_record(request, get_object_or_404(Organisation.objects.kept(), key=key))


@login_not_required
def history(request: HttpRequest, key: str) -> HttpResponse:
    return record_history(request, get_object_or_404(Organisation.objects.visible_to(request.user), key=key))


@permission_required("directory.invite", raise_exception=True)
def people(request: HttpRequest) -> HttpResponse:
    """Who has which role, and the invitations that wait."""
    form = InvitationForm(request.POST or None)
    link = ""
    if request.method == "POST" and form.is_valid():
        invitation, secret = membership.invite(**form.cleaned_data, by=request.user, at=timezone.now())
        link = request.build_absolute_uri(reverse("directory:accept-invitation", args=[secret]))
        membership.send_invitation(invitation=invitation, link=link)
        form = InvitationForm()
    memberships = Membership.objects.select_related("user", "organisation")
    waiting = Invitation.objects.open(at=timezone.now()).select_related("organisation")
    context = {"form": form, "link": link, "memberships": memberships, "waiting": waiting}
    return render(request, "directory/people.html", context)


@require_POST
@permission_required("directory.invite", raise_exception=True)
def end_role(request: HttpRequest, pk: int) -> HttpResponse:
    membership = get_object_or_404(Membership, pk=pk)
    if membership.user_id == request.user.pk and membership.role == Role.COORDINATOR:
        messages.error(request, _("Another coordinator must end your own role."))
    else:
        membership.end_role(membership=membership)
        messages.success(request, _("The role has ended."))
    return redirect("directory:people")


@require_POST
@permission_required("directory.invite", raise_exception=True)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    invitation = get_object_or_404(Invitation.objects.open(at=timezone.now()), pk=pk)
    membership.withdraw_invitation(invitation=invitation, at=timezone.now())
    messages.success(request, _("The invitation is withdrawn."))
    return redirect("directory:people")


@login_not_required
def accept(request: HttpRequest, secret: str) -> HttpResponse:
    """Show the invitation; accepting it makes the account and leads to the sign-in page."""
    digest = membership.secret_digest(secret)
    open_now = Invitation.objects.open(at=timezone.now()).select_related("organisation")
    invitation = get_object_or_404(open_now, secret_digest=digest)
    if request.method == "POST":
        try:
            membership.accept_invitation(secret=secret, at=timezone.now())
        except ValidationError as error:
            return render(request, "directory/accept.html", {"invitation": invitation, "problems": error.messages})
        messages.success(request, _("Your account is ready: sign in with the address that was invited."))
        return redirect("account_login")
    return render(request, "directory/accept.html", {"invitation": invitation, "problems": []})
