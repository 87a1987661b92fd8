from django.urls import path

from parcours.survey.views.doors import by_office, by_secret
from parcours.survey.views import answering, asks, candidates, drafts, entry, opened, questionnaires, register, snowball, ties, waves

app_name = "survey"
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
]
