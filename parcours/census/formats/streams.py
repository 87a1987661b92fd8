"""JSON files walked through object by object: a list, a list under a key, or one object a line."""

from collections.abc import Iterator
from typing import IO, Any

import ijson
from django.utils.translation import gettext

from parcours.kit.spreadsheets import UnreadableFile

FIRST_BYTES = 4096


def begins_like_json(file: IO[bytes]) -> bool:
    """Whether the file is JSON by its first sign; the file is left at its start."""
    file.seek(0)
    first = file.read(FIRST_BYTES).removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    file.seek(0)
    return first in (b"{", b"[")


def keys_of(file: IO[bytes]) -> list[str]:
    """The keys of the object that the file is, of which a list hangs; [""] for a file that is a list itself.

    ["*"] for one object a line. Raises UnreadableFile.
    """
    keys, last = [], ""
    for prefix, event, value in _walked(file, "", ijson.parse, multiple_values=True):
        if prefix == "" and event == "start_array":
            return [""]
        if prefix == "" and event == "map_key":
            last = value
        elif prefix == last and event == "start_array":
            keys.append(last)
        elif prefix == "" and event == "end_map":
            break
    return keys if any(key in LISTS for key in keys) else ["*"]


LISTS = ("structures", "services", "organizations", "contents", "locations", "service_at_locations")


def objects(file: IO[bytes], key: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each object of the list under this key (as `keys_of` names it) with its number, from 1. Raises UnreadableFile."""
    prefix = {"": "item", "*": ""}.get(key, f"{key}.item")
    walked = _walked(file, prefix, ijson.items, use_float=True, multiple_values=key == "*")
    for number, found in enumerate(walked, start=1):
        if not isinstance(found, dict):
            raise UnreadableFile(gettext("Item %(number)d of the file is no object.") % {"number": number})
        yield number, found


def _walked(file: IO[bytes], prefix: str, walk: Any, **options: Any) -> Iterator[Any]:
    file.seek(3 if file.read(3) == b"\xef\xbb\xbf" else 0)
    try:
        yield from walk(file, prefix, **options) if prefix or walk is ijson.items else walk(file, **options)
    except (ijson.JSONError, UnicodeDecodeError, RecursionError) as error:
        raise UnreadableFile(
            gettext("The file is not valid JSON: %(error)s. It may have been cut short: send it again.")
            % {"error": str(error).splitlines()[0][:120]}
        ) from error
