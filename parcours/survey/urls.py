from django.urls import path

from parcours.survey.views import answering, asks, entry, opened, waves
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
    path("waves/", waves.waves, name="waves"),
    path("waves/new/", waves.edit, name="wave-new"),
    path("waves/<slug:key>/", waves.wave, name="wave"),
    path("waves/<slug:key>/edit/", waves.edit, name="wave-edit"),
    path("waves/<slug:key>/close/", waves.close, name="wave-close"),
    path("waves/<slug:key>/choose/", asks.choose, name="choose"),
    path("waves/<slug:key>/send/", asks.send, name="send"),
    path("waves/<slug:key>/asks/<int:pk>/", asks.ask, name="ask"),
    path("waves/<slug:key>/enter/", entry.enter, name="enter"),
    *[path(f"answer/<str:secret>/{route}", by_secret(view), name=f"answer{name}") for name, route, view in PAGES],
    *[
        path(f"waves/<slug:wave>/entry/<slug:response>/{route}", by_office(view), name=f"entry{name}")
        for name, route, view in PAGES
    ],
]

# the open link: last, for it takes any word (a wave's key ends with its year, and is none of the words above)
urlpatterns += [path("<slug:key>/", opened.opened, name="open")]
