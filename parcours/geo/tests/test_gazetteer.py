from parcours.geo.gazetteer import Town, complete, name_in
from parcours.geo.records import AreaRow

from .places import commune

PERIGNY = Town("Périgny", 2.55, 48.69, "11", ("Périgny-sur-Yerres",))
OTHER_PERIGNY = Town("Périgny", 3.62, 46.25, "84", ())
CHAMPIGNY = Town(
    "Champigny-sur-Marne",
    2.49,
    48.81,
    "11",
    ("Shampini", "Шампини сюр Марн", "Шампиньи-сюр-Марн", "Шампіньї-сюр-Марн",
     "Шампињи на Марни", "شامپینی-سور-مرن", "شامبيني سور مارن"),
)  # fmt: skip


def test_names_are_told_apart_by_the_letters_of_their_language():
    assert [name_in(language, CHAMPIGNY) for language in ("ru", "uk", "ar", "fr")] == [
        "Шампиньи-сюр-Марн",
        "Шампіньї-сюр-Марн",
        "شامبيني سور مارن",
        "",
    ]


def test_the_namesake_nearest_to_the_other_communes_is_taken():
    rows = [commune("1", "Champigny-sur-Marne"), commune("2", "Périgny")]
    filled, missing = complete(rows, [CHAMPIGNY, OTHER_PERIGNY, PERIGNY], [])
    assert [(row.lon, row.lat) for row in filled] == [(2.49, 48.81), (2.55, 48.69)]
    assert missing == []


def test_what_a_person_wrote_is_kept_and_what_is_missing_is_told():
    mine = commune("1", "Champigny-sur-Marne", lon=1.0, lat=2.0, coordinates_source="me", names={"ru": "Моё"})
    region = AreaRow("region", "test", "r", "Périgny")
    filled, missing = complete([mine, region, commune("3", "Nowhere")], [CHAMPIGNY, PERIGNY], ["ru", "uk"])
    assert (filled[0].lon, filled[0].coordinates_source, filled[0].names["ru"]) == (1.0, "me", "Моё")
    assert filled[1] == region
    assert missing == ["test:3"]
