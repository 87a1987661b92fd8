from django.urls import path

from parcours.survey.views import (
    answering,
    asks,
    candidates,
    coding,
    crossings,
    drafts,
    entry,
    opened,
    questionnaires,
    register,
    results,
    snowball,
    ties,
    waves,
)
from parcours.survey.views.doors import by_office, by_secret

app_name = "survey"

# what whoever answers goes through, by a link or by the office
PAGES = [
    ("", "", answering.start),
    ("-page", "page/<str:page>/", answering.page),
    ("-row", "page/<str:page>/<int:row>/", answering.page),
    ("-check", "check/", answering.check),
    ("-thanks", "thanks/", answering.thanks),
    ("-copy", "copy/", answering.copy),
    ("-withdraw", "withdraw/", answering.withdraw),
]

urlpatterns = [
    path("questionnaires/", questionnaires.questionnaires, name="questionnaires"),
    path("questionnaires/new/", questionnaires.new, name="questionnaire-new"),
    path("questionnaires/<slug:key>/", questionnaires.questionnaire, name="questionnaire"),
    path("questionnaires/<slug:key>/<int:number>/", questionnaires.version, name="version"),
    path("questionnaires/<slug:key>/<int:number>.<slug:ending>", questionnaires.download, name="version-file"),
    path("questionnaires/<slug:key>/<int:number>/publish/", questionnaires.publish, name="publish"),
    path("questionnaires/<slug:key>/<int:number>/discard/", questionnaires.discard, name="discard"),
    path("questionnaires/<slug:key>/<int:number>/rows/", drafts.row, name="row-new"),
    path("questionnaires/<slug:key>/<int:number>/rows/<int:index>/", drafts.row, name="row"),
    path("questionnaires/<slug:key>/<int:number>/change/", drafts.change, name="change"),
    path("questionnaires/<slug:key>/<int:number>/choices/<str:list_name>/", drafts.choices, name="choices"),
    path("questionnaires/<slug:key>/<int:number>/settings/", drafts.settings, name="settings"),
    path("waves/<slug:key>/review/", register.review, name="review"),
    path("waves/<slug:key>/responses/<slug:response>/", register.response, name="response"),
    path("waves/<slug:key>/candidates/", candidates.candidates, name="candidates"),
    path("waves/<slug:key>/candidates/<int:pk>/", candidates.candidate, name="candidate"),
    path("waves/<slug:key>/ties/", ties.ties, name="ties"),
    path("waves/<slug:key>/snowball/", snowball.snowball, name="snowball"),
    path("waves/<slug:key>/snowball/ask/", snowball.ask, name="ask-in-turn"),
    path("waves/<slug:key>/coverage/", snowball.coverage, name="coverage"),
    path("waves/", waves.waves, name="waves"),
    path("waves/new/", waves.edit, name="wave-new"),
    path("waves/<slug:key>/", waves.wave, name="wave"),
    path("waves/<slug:key>/edit/", waves.edit, name="wave-edit"),
    path("waves/<slug:key>/close/", waves.close, name="wave-close"),
    path("waves/<slug:key>/choose/", asks.choose, name="choose"),
    path("waves/<slug:key>/send/", asks.send, name="send"),
    path("waves/<slug:key>/asks/<int:pk>/", asks.ask, name="ask"),
    path("waves/<slug:key>/enter/", entry.enter, name="enter"),
    path("waves/<slug:key>/results/", results.results, name="results"),
    path("waves/<slug:key>/results.csv", results.results_as_csv, name="results-csv"),
    path("waves/<slug:key>/results.xlsx", results.results_as_xlsx, name="results-xlsx"),
    path("waves/<slug:key>/results.pdf", results.results_as_pdf, name="results-pdf"),
    path("waves/<slug:key>/results/since/<slug:earlier>/", results.compare, name="compare"),
    path("waves/<slug:key>/codebook/", results.codebook, name="codebook"),
    path("waves/<slug:key>/codebook.csv", results.codebook_as_csv, name="codebook-csv"),
    path("waves/<slug:key>/codebook.xlsx", results.codebook_as_xlsx, name="codebook-xlsx"),
    path("waves/<slug:key>/crossings/", crossings.crossings, name="crossings"),
    path("waves/<slug:key>/crossings/<int:pk>/withdraw/", crossings.withdraw, name="crossing-withdraw"),
    path("waves/<slug:key>/raw/", crossings.raw, name="raw"),
    path("waves/<slug:key>/coding/", coding.questions, name="coding"),
    path("waves/<slug:key>/coding/<str:name>/", coding.codes, name="codes"),
    path("waves/<slug:key>/coding/<str:name>/<int:pk>/", coding.code, name="code"),
    path("waves/<slug:key>/coding/<str:name>/answer/", coding.answer, name="code-answer"),
    path("waves/<slug:key>/coding/<str:name>/agreement/", coding.agreement, name="agreement"),
    path("waves/<slug:key>/coding/<str:name>/settle/", coding.settle, name="settle"),
    *[path(f"answer/<str:secret>/{route}", by_secret(view), name=f"answer{name}") for name, route, view in PAGES],
    *[
        path(f"waves/<slug:wave>/entry/<slug:response>/{route}", by_office(view), name=f"entry{name}")
        for name, route, view in PAGES
    ],
    # the open link: last, for it takes any word (a wave's key ends with its year, and is none of the words above)
    path("<slug:key>/", opened.opened, name="open"),
]
