"""Static files under names that change with their contents."""

from whitenoise.storage import CompressedManifestStaticFilesStorage

IMPORTS = (r"""(?P<matched>from\s*["'](?P<url>\./[^"']+)["'])""", """from "%(url)s\"""")


class StaticStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Also for what our modules import from each other: none is ever older than the page that asks for it.

    Django can do this for all scripts, but stumbles over those of other packages.
    """

    patterns = (*CompressedManifestStaticFilesStorage.patterns, ("offline/*.js", (IMPORTS,)))
