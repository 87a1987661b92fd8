from django.urls import path

from parcours.survey.views import candidates, register, snowball, ties

app_name = "survey"

urlpatterns = [
    path("waves/<slug:key>/review/", register.review, name="review"),
    path("waves/<slug:key>/responses/<slug:response>/", register.response, name="response"),
    path("waves/<slug:key>/candidates/", candidates.candidates, name="candidates"),
    path("waves/<slug:key>/candidates/<int:pk>/", candidates.candidate, name="candidate"),
    path("waves/<slug:key>/ties/", ties.ties, name="ties"),
    path("waves/<slug:key>/snowball/", snowball.snowball, name="snowball"),
    path("waves/<slug:key>/snowball/ask/", snowball.ask, name="ask-in-turn"),
    path("waves/<slug:key>/coverage/", snowball.coverage, name="coverage"),
]
