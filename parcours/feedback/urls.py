from django.urls import path, register_converter
from django.urls.converters import StringConverter

from parcours.feedback.choices import Moment
from parcours.feedback.views import mine, team, year


class MomentConverter(StringConverter):
    regex = "|".join(Moment.values)


register_converter(MomentConverter, "moment")

app_name = "feedback"
EDITION = "editions/<slug:key>/"
MOMENT = f"{EDITION}<moment:moment>/"

urlpatterns = [
    path("mine/", mine.mine, name="mine"),
    path("mine/<int:pk>/", mine.answer, name="answer"),
    path("programmes/<slug:programme>/<int:year>/", year.year, name="year"),
    path(EDITION, team.edition, name="edition"),
    path(f"{EDITION}said/", team.said, name="round-new"),
    path(f"{EDITION}said/<int:pk>/", team.said, name="round"),
    path(f"{MOMENT}ask/", team.ask, name="ask"),
    path(f"{MOMENT}send/", team.send, name="send"),
    path(f"{MOMENT}close/", team.close, name="close"),
    path(f"{MOMENT}slips/", team.slips, name="slips"),
]
