"""Files that come in, as plain rows of the directory: tables, data·inclusion v1, HSDS 3.x.

A format only says what its file says: raw values in the shape of `directory.records`, which `directory.cleaning` takes
further. It reads the file as a stream, so that memory does not grow with it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from parcours.directory.choices import RecordKind, ServiceState
from parcours.imports.rules import Problem


@dataclass
class Raw:
    """One record of a file. `parent` is the organisation that gives the service, or that this one is a part of.

    `problems` are what the format itself finds wrong; `columns` says how the file calls a field ("places.lon").
    An organisation that is only mentioned, in a list of services, may be one that is known by this name.
    """

    number: int
    kind: RecordKind
    external_id: str
    values: dict[str, Any]
    observed_on: Any = None
    parent: str = ""
    problems: list[Problem] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)
    is_mentioned: bool = False
    warnings: list[Problem] = field(default_factory=list)
    state: ServiceState = ServiceState.PUBLISHED


@dataclass
class Reading:
    """A file being read: organisations come before the services that they give. `unread` fills while one walks.

    `unread` are the columns or keys that have no place in the directory: they are told, not lost silently.
    """

    rows: Iterator[Raw]
    unread: set[str] = field(default_factory=set)
