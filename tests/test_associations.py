"""The list of 500 associations that tests import is a file like any other, always the same."""

from collections import Counter

from parcours.kit.spreadsheets import read_table
from tests.associations import FROM_PACK, HEADERS, NUMBER, TWICE, as_xlsx, associations
from tests.test_territory_services import INVENTED_ORGANISATIONS


def test_the_list_is_read_as_500_rows_under_its_headers() -> None:
    table = read_table(as_xlsx(), "associations.xlsx")
    assert list(table.headers) == HEADERS
    assert len(list(table.rows)) == NUMBER


def test_the_list_is_always_the_same() -> None:
    assert associations() == associations()
    assert associations(seed=1) != associations(seed=2)


def test_twelve_associations_are_the_packs_and_twenty_stand_twice() -> None:
    rows = associations()
    names = {row["name"].upper() for row in INVENTED_ORGANISATIONS}
    assert sum(name in names for _, name, *_ in rows) == FROM_PACK
    again = [name.removeprefix("Asso. ") for _, name, *_ in rows if name.startswith("Asso. ")]
    assert len(again) == TWICE
    assert Counter(name for _, name, *_ in rows if name in again) == dict.fromkeys(again, 1)
