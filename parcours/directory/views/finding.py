"""The search: one page, one box, plain filters; and what was sought in vain, noted without anyone."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.core.cache import cache
from django.core.exceptions import BadRequest
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from parcours.directory.actions.finding import Miss
from parcours.directory.actions.finding import note_miss as note
from parcours.directory.finding.find import Answer, answer
from parcours.directory.finding.question import Question
from parcours.directory.finding.results import Result, map_of, shown
from parcours.directory.finding.understanding import Reading, read
from parcours.directory.finding.wider import wider_words
from parcours.directory.forms.finding import FILTERS, SearchForm
from parcours.directory.models import Territory
from parcours.directory.vocabulary import vocabulary

PER_PAGE = 20
SALT, AN_HOUR = "search-miss", 3600


@dataclass(frozen=True)
class Removable:
    """Something that narrows the search, and the address of the search without it."""

    label: str
    typed: str
    url: str


@login_not_required
def search(request: HttpRequest) -> HttpResponse:
    """Services that fit, why they stand where they stand, and what was given up when none fits."""
    language = get_language() or "fr"
    form = SearchForm(request.GET, language=language)
    form.is_valid()
    plain = request.GET.getlist("plain")
    reading = read(form.data.get("q", ""), language, plain=plain, known=form.gazetteer)
    question, now = form.question(reading), timezone.localtime()
    context: dict[str, Any] = {"form": form, "reading": reading, "has_filters": _has_filters(form), "found": None}
    if question.asks_anything:
        found = answer(question, now)
        page: Page[Any] = Paginator(found.matches, PER_PAGE).get_page(request.GET.get("page"))
        results = shown(page.object_list, found.question, now, first=page.start_index())
        context |= {"page": page, "results": results, "found": found, "chips": _chips(request.GET, form, reading)}
        context |= _read_as(request.GET, reading)
        context |= _told(form, question, found, results, language)
    else:
        context["themes"] = vocabulary("themes").children("")
    template = "directory/search.html#results" if request.htmx else "directory/search.html"  # type: ignore[attr-defined]
    return render(request, template, context)


def _told(form: SearchForm, question: Question, found: Answer, results: list[Result], language: str) -> dict[str, Any]:
    """What is said beside the results: what was given up, where they are, whom to call, what was missed."""
    is_missed = bool(found.given_up) or not found.fitting
    return {
        "wider": wider_words(found.given_up, question, found.question, form.gazetteer),
        "map": map_of(results, language),
        "territory": Territory.objects.select_related("owner").first() if is_missed else None,
        "miss": signing.dumps(asdict(_miss(question, language)), salt=SALT, compress=True) if is_missed else "",
    }


def _has_filters(form: SearchForm) -> bool:
    return any(form.data.get(name) for name in FILTERS)


def _chips(query: QueryDict, form: SearchForm, reading: Reading) -> list[Removable]:
    """What the words were understood as, then what was chosen; each can be taken away."""
    chips = [
        Removable(label, chip.typed, _address(query, add=("plain", chip.typed)))
        for chip in reading.chips
        for label in [" / ".join(chip.labels)]
    ]
    if query.get("lat") and query.get("lon"):
        chips.append(Removable(gettext("Near me"), "", _address(query, without=("lat", "lon"))))
    for name in (*FILTERS, "theme"):
        if value := getattr(form, "cleaned_data", {}).get(name):
            field = form.fields[name]
            labels = dict(getattr(field, "choices", ()))
            label = labels.get(value) or (
                vocabulary("themes").label(value, get_language() or "fr") if name == "theme" else ""
            )
            words = f"{field.label} {value}" if name == "age" else str(label or field.label)
            chips.append(Removable(words, "", _address(query, without=(name,))))
    return chips


def _read_as(query: QueryDict, reading: Reading) -> dict[str, Any]:
    """What was typed otherwise, and places of the same name, each with the address of the search that means it."""
    places = [chip for chip in reading.chips if chip.scheme == "places"]
    return {
        "corrections": [(typed, used, _address(query, add=("plain", typed))) for typed, used in reading.corrected],
        "other_places": [
            Removable(name, chip.typed, _address(query, add=("place", name), without=("place",)))
            for chip in places
            for name in chip.others
        ],
    }


def _address(query: QueryDict, *, add: tuple[str, str] | None = None, without: Collection[str] = ()) -> str:
    """The same search with one thing more or less."""
    changed = query.copy()
    for name in ("page", *without):
        changed.pop(name, None)
    if add:
        changed.appendlist(*add)
    return f"?{changed.urlencode()}"


def _miss(question: Question, language: str) -> Miss:
    """What may be kept of a search: neither an age nor where a phone was."""
    names = (
        "when",
        "gender",
        "level",
        "publics",
        "stay",
        "languages",
        "is_free",
        "is_accessible",
        "has_places",
        "is_remote",
    )
    filters = {name: value for name in names if (value := getattr(question, name))}
    area = question.within or (question.spot.area if question.spot else "")
    concepts = {"facts": question.concepts} if question.concepts else {}
    return Miss(language, concepts, filters, area, tuple(question.plain_words))


@csrf_exempt  # signed by the page itself: nobody can note what nobody sought, and no cookie is set
@login_not_required
@require_POST
def note_miss(request: HttpRequest) -> HttpResponse:
    """Note a search that found nothing: sent by the page, or by a button where scripts do not run."""
    token = request.POST.get("miss", "")
    try:
        told = signing.loads(token, salt=SALT, max_age=AN_HOUR)
    except signing.BadSignature as error:
        raise BadRequest("An unsigned or old miss") from error
    if cache.add(f"miss:{token[-43:]}", True, AN_HOUR):
        note(miss=Miss(**{**told, "words": tuple(told["words"])}), on=timezone.localdate())
    return HttpResponse(status=204) if request.POST.get("quiet") else render(request, "directory/search_noted.html")
