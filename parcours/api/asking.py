"""What one may ask for: filters, and the cursor that says where a reader stands."""

import base64
import binascii
import struct
from datetime import UTC, datetime, timedelta
from typing import Annotated, TypeVar

from django.db.models import Exists, Model, OuterRef, QuerySet
from ninja import Field, Schema

from parcours.api.queries import EPOCH, Position, organisations, services
from parcours.api.shapes import Language
from parcours.directory.models import Organisation, Service, ServiceLanguage, ServicePlace
from parcours.directory.vocabulary import vocabulary
from parcours.geo.models import Area

Row = TypeVar("Row", bound=Model)

CODE = r"^[a-z0-9][a-z0-9-]*$"
KEY = r"^[-a-zA-Z0-9_]{1,90}$"
MOST = 200
CURSOR = struct.Struct(">QQQ")
MICROSECOND = timedelta(microseconds=1)
END_OF_TIME = datetime(9999, 1, 1, tzinfo=UTC)
LARGEST_NUMBER = 2**63 - 1

Code = Annotated[str, Field(max_length=80, pattern=CODE)]
Cursor = Annotated[str, Field(max_length=40, pattern=r"^[A-Za-z0-9_-]+$", description="`next` of the page before")]


class Unclear(Exception):
    """A question that cannot be answered; the message says what is wrong with it."""


class Reading(Schema):
    """How a list is read. Without a cursor it begins with the oldest change, or after `since`."""

    lang: Language = Field(Language.fr, description="The language of texts and labels")
    cursor: Cursor | None = None
    since: datetime | None = Field(None, description="Only what changed after this moment, and what is gone since")
    limit: int = Field(100, ge=1, le=MOST)


class Where(Schema):
    commune: str | None = Field(
        None, max_length=60, pattern=r"^([a-z0-9][a-z0-9-]*:)?[A-Za-z0-9-]+$",
        description="Code of a commune (“94081”) or of any area (“insee-departement:94”)",
    )  # fmt: skip


class ServiceFilter(Where):
    """What services one wants: all conditions hold together."""

    theme: Code | None = Field(None, description="A code of the vocabulary “themes”; those under it are meant too")
    public: Code | None = Field(None, description="A code of the vocabulary “publics”; those under it are meant too")
    language: Code | None = Field(None, description="A code of the vocabulary “languages”: spoken there")
    organisation: str | None = Field(None, pattern=KEY, description="The key of an organisation")


def asked_services(question: ServiceFilter) -> QuerySet[Service]:
    """Raises Unclear for a code that does not exist."""
    found = services()
    for name, scheme in (("theme", "themes"), ("public", "publics")):
        if value := getattr(question, name):
            codes = vocabulary(scheme).with_descendants([_known(value, scheme)])
            found = found.filter(**{f"{scheme}__overlap": sorted(codes)})
    if question.language:
        spoken = ServiceLanguage.objects.filter(service=OuterRef("pk"), code=_known(question.language, "languages"))
        found = found.filter(Exists(spoken))
    if question.organisation:
        found = found.filter(organisation__key=question.organisation)
    if question.commune:
        area = _area(question.commune)
        found = found.filter(
            Exists(ServicePlace.objects.filter(service=OuterRef("pk"), place__area__path__startswith=area.path))
        )
    return found


def asked_organisations(question: Where) -> QuerySet[Organisation]:
    found = organisations()
    return found.filter(area__path__startswith=_area(question.commune).path) if question.commune else found


def _known(code: str, scheme: str) -> str:
    if code not in vocabulary(scheme):
        raise Unclear(f"“{code}” is not in the vocabulary “{scheme}”: see /api/v1/vocabularies/{scheme}.")
    return code


def _area(code: str) -> Area:
    system, _colon, number = code.rpartition(":")
    area = Area.objects.with_code(system or "insee-commune", number).first()
    if area is None:
        raise Unclear(f"“{code}” is no area known here: see /api/v1/areas.")
    return area


# Where a reader stands


def begin(reading: Reading, *, until: datetime) -> Position:
    """Where this question begins; raises Unclear for a cursor that is none of ours."""
    if reading.cursor:
        return read_cursor(reading.cursor)
    if reading.since is None:
        return Position(EPOCH, 0, until)
    since = reading.since if reading.since.tzinfo else reading.since.replace(tzinfo=UTC)
    if not EPOCH.year <= since.year < END_OF_TIME.year:
        raise Unclear("`since` is before 1970 or too far in the future.")
    return Position(max(since, EPOCH), 0, max(since, EPOCH))


def write_cursor(position: Position) -> str:
    packed = CURSOR.pack(_micro(position.moment), position.number, _micro(position.since))
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def read_cursor(cursor: str) -> Position:
    try:
        moment, number, since = CURSOR.unpack(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, struct.error, ValueError):
        raise Unclear("This cursor is none of ours: take `next` as it was given.") from None
    if max(moment, since) > _micro(END_OF_TIME) or number > LARGEST_NUMBER:
        raise Unclear("This cursor is none of ours: take `next` as it was given.")
    return Position(EPOCH + moment * MICROSECOND, number, EPOCH + since * MICROSECOND)


def _micro(moment: datetime) -> int:
    return (moment - EPOCH) // MICROSECOND
