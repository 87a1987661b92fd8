from django.urls import path

from parcours.census.views import answers, campaigns, checks, corrections, duplicates, reading, reports, sources

app_name = "census"

urlpatterns = [
    path("campaigns/", campaigns.campaigns, name="campaigns"),
    path("campaigns/new/", campaigns.edit, name="campaign-new"),
    path("campaigns/<int:pk>/", campaigns.campaign, name="campaign"),
    path("campaigns/<int:pk>/edit/", campaigns.edit, name="campaign-edit"),
    path("campaigns/<int:pk>/send/", campaigns.send, name="campaign-send"),
    path("campaigns/<int:pk>.csv", campaigns.campaign_csv, name="campaign-csv"),
    path("campaigns/<int:pk>.xlsx", campaigns.campaign_xlsx, name="campaign-xlsx"),
    path("asked/<int:pk>/", campaigns.asked, name="asked"),
    path("answer/sent/", answers.sent, name="answer-sent"),
    path("answer/<str:secret>/", answers.answer, name="answer"),
    path("answer/<str:secret>/<slug:key>/", answers.change, name="answer-change"),
    path("corrections/", corrections.corrections, name="corrections"),
    path("corrections/<int:pk>/", corrections.correction, name="correction"),
    path("corrections/services/<slug:key>/", corrections.proposed, name="proposed"),
    path("checks/", checks.checks, name="checks"),
    path("", duplicates.index, name="index"),
    path("pairs/", duplicates.pairs, name="pairs"),
    path("pairs/look/", duplicates.look, name="look"),
    path("pairs/searching/", duplicates.searching, name="searching"),
    path("pairs/<int:pk>/", duplicates.pair, name="pair"),
    path("merges/", duplicates.merges, name="merges"),
    path("merges/<int:pk>/undo/", duplicates.undo, name="undo-merge"),
    path("report/<slug:key>/", reports.report, name="report"),
    path("reading/<int:pk>/", reading.reading, name="reading"),
    path("sources/", sources.sources, name="sources"),
    path("sources/<slug:key>/", sources.source, name="source"),
]
