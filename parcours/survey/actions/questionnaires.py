"""Questionnaires: received as an XLSForm or written here, edited as a draft, published once and for all."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from parcours.engines.questionnaire.reading import Reading, read_form
from parcours.engines.questionnaire.sheets import Sheets, read_sheets
from parcours.kit.keys import free_key
from parcours.survey.models import Questionnaire, Version
from parcours.survey.told import check_fields

if TYPE_CHECKING:
    from parcours.accounts.models import User

LARGEST = 5_000_000  # bytes of a form


class EditedMeanwhile(Exception):
    """Somebody else changed the draft, or published it, since this page was made."""


class NotPublishable(Exception):
    """The form has errors; `reading` names them."""

    def __init__(self, reading: Reading) -> None:
        super().__init__()
        self.reading = reading


def reading_of(sheets: Sheets) -> Reading:
    """What can be asked of a form, and all that is wrong with it: XLSForm's rules, and the facts that it names."""
    reading = read_form(sheets)
    return Reading(reading.form, (*reading.problems, *check_fields(reading.form)))


def blank(title: str) -> Sheets:
    """The sheets of a form in which nothing is asked yet, in the site's language."""
    language = settings.LANGUAGE_CODE
    name = f"{dict(settings.LANGUAGES)[language]} ({language})"
    columns = {"survey": ["type", "name", f"label::{name}"], "choices": ["list_name", "name", f"label::{name}"]}
    told = {"form_title": title, "form_id": slugify(title)[:60], "default_language": name}
    return Sheets({**columns, "settings": list(told)}, {"survey": [], "choices": [], "settings": [told]})


@transaction.atomic
def create_questionnaire(*, title: str, sheets: Sheets, asks_people: bool = False) -> Questionnaire:
    """Begin a questionnaire with a draft. Raises ValidationError."""
    title = " ".join(title.split())[:200]
    if not title:
        raise ValidationError({"title": [_("Give the questionnaire a title.")]})
    stem = slugify(title)[:70] or "questionnaire"
    key = free_key(stem, set(Questionnaire.objects.filter(key__startswith=stem).values_list("key", flat=True)))
    questionnaire = Questionnaire(key=key, title=title, asks_people=asks_people)
    questionnaire.full_clean()
    questionnaire.save()
    Version.objects.create(questionnaire=questionnaire, number=1, sheets=sheets.to_store())
    return questionnaire


@transaction.atomic
def receive(*, questionnaire: Questionnaire, sheets: Sheets) -> Version:
    """Take a form in as the questionnaire's draft: over the one there is, else as the next version."""
    draft = _draft(questionnaire)
    return _write(draft, sheets) if draft else _next(questionnaire, sheets)


@transaction.atomic
def start_draft(*, questionnaire: Questionnaire) -> Version:
    """The draft; where there is none, one that begins as the last version."""
    if draft := _draft(questionnaire):
        return draft
    last = questionnaire.versions.order_by("-number").first()
    return _next(questionnaire, Sheets.stored(last.sheets) if last else Sheets())


@transaction.atomic
def save_draft(*, version: Version, sheets: Sheets, revision: int) -> Version:
    """Write the sheets of a draft that was read at this revision. Raises EditedMeanwhile."""
    draft = Version.objects.select_for_update().get(pk=version.pk)
    if draft.revision != revision or not draft.is_draft:
        raise EditedMeanwhile
    return _write(draft, sheets)


@transaction.atomic
def discard_draft(*, version: Version) -> None:
    """Throw a draft away, and a questionnaire that has no other version. Raises EditedMeanwhile for a published one."""
    draft = Version.objects.select_for_update().get(pk=version.pk)
    if not draft.is_draft:
        raise EditedMeanwhile
    draft.delete()
    if not draft.questionnaire.versions.exists():
        draft.questionnaire.delete()


@transaction.atomic
def publish(*, version: Version, by: "User", at: datetime) -> Version:
    """Freeze a version: from now on it can be asked, and never changes. Twice is once. Raises NotPublishable."""
    version = Version.objects.select_for_update().get(pk=version.pk)
    if not version.is_draft:
        return version
    reading = reading_of(Sheets.stored(version.sheets))
    if reading.errors:
        raise NotPublishable(reading)
    version.published_at, version.published_by = at, by
    version.save(update_fields=["published_at", "published_by"])
    return version


def sheets_from(content: bytes, filename: str) -> Sheets:
    """The sheets of a file that was sent. Raises UnreadableForm and, for one that is too large, ValidationError."""
    if len(content) > LARGEST:
        raise ValidationError(_("A form is 5 MB at most: are there pictures in it?"))
    return read_sheets(content, filename)


def _draft(questionnaire: Questionnaire) -> Version | None:
    # two who begin a draft at once take turns
    Questionnaire.objects.select_for_update().get(pk=questionnaire.pk)
    return questionnaire.versions.drafts().first()


def _next(questionnaire: Questionnaire, sheets: Sheets) -> Version:
    last = questionnaire.versions.order_by("-number").values_list("number", flat=True).first()
    return Version.objects.create(questionnaire=questionnaire, number=(last or 0) + 1, sheets=sheets.to_store())


def _write(draft: Version, sheets: Sheets) -> Version:
    draft.sheets, draft.revision = sheets.to_store(), draft.revision + 1
    draft.save(update_fields=["sheets", "revision", "changed_at"])
    return draft
