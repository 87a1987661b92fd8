"""`{% load census %}`: how the office's lists write a record's values, and what is wrong with a record."""

from typing import Any

from django import template

from parcours.census.checks import explain
from parcours.census.models import Check
from parcours.directory.models import Organisation, Service
from parcours.directory.wording import shown_phone

register = template.Library()
register.filter("phone", shown_phone)


@register.inclusion_tag("census/failing.html")
def failing_checks(record: Organisation | Service) -> dict[str, Any]:
    """Links and SIRETs of this record that are no longer there, for those who may mend it."""
    failing = Check.objects.failing().of_record(record)
    return {"failing": [(check, explain(check.detail)) for check in failing]}
