"""Changing the key of sealed texts: everything is written anew with the newest."""

from collections.abc import Callable, Iterator

from django.apps import apps
from django.core.files.base import ContentFile
from django.db import models, transaction

from parcours.kit.sealed import SealedField, open_bytes, seal_bytes

Report = Callable[[str, int], None]
AT_ONCE = 500


def sealed_models() -> Iterator[tuple[type[models.Model], list[str]]]:
    """Every model that holds sealed texts, with their names."""
    for model in apps.get_models():
        names = [field.name for field in model._meta.concrete_fields if isinstance(field, SealedField)]
        if names:
            yield model, names


def reseal(*, report: Report | None = None) -> int:
    """Seal every text and file with the first of PARCOURS_SEAL_KEYS; can be stopped and begun again. Gives how many."""
    number = 0
    for model, names in sealed_models():
        last = 0
        while rows := list(model._base_manager.filter(pk__gt=last).order_by("pk")[:AT_ONCE]):
            with transaction.atomic():
                for row in rows:
                    row.save(update_fields=names)
                    _reseal_file(row)
            last, number = rows[-1].pk, number + len(rows)
            if report:
                report(model._meta.label, number)
    return number


def _reseal_file(row: models.Model) -> None:
    for field in row._meta.concrete_fields:
        if isinstance(field, models.FileField) and (file := getattr(row, field.attname)):
            with file.open("rb") as old:
                content = seal_bytes(open_bytes(old.read()))
            name = file.name
            file.storage.delete(name)
            file.storage.save(name, ContentFile(content))
