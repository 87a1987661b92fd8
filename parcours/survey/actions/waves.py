"""Waves: which version is asked, from when to when."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from parcours.directory.actions.records import HAND_RANK
from parcours.directory.choices import SourceKind
from parcours.directory.models import Source
from parcours.kit.keys import free_key
from parcours.survey.models import Wave
from parcours.translations.texts import Translated


@transaction.atomic
def save_wave(*, wave: Wave) -> Wave:
    """Keep a wave; a new one gets its address, and the source that the directory cites. Raises ValidationError."""
    wave.full_clean(exclude=["key", "source"])
    if wave.version.is_draft:
        raise ValidationError({"version": [_("This version is a draft: publish it first.")]})
    if wave.responses.exclude(version=wave.version).exists() if wave.pk else False:
        raise ValidationError({"version": [_("People have answered another version: begin a new wave for this one.")]})
    wave.asks_people = wave.version.questionnaire.asks_people
    if not wave.key:
        wave.key = _free_key(wave)
    if not (wave.asks_people or wave.source):
        wave.source = Source.objects.create(
            key=f"survey-{wave.key}",
            title=Translated.of({"fr": wave.title}),
            kind=SourceKind.SURVEY,
            rank=HAND_RANK,  # it is the organisation's own word
            year=wave.opens_on.year,
        )
    wave.save()
    return wave


@transaction.atomic
def close_wave(*, wave: Wave, on: date) -> Wave:
    """End it now: its last day was yesterday, or is today where it began today."""
    wave.closes_on = max(wave.opens_on, on - timedelta(days=1))
    wave.save(update_fields=["closes_on"])
    return wave


def _free_key(wave: Wave) -> str:
    """Always with the year, so that it is never one of the words of our own addresses."""
    stem = f"{slugify(wave.title)[:50] or 'survey'}-{wave.opens_on.year}"
    return free_key(stem, set(Wave._base_manager.filter(key__startswith=stem).values_list("key", flat=True)))
