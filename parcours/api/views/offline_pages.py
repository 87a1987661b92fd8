"""The directory on a phone without network: the page, the service worker and what makes it an app."""

import hashlib
import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from parcours.api.offline import about_bytes
from parcours.directory.models import Territory
from parcours.directory.sheet.facts import ICONS
from parcours.geo.models import Area
from parcours.translations.languages import text_direction

APP = Path(__file__).parents[1]
WORKER, PAGE = APP / "static" / "offline" / "worker.js", APP / "templates" / "api" / "offline.html"
FILES = (
    "kit/site.css", "kit/icon.svg", "geo/map.css", "directory/search.css", "directory/service.css",
    "offline/offline.css", "offline/page.js", "offline/packs.js", "offline/find.js", "offline/card.js",
    "offline/words.js", "offline/store.js",
)  # fmt: skip
# Latin letters stand in every language's pages: names, addresses.
FONTS = {"ar": ("latin", "arabic")}


@login_not_required
def page(request: HttpRequest) -> HttpResponse:
    """Where one saves packs and searches them; the same page answers for every other without network."""
    territory = Territory.objects.select_related("area").first()
    communes = Area.objects.communes_of(territory.area).in_reading_order() if territory else Area.objects.none()
    language = get_language() or settings.LANGUAGE_CODE
    context = {
        "sizes": about_bytes(communes),
        "whole": _("All of %(name)s") % {"name": territory.name.in_language(language).text} if territory else "",
        "chosen": request.GET.get("area", ""),
        "icons": list(ICONS.items()),
        "said": _said(),
    }
    return render(request, "api/offline.html", context)


@login_not_required
def service_worker(request: HttpRequest) -> HttpResponse:
    """The worker with the list of what it keeps; with PARCOURS_OFFLINE=0 one that removes itself and all it kept."""
    shell = _shell() if settings.PARCOURS_OFFLINE else None
    script = f"const SHELL = {json.dumps(shell)};\n{WORKER.read_text(encoding='utf-8')}"
    return HttpResponse(script, content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"})


def _shell() -> dict[str, Any]:
    languages = {}
    for code, _name in settings.LANGUAGES:
        with override(code):
            address = reverse("offline:page")
        fonts = [
            static(f"kit/fonts/noto-{name}-{weight}.woff2")
            for name in FONTS.get(code, ("latin",))
            for weight in (400, 700)
        ]
        languages[code] = {"page": address, "files": fonts}
    files = [static(name) for name in FILES]
    every = sorted({*files, *(file for one in languages.values() for file in one["files"])})
    told = json.dumps([languages, every, WORKER.read_text(encoding="utf-8"), PAGE.read_text(encoding="utf-8")])
    version = hashlib.sha256(told.encode()).hexdigest()[:12]
    return {"version": version, "files": files, "languages": languages, "all": every}


@login_not_required
def manifest(request: HttpRequest) -> HttpResponse:
    """What a phone needs to know to keep the site among its apps, in the reader's language."""
    territory = Territory.objects.first()
    language = get_language() or settings.LANGUAGE_CODE
    icons = [
        {"src": static(f"offline/icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png"}
        for size in (192, 512)
    ]
    told = {
        "id": "/",
        "name": f"{territory.name.in_language(language).text} · Parcours" if territory else "Parcours",
        "short_name": "Parcours",
        "description": _("Services near you, also without network"),
        "lang": language,
        "dir": text_direction(language),
        "start_url": reverse("offline:page"),
        "scope": "/",
        "display": "standalone",
        "background_color": "#fbf6ec",
        "theme_color": "#fbf6ec",
        "icons": [*icons, {"src": static("kit/icon.svg"), "sizes": "any", "type": "image/svg+xml"}],
    }
    return JsonResponse(told, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False})


def _said() -> dict[str, str]:
    """What the scripts say; {…} is filled in there."""
    return {
        "saved": _("Saved on {day} · {size} · {n} services"),
        "old": _("Saved on {day}: call before you go."),
        "none": _("No change is waiting."),
        "waiting": _("{n} changes are waiting ({size})."),
        "whole": _("A new version is waiting ({size})."),
        "update": _("Update now"),
        "updated": _("Updated: {size} were fetched."),
        "look": _("Look for changes"),
        "delete": _("Delete from this phone"),
        "deleted": _("Deleted: {size} are free again."),
        "saving": _("Saving…"),
        "done": _("Saved. You can now search without network."),
        "failed": _("That did not work: there is no network, or the site does not answer. Nothing was changed."),
        "full": _("Your phone has no room left for this. Delete something, or save one commune only."),
        "keeps": _("Your phone will keep it until you delete it."),
        "mayDrop": _("Your phone may delete it when it runs out of room."),
        "found": _("{n} services found"),
        "wider": _("No service has all of these words. These have some of them:"),
        "nothing": _("Nothing found. Try another word, or fewer conditions."),
        "distance": _("{km} km"),
        "overdue": _("It should have been confirmed again by now."),
        "gone": _("This service is not saved on this phone."),
        "noPlace": _("Your phone did not say where you are."),
        "notSaved": _("Nothing is saved on this phone yet, and there is no network."),
        "all": _("All that is saved on this phone"),
        "invented": _("invented"),
        "openMap": _("Open in the phone’s map"),
        "communes": _("Where the services found are"),
        "insecure": _("This browser cannot keep pages here. Print the list instead."),
    }
