"""The actions as a table to take away, and the way to bring one back."""

from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from rules.contrib.views import permission_required

from parcours.kit.spreadsheets import XLSX
from parcours.plan.forms.filters import ActionFilter
from parcours.plan.models import Plan
from parcours.plan.spreadsheet.export import Export
from parcours.plan.spreadsheet.importer import ActionsImporter


@login_not_required
@require_safe
def actions_csv(request: HttpRequest) -> HttpResponse:
    """The actions that the reader may see and the filters keep, as CSV."""
    answer = HttpResponse(b"".join(_export(request).csv()), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{_filename()}.csv"'
    return answer


@login_not_required
@require_safe
def actions_xlsx(request: HttpRequest) -> FileResponse:
    """The same as a workbook, with a guide to its columns."""
    file = _export(request).xlsx(on=timezone.localdate())
    return FileResponse(file, as_attachment=True, filename=f"{_filename()}.xlsx", content_type=XLSX)


@require_safe
@permission_required("plan.change_plan", raise_exception=True)
def import_actions(request: HttpRequest) -> HttpResponse:
    return redirect("imports:upload", kind=ActionsImporter.kind)


def _export(request: HttpRequest) -> Export:
    plan = Plan.objects.current()
    found = plan.actions.visible_to(request.user)
    found = found.with_status(on=timezone.localdate(), silent_after_months=plan.silent_after_months)
    form = ActionFilter(request.GET or None, plan=plan, language=get_language() or "fr")
    if form.is_valid():
        found = form.narrow(found)
    return Export.of(plan, found, for_office=request.user.has_perm("plan.change_plan"))


def _filename() -> str:
    return f"actions-{timezone.localdate().isoformat()}"
