"""The one box and the plain filters of the search; everything is in the address, nothing is kept."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from parcours.directory.facts import fact, level_rank
from parcours.directory.finding.places import Gazetteer, gazetteer, nearest_area
from parcours.directory.finding.question import USUAL_KM, Question, Sought, Spot
from parcours.directory.finding.understanding import Reading, where
from parcours.directory.vocabulary import vocabulary
from parcours.kit.widgets import PlainSelect

ANY = ("", _("All"))
DISTANCES = (1, 3, 5, 10, 20, 50)
GENDERS = (ANY, ("women", _("for women only")), ("men", _("for men only")))
# A phone's position is rounded to about 100 m: enough to say how far a door is, too little to find one's own.
DECIMALS = 3
FILTERS = ("language", "when", "level", "public", "gender", "age", "stay", "free", "vacancy", "accessible", "remote")
FLAGS = {"free": "is_free", "accessible": "is_accessible", "vacancy": "has_places", "remote": "is_remote"}


@lru_cache(maxsize=64)
def _choices(scheme: str, language: str) -> tuple[tuple[str, Any], ...]:
    """The terms in a row, groups dissolved."""
    rows: list[tuple[str, Any]] = []
    for code, label in vocabulary(scheme).choices(language):
        rows += label if isinstance(label, list) else [(code, label)]
    return (ANY, *((code, str(label)) for code, label in rows))


def select(label: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, widget=PlainSelect)


class SearchForm(forms.Form):
    """An empty field narrows nothing; an unknown value is said in its field and the others count."""

    q = forms.CharField(label=_("What are you looking for?"), required=False, max_length=200)
    place = forms.CharField(label=_("Where?"), required=False, max_length=100)
    km = forms.TypedChoiceField(
        label=_("How far?"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", _("usual")), *((km, f"{km} km") for km in DISTANCES)],
        widget=PlainSelect,
    )
    lat = forms.FloatField(required=False, min_value=-90, max_value=90, widget=forms.HiddenInput)
    lon = forms.FloatField(required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)
    language = select(_("Language spoken there"))
    when = select(_("Open"))
    level = select(_("Your level of French"))
    public = select(_("For whom"))
    gender = forms.ChoiceField(label=_("Women or men"), required=False, choices=GENDERS, widget=PlainSelect)
    age = forms.IntegerField(label=_("Age"), required=False, min_value=0, max_value=120)
    stay = select(_("Condition of stay accepted"))
    theme = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)
    free = forms.BooleanField(label=_("Free"), required=False)
    vacancy = forms.BooleanField(label=_("Places left"), required=False)
    accessible = forms.BooleanField(label=_("Wheelchair access"), required=False)
    remote = forms.BooleanField(label=_("By phone or online"), required=False)

    def __init__(self, *args: Any, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.gazetteer: Gazetteer = gazetteer()
        self.place_key = ""
        schemes = {"language": "languages", "when": "when", "level": "levels", "public": "publics", "stay": "stay"}
        for name, scheme in schemes.items():
            self.fields[name].choices = _choices(scheme, language)

    @property
    def more(self) -> Iterable[forms.BoundField]:
        """The filters beside the words and the place, in order."""
        return [self[name] for name in FILTERS]

    def clean_place(self) -> str:
        text = self.cleaned_data["place"].strip()
        keys = self.gazetteer.named(text) if text else []
        if text and not keys:
            raise forms.ValidationError(_("We do not know this place. Write a commune or a postcode."))
        self.place_key = keys[0] if keys else ""
        return text

    def clean_theme(self) -> str:
        code: str = self.cleaned_data["theme"]
        return code if code in vocabulary("themes") else ""

    def question(self, reading: Reading) -> Question:
        """What was typed and what was chosen, together; what was chosen counts first."""
        data = getattr(self, "cleaned_data", {})
        chosen = {
            "languages": (data.get("language"),),
            "publics": (data.get("public"),),
            "stay": (data.get("stay"),),
        }
        values: dict[str, Any] = {name: codes for name, codes in chosen.items() if codes[0]}
        values |= {name: data[name] for name in ("when", "gender", "age") if data.get(name) not in (None, "")}
        values |= {attribute: True for name, attribute in FLAGS.items() if data.get(name)}
        if (rank := level_rank(data.get("level") or "")) is not None:
            values["level"] = (rank, rank)
        if data.get("theme"):
            theme = Sought("", ((fact("theme", data["theme"]), 1.0),))
            values["sought"] = (theme, *reading.question.sought)
        return reading.question.but(**values, **self._where(reading, data))

    def _where(self, reading: Reading, data: dict[str, Any]) -> dict[str, Any]:
        km = data.get("km")
        if self.place_key:
            return {"within": "", **where(self.place_key, self.gazetteer, km)}
        if data.get("lat") is not None and data.get("lon") is not None:
            lat, lon = round(data["lat"], DECIMALS), round(data["lon"], DECIMALS)
            path = nearest_area(self.gazetteer, lon, lat)
            spot = Spot(str(_("where you are")), lon, lat, path, self.gazetteer.crowd(lon, lat))
            return {"spot": spot, "km": km or USUAL_KM, "within": ""}
        return {"km": km} if km and reading.question.km else {}
