from django.urls import path

from parcours.plan.views import (
    documents,
    edit,
    office,
    office_actions,
    office_changes,
    office_parts,
    office_proposals,
    office_workshops,
    public,
    releases,
    spreadsheets,
)

app_name = "plan"

public_patterns = [
    path("", public.plan, name="plan"),
    path("axes/<slug:key>/", public.axis, name="axis"),
    path("challenges/", public.challenges, name="challenges"),
    path("coverage/", public.coverage, name="coverage"),
    path("actions/", public.actions, name="actions"),
    path("actions/<str:code>/", public.action, name="action"),
    path("actions/<str:code>/history/", public.history, name="history"),
    path("workshops/", public.workshops, name="workshops"),
    path("workshops/<slug:key>/", public.workshop, name="workshop"),
    path("follow-up/", public.follow_up, name="follow-up"),
]

release_patterns = [
    path("releases/", releases.releases, name="releases"),
    path("releases/<int:number>/", documents.release, name="release"),
    path("releases/<int:number>.pdf", documents.release_pdf, name="release-pdf"),
    path("releases/compare/<int:old>/<str:new>/", releases.diff, name="diff"),
    path("releases/<int:number>/<slug:chapter>/", documents.release_chapter, name="release-chapter"),
    path("document/", documents.document, name="document"),
    path("document/<slug:chapter>/", documents.document_chapter, name="document-chapter"),
    path("document.pdf", documents.document_pdf, name="document-pdf"),
    path("office/releases/new/", releases.publish, name="publish"),
]

spreadsheet_patterns = [
    path("actions.csv", spreadsheets.actions_csv, name="actions-csv"),
    path("actions.xlsx", spreadsheets.actions_xlsx, name="actions-xlsx"),
    path("office/import/", spreadsheets.import_actions, name="import"),
]

office_patterns = [
    path("office/", office.office, name="office"),
    path("office/actions/new/", edit.new, name="action-new"),
    path("office/actions/<str:code>/edit/", edit.edit, name="action-edit"),
    path("office/actions/<str:code>/adopt/", office_actions.adopt, name="adopt"),
    path("office/actions/<str:code>/stop/", office_actions.stop, name="action-stop"),
    path("office/actions/<str:code>/news/", office.update_add, name="update-add"),
    path("office/proposals/", office_proposals.proposals, name="proposals"),
    path("office/proposals/<int:pk>/", office_proposals.proposal, name="proposal"),
    path("office/workshops/new/", office_workshops.workshop_new, name="workshop-new"),
    path("office/workshops/<slug:key>/edit/", office_workshops.workshop_edit, name="workshop-edit"),
    path("office/workshops/<slug:key>/notes/", office_workshops.notes, name="notes"),
    path("office/agenda/add/", office_workshops.agenda_add, name="agenda-add"),
    path("office/agenda/<int:pk>/remove/", office_workshops.agenda_remove, name="agenda-remove"),
    path("office/meetings/new/", office_workshops.meeting_new, name="meeting-new"),
    path("office/decisions/new/", office_workshops.decision_new, name="decision-new"),
    path("office/parts/", office_parts.parts, name="parts"),
    path("office/parts/<slug:kind>/new/", office_parts.part_new, name="part-new"),
    path("office/parts/<slug:kind>/<slug:key>/", office_parts.part_edit, name="part-edit"),
    path("office/changes/", office_changes.changes, name="changes"),
]

urlpatterns = [*public_patterns, *release_patterns, *spreadsheet_patterns, *office_patterns]
