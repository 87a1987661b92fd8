"""What the field's common search does, in the same database: one French vector, a radius, nearest first.

PostgreSQL's own French configuration; names weigh A, themes, publics and networks B, descriptions C; services within
50 km, ordered by distance; without a place by `ts_rank`. No words in other languages, no synonyms, no mistypings.
It reads a table and indexes of its own, as narrow as it needs them: a fair floor. Where only the order is judged it
may also ask for any of the words, the best by `ts_rank` first: it then finds more than it does in the field.
"""

from collections.abc import Sequence
from time import perf_counter
from typing import Any

RADIUS_KM, KM_IN_A_DEGREE = 50, 111.195
TABLE = """
CREATE TABLE bench_peer AS
SELECT l.id, l.service_id, l.lon, l.lat,
  setweight(to_tsvector('french', coalesce(s.name->'texts'->'fr'->>'text', '') || ' ' || o.name), 'A') ||
  setweight(to_tsvector('french', coalesce(t.labels, '')), 'B') ||
  setweight(to_tsvector('french', coalesce(s.description->'texts'->'fr'->>'text', '')), 'C') AS vector
FROM directory_listing l JOIN directory_service s ON s.id = l.service_id
JOIN directory_organisation o ON o.id = s.organisation_id
LEFT JOIN LATERAL (
  SELECT string_agg(label, ' ') AS labels FROM bench_label WHERE code = ANY(s.themes || s.publics || o.networks)
) t ON true"""
INDEXES = (
    "CREATE INDEX bench_peer_vector ON bench_peer USING gin (vector)",
    "CREATE INDEX bench_peer_point ON bench_peer USING gist (point(lon, lat))",
)
KM = (
    "12742 * asin(sqrt(pow(sin(radians(lat - %s) / 2), 2)"
    " + cos(radians(lat)) * cos(radians(%s)) * pow(sin(radians(lon - %s) / 2), 2)))"
)


def build() -> float:
    """Make the table and its indexes; the seconds that the indexes took."""
    from django.db import connection

    from parcours.directory.vocabulary import vocabulary

    labels = {
        term.code: term.labels.text_in("fr")
        for scheme in ("themes", "publics", "networks")
        for term in vocabulary(scheme).terms
    }
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_peer, bench_label")
        cursor.execute("CREATE TABLE bench_label (code text PRIMARY KEY, label text)")
        cursor.executemany("INSERT INTO bench_label VALUES (%s, %s)", list(labels.items()))
        cursor.execute(TABLE)
        start = perf_counter()
        for statement in INDEXES:
            cursor.execute(statement)
        taken = perf_counter() - start
        cursor.execute("ANALYZE bench_peer")
    return taken


ALL_WORDS = "websearch_to_tsquery('french', %s)"
ANY_WORD = "replace(plainto_tsquery('french', %s)::text, ' & ', ' | ')::tsquery"


def find(words: str, spot: tuple[float, float] | None, *, limit: int = 20, is_any: bool = False) -> Sequence[int]:
    """The services that it finds, in its order; of those with any of the words the best first, near or far."""
    from django.db import connection

    query = ANY_WORD if is_any else ALL_WORDS

    wanted: list[str] = []
    values: list[Any] = []
    if words:
        wanted.append(f"vector @@ {query}")
        values.append(words)
    if spot:
        lon, lat = spot
        north = RADIUS_KM / KM_IN_A_DEGREE
        east = north * 1.5
        wanted += ["point(lon, lat) <@ box(point(%s, %s), point(%s, %s))", f"{KM} <= {RADIUS_KM}"]
        values += [lon + east, lat + north, lon - east, lat - north, lat, lat, lon]
    by_rank = f"ts_rank(vector, {query}) DESC"
    if words and (is_any or not spot):
        order, more = f"{by_rank}, id", [words]
    elif spot:
        order, more = f"{KM}, id", [lat, lat, lon]
    else:
        order, more = "id", []
    where = f"WHERE {' AND '.join(wanted)}" if wanted else ""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT service_id FROM bench_peer {where} ORDER BY {order} LIMIT %s", [*values, *more, limit])
        return list(dict.fromkeys(row[0] for row in cursor.fetchall()))
