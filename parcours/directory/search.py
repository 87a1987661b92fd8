"""Full-text search over any model: one folded and stemmed column, filled in Python, indexed by PostgreSQL.

Stemming in Python serves every language alike: of fifteen hard pairs of words PostgreSQL's own configurations match
eight.
"""

from collections import defaultdict
from typing import Self, TypeVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import models

from parcours.engines.words import index_text, query_terms, tsquery
from parcours.translations.fields import Translated

SHORTEST_PREFIX = 3


def search_vector() -> SearchVector:
    return SearchVector("search_text", config="simple")


def search_index(name: str) -> GinIndex:
    """The index that `matching` uses; each searchable model names its own."""
    return GinIndex(search_vector(), name=name)


Row_co = TypeVar("Row_co", bound=models.Model, covariant=True)


class SearchableQuerySet(models.QuerySet[Row_co]):
    def matching(self, text: str, language: str) -> Self:
        """Rows that hold every word of the text, in whichever of their languages; none for an empty text."""
        # one or two letters begin too many words: they must be the whole word
        is_prefix = len(text.rsplit(maxsplit=1)[-1]) >= SHORTEST_PREFIX if text.strip() else False
        query = tsquery(query_terms(text, language, prefix=is_prefix))
        if not query:
            return self.none()
        found = SearchQuery(query, search_type="raw", config="simple")
        return self.alias(vector=search_vector()).filter(vector=found)


class Searchable(models.Model):
    """A row that search finds. The verbs that change it call `refresh_search_text()` before they save."""

    search_text = models.TextField(editable=False, default="", blank=True)

    class Meta:
        abstract = True

    def search_sources(self) -> list[Translated | str]:
        """The texts by which this row is found."""
        raise NotImplementedError

    def refresh_search_text(self) -> None:
        texts: dict[str, list[str]] = defaultdict(list)
        for source in self.search_sources():
            if isinstance(source, Translated):
                for language, version in source.versions.items():
                    texts[language].append(version.text)
            elif source:
                texts["fr"].append(source)
        self.search_text = index_text({language: " ".join(parts) for language, parts in texts.items()})
