"""Who the first circle is: an app above that knows the steering group says so in `AppConfig.ready`."""

from collections.abc import Callable
from functools import reduce
from operator import or_

from django.db.models import Q

from parcours.directory.models import Organisation
from parcours.directory.queries.organisations import OrganisationQuerySet

Find = Callable[[], OrganisationQuerySet]
_finders: list[Find] = []


def register(find: Find) -> None:
    _finders.append(find)


def first_circle() -> OrganisationQuerySet:
    """The organisations of the steering group; none where no app knows it."""
    seated = reduce(or_, (Q(pk__in=find().values("pk")) for find in _finders), Q(pk__in=[]))
    return Organisation.objects.kept().filter(seated)
