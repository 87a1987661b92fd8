from django.urls import path

from parcours.survey.views import candidates, drafts, questionnaires, register, snowball, ties

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
]
