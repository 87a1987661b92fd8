"""What is printed or taken away: the register, certificates, the list as a workbook."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from parcours.delivery.choices import CAME, Presence
from parcours.delivery.models import Edition, Enrolment
from parcours.kit.documents import render_pdf
from parcours.kit.spreadsheets import write_xlsx
from parcours.translations.languages import site_language, text_direction

TYPST = Path(__file__).parent / "typst"
MARKS = {Presence.PRESENT: "●", Presence.LATE: "○", Presence.EXCUSED: "E", Presence.ABSENT: "–"}


def grid(edition: Edition) -> tuple[list[str], list[dict[str, Any]]]:
    """Columns (a day each) and rows (a person each, with a mark for each session and how often they came)."""
    sessions = list(edition.sessions.planned())
    columns = [date_format(timezone.localtime(one.starts_at), "j M") for one in sessions]
    rows = []
    people = edition.enrolments.were_enrolled().select_related("person").prefetch_related("attendances")
    for enrolment in people.order_by("person__sort_key", "pk"):
        seen = {one.session_id: one.presence for one in enrolment.attendances.all()}
        marks = [MARKS.get(Presence(seen[one.pk]), "") if one.pk in seen else "" for one in sessions]
        came = sum(seen.get(one.pk) in CAME for one in sessions)
        name = enrolment.person.name if enrolment.person else str(enrolment)
        rows.append({"name": name, "marks": marks, "came": came, "state": enrolment.get_state_display()})
    return columns, rows


def register_pdf(edition: Edition, *, language: str, at: datetime) -> bytes:
    """The register: who came to which session, with room to sign."""
    with override(language):
        columns, rows = grid(edition)
        marks = [f"{mark} {Presence(name).label}" for name, mark in MARKS.items()]
        data = {
            "title": _("Register"),
            "programme": str(edition.programme.title),
            "edition": edition.title,
            "organisation": edition.programme.organisation.name,
            "columns": columns,
            "rows": rows,
            "headings": [_("Name"), _("came"), _("Signature")],
            "key": " · ".join(marks),
            "note": _("Invented for the demonstration: nobody on this sheet exists.") if edition.is_invented else "",
            "printed": _("Printed on %(day)s") % {"day": date_format(timezone.localtime(at), "j F Y")},
        }
    return render_pdf(TYPST / "register.typ", data, language)


def register_xlsx(edition: Edition) -> bytes:
    """The same as a workbook."""
    columns, rows = grid(edition)
    heads = [_("Name"), _("state"), *columns, _("came")]
    told = [[row["name"], row["state"], *row["marks"], row["came"]] for row in rows]
    notes = [_("Invented for the demonstration: nobody on this sheet exists.")] if edition.is_invented else []
    return write_xlsx(heads, told, _("Register"), notes).read()


def certificate_pdf(enrolment: Enrolment, *, at: datetime) -> bytes:
    """That somebody took part, how often and how long: in French, and in their language where the site speaks it."""
    edition, person = enrolment.edition, enrolment.person
    assert person is not None
    came = enrolment.attendances.came().select_related("session")
    minutes = sum(int((one.session.ends_at - one.session.starts_at).total_seconds()) // 60 for one in came)
    held = edition.sessions.held(at=at).count()
    languages = list(dict.fromkeys(["fr", site_language(person.language)]))
    data = {
        "versions": [_certificate(edition, person.name, came.count(), held, minutes, code, at) for code in languages],
        "latin_name": person.latin_name,
        "organisation": edition.programme.organisation.name,
    }
    return render_pdf(TYPST / "certificate.typ", data, "fr")


def _certificate(
    edition: Edition, name: str, came: int, held: int, minutes: int, language: str, at: datetime
) -> dict[str, Any]:
    with override(language):
        said = {
            "programme": str(edition.programme.title),
            "from": date_format(edition.starts_on, "j F Y"),
            "until": date_format(edition.ends_on, "j F Y"),
            "came": came,
            "held": held,
            "hours": f"{minutes // 60}:{minutes % 60:02}",
        }
        return {
            "language": language,
            "direction": text_direction(language),
            "title": _("Certificate of attendance"),
            "name": name,
            "text": _("took part in %(programme)s from %(from)s to %(until)s.") % said,
            "detail": _("Came to %(came)s of %(held)s sessions held: %(hours)s hours.") % said,
            "made": _("Made on %(day)s") % {"day": date_format(timezone.localtime(at), "j F Y")},
            "note": _("Invented for the demonstration.") if edition.is_invented else "",
        }
