"""Where people say they are: communes and wider areas by name in any language, postcodes by the places in them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import cos, floor, hypot, radians
from threading import Lock
from time import monotonic

from django.db import connection
from django.db.models import Avg, Count, F, IntegerField, Max, Min
from django.db.models.functions import Floor

from parcours.directory.finding.question import KM_IN_A_DEGREE, USUAL_KM, Spot
from parcours.directory.models import Listing, Place
from parcours.engines.words import fold
from parcours.geo.models import Area

POSTCODE = "postcode"
# So many squares, each way, are counted in a degree.
A_DEGREE = 16
# How long a process may not know of a new postcode, in seconds.
LASTS = 600


@dataclass(frozen=True)
class Gazetteer:
    """The places one may name, largest first, by their key: "insee-commune:94081", "postcode:94400"."""

    spots: dict[str, Spot]
    names: dict[str, tuple[str, ...]]
    is_wide: frozenset[str] = field(default=frozenset())
    crowds: Counter[tuple[int, int]] = field(default_factory=Counter)

    @cached_property
    def by_name(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for key, names in self.names.items():
            for name in names:
                found.setdefault(fold(name), []).append(key)
        return found

    def best(self, keys: Iterable[str]) -> list[str]:
        """Those that are known, largest first."""
        wanted = set(keys)
        return [key for key in self.spots if key in wanted]

    def crowd(self, lon: float, lat: float) -> int:
        """About how many listings lie within the usual distance."""
        return _crowd(self.crowds, lon, lat)

    def named(self, text: str) -> list[str]:
        return self.best(self.by_name.get(fold(text.strip()), ()))


_known: dict[str, tuple[object, float, Gazetteer]] = {}
_lock = Lock()


def gazetteer() -> Gazetteer:
    """The present one; one quick query tells whether areas were added."""
    database = str(connection.settings_dict["NAME"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM geo_area")
        stamp = cursor.fetchone()
    with _lock:
        known = _known.get(database)
        if known and known[0] == stamp and monotonic() - known[1] < LASTS:
            return known[2]
        made = _made()
        _known[database] = (stamp, monotonic(), made)
        return made


def _made() -> Gazetteer:
    spots: dict[str, Spot] = {}
    names: dict[str, tuple[str, ...]] = {}
    wide = set()
    crowds = _crowds()
    columns = ("code_system", "code", "name", "names", "lon", "lat", "path", "level")
    for area in Area.objects.exclude(level="country").order_by("-population", "pk").only(*columns):
        key = f"{area.code_system}:{area.code}"
        spots[key] = Spot(area.name, area.lon, area.lat, tuple(filter(None, area.path.split("/"))) or (key,))
        names[key] = tuple(dict.fromkeys([area.name, *area.names.values()]))
        if area.level not in ("commune", "neighbourhood"):
            wide.add(key)
    for code, lon, lat, path in _postcodes():
        key = f"{POSTCODE}:{code}"
        spots[key] = Spot(code, lon, lat, tuple(filter(None, (path or "").split("/"))))
        names[key] = (code,)
    spots = {
        key: replace(spot, crowd=_crowd(crowds, spot.lon, spot.lat))
        if spot.lon is not None and spot.lat is not None
        else spot
        for key, spot in spots.items()
    }
    return Gazetteer(spots, names, frozenset(wide), crowds)


def _crowds() -> Counter[tuple[int, int]]:
    """How many listings lie in each small square of the map."""
    squares = Listing.objects.filter(lon__isnull=False, lat__isnull=False).annotate(
        x=Floor(F("lon") * A_DEGREE, output_field=IntegerField()),
        y=Floor(F("lat") * A_DEGREE, output_field=IntegerField()),
    )
    return Counter({(x, y): n for x, y, n in squares.order_by("x", "y").values_list("x", "y").annotate(n=Count("pk"))})


def _crowd(crowds: Counter[tuple[int, int]], lon: float, lat: float) -> int:
    north = USUAL_KM / KM_IN_A_DEGREE
    east = north / max(cos(radians(lat)), 0.1)
    columns, rows = (
        range(floor((at - far) * A_DEGREE), floor((at + far) * A_DEGREE) + 1) for at, far in ((lon, east), (lat, north))
    )
    return sum(crowds[x, y] for x in columns for y in rows)


def _postcodes() -> Iterable[tuple[str, float, float, str | None]]:
    """Each postcode with the middle of its places, and the area where all of them are."""
    places = Place.objects.exclude(postcode="").filter(lon__isnull=False).values("postcode").order_by("postcode")
    rows = places.annotate(x=Avg("lon"), y=Avg("lat"), first=Min("area__path"), last=Max("area__path"))
    return [
        (row["postcode"], row["x"], row["y"], row["first"] if row["first"] == row["last"] else None) for row in rows
    ]


def nearest_area(known: Gazetteer, lon: float, lat: float) -> tuple[str, ...]:
    """The path of the nearest commune, none within about ten kilometres."""
    near = [
        (hypot((spot.lon - lon) * cos(radians(lat)), spot.lat - lat), spot.path)
        for key, spot in known.spots.items()
        if spot.lon is not None
        and spot.lat is not None
        and abs(spot.lat - lat) < NEARBY
        and abs(spot.lon - lon) < 2 * NEARBY
        and key not in known.is_wide
        and not key.startswith(POSTCODE)
    ]
    return min(near, default=(0.0, ()))[1]


NEARBY = 0.1  # degrees of latitude
