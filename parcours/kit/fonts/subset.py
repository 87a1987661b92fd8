"""Make the web fonts (woff2 subsets) and the document fonts (TTF) from Noto's TTF files.

    python parcours/kit/fonts/subset.py FOLDER     (Debian: /usr/share/fonts/truetype/noto, package fonts-noto-core)

Needs `fonttools[woff]`. The ranges are those of the @font-face rules in site.css.
"""

import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

HERE = Path(__file__).resolve().parent
WEB = HERE.parent / "static" / "kit" / "fonts"
WEIGHTS = {"400": "Regular", "700": "Bold"}
LATIN = [
    *range(0x100), 0x131, 0x152, 0x153, 0x2C6, 0x2DA, 0x2DC, *range(0x2000, 0x2070), 0x20AC, 0x2122,
    *range(0x2190, 0x2194), 0x2212, 0x2260, 0x2264, 0x2265,
]  # fmt: skip
EXTENDED = [*range(0x100, 0x250), *range(0x300, 0x370), *range(0x400, 0x500), *range(0x1E00, 0x1F00), 0x2116]
ARABIC = [*range(0x600, 0x700), *range(0x750, 0x780), *range(0x2000, 0x2010)]
ETHIOPIC = range(0x1200, 0x13A0)
TAMIL = [*range(0x0B80, 0x0C00), 0x200C, 0x200D, 0x25CC]
SPACES = [0x20, 0xA0]
# name of the web file: family, code points
WEB_FONTS = {
    "latin": ("NotoSans", LATIN),
    "extended": ("NotoSans", EXTENDED),
    "arabic": ("NotoSansArabic", [*SPACES, *ARABIC]),
    "ethiopic": ("NotoSansEthiopic", [*SPACES, *ETHIOPIC]),
}
DOCUMENT_FONTS = {
    "NotoSans": [*LATIN, *EXTENDED, *range(0x2070, 0x2100), *range(0x2190, 0x2200), 0x25A0, 0x25CB, 0x25CF],
    "NotoSansArabic": [*SPACES, *ARABIC, *range(0xFB50, 0xFE00), *range(0xFE70, 0xFF00)],
    "NotoSansEthiopic": [*SPACES, *ETHIOPIC],
    "NotoSansTamil": [*SPACES, *TAMIL],
}


def subset(source: Path, target: Path, points: list[int], *, flavor: str | None) -> None:
    """Write the part of a font that draws these code points, with the shaping its scripts need."""
    options = Options(flavor=flavor, layout_features=["*"] if flavor is None else Options().layout_features)
    options.hinting = False
    options.desubroutinize = True
    options.notdef_outline = True
    font = TTFont(source)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=points)
    subsetter.subset(font)
    font.flavor = flavor
    font.save(target)
    sys.stdout.write(f"{target.name}: {target.stat().st_size / 1000:.1f} KB\n")


def main(folder: Path) -> None:
    for weight, style in WEIGHTS.items():
        for name, (family, points) in WEB_FONTS.items():
            subset(folder / f"{family}-{style}.ttf", WEB / f"noto-{name}-{weight}.woff2", list(points), flavor="woff2")
        for family, points in DOCUMENT_FONTS.items():
            subset(folder / f"{family}-{style}.ttf", HERE / f"{family}-{style}.ttf", points, flavor=None)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
