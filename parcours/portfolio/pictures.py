"""Pictograms of the competence cards: our own line drawings on a grid of 24, for people who read little."""

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

PATHS: dict[str, str] = {
    "people": "M8 10a3 3 0 1 0 0-6 3 3 0 0 0 0 6M16 10a3 3 0 1 0 0-6 3 3 0 0 0 0 6M2 20c0-4 3-7 6-7s6 3 6 7"
    "M13 14c4-2 9 1 9 6",
    "turn": "M4 12a8 8 0 0 1 14-5l2 2M20 4v5h-5M20 12a8 8 0 0 1-14 5l-2-2M4 20v-5h5",
    "calendar": "M4 6h16v14H4zM4 10h16M8 3v4M16 3v4M8 14h3M8 17h6",
    "clock": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18M12 7v5l4 2",
    "key": "M8 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8M12 12h9M18 12v4M15 12v3",
    "hands": "M3 13l4-5 4 2 3-2 3 1 4 4M7 8v9M11 10l4 4-2 2 2 2M3 13v4l5 4h5l5-5",
    "scales": "M12 4v16M7 20h10M4 8h16M4 8l-2 6h5zM20 8l-2 6h5zM12 4l-8 4M12 4l8 4",
    "heart": "M12 20C5 15 3 11 3 8a4 4 0 0 1 9-2 4 4 0 0 1 9 2c0 3-2 7-9 12",
    "shield": "M12 3l8 3v6c0 5-4 8-8 9-4-1-8-4-8-9V6zM12 8v8M8 12h8",
    "book": "M4 5c3-1 6-1 8 1 2-2 5-2 8-1v14c-3-1-6-1-8 1-2-2-5-2-8-1zM12 6v14",
    "chat": "M3 5h12v9H8l-5 4zM17 9h4v11l-4-3h-7v-1",
    "globe": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18M3 12h18M12 3c4 5 4 13 0 18M12 3c-4 5-4 13 0 18",
    "voice": "M4 10v4h4l7 5V5L8 10zM18 9c1 2 1 4 0 6M20 6c3 4 3 8 0 12",
    "flag": "M5 21V4h12l-2 4 2 4H5",
    "check": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18M8 12l3 3 5-6",
    "coins": "M9 12c4 0 6-1 6-3s-2-3-6-3-6 1-6 3 2 3 6 3M3 9v5c0 2 2 3 6 3M15 9v2"
    "M15 19c4 0 6-1 6-3s-2-3-6-3-6 1-6 3 2 3 6 3",
    "list": "M4 4h16v16H4zM8 9h8M12 5v8M8 17h3M14 16l3 3M17 16l-3 3",
    "tool": "M14 6a4 4 0 0 1 5-3l-3 3 2 2 3-3a4 4 0 0 1-6 5L7 18a2 2 0 0 1-3-3l8-8M5 17h.1",
    "eye": "M2 12c3-5 6-7 10-7s7 2 10 7c-3 5-6 7-10 7s-7-2-10-7M12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6",
    "drop": "M12 3c4 5 6 8 6 11a6 6 0 0 1-12 0c0-3 2-6 6-11M9 14a3 3 0 0 0 3 3",
    "box": "M3 8l9-4 9 4v9l-9 4-9-4zM3 8l9 4 9-4M12 12v9",
    "mountain": "M2 20l7-13 4 7 2-3 7 9zM7 11l2 2 2-2",
    "compass": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18M15 9l-2 5-5 2 2-5z",
    "wave": "M2 9c3-4 5-4 8 0s5 4 8 0l4-2M2 16c3-4 5-4 8 0s5 4 8 0l4-2",
    "spark": "M12 3v6M12 15v6M3 12h6M15 12h6M6 6l3 3M15 15l3 3M18 6l-3 3M9 15l-3 3",
    "network": "M12 7a2 2 0 1 0 0-4 2 2 0 0 0 0 4M5 20a2 2 0 1 0 0-4 2 2 0 0 0 0 4M19 20a2 2 0 1 0 0-4 2 2 0 0 0 0 4"
    "M11 7L6 16M13 7l5 9M7 18h10",
    "shop": "M4 10v10h16V10M3 10l2-6h14l2 6zM9 20v-6h6v6",
    "brush": "M20 4c-5 2-9 6-11 10l1 1c4-2 8-6 10-11M8 15c-3 0-4 2-4 5 3 0 5-1 5-4z",
    "phone": "M7 3h10v18H7zM11 18h2M9 6h6",
    "home": "M3 12l9-8 9 8M6 10v10h12V10M10 20v-6h4v6",
}  # fmt: skip


def picture(name: str, size: int = 48) -> SafeString:
    """The drawing; it repeats what stands beside it, so that screen readers pass over it."""
    path = PATHS.get(name)
    if path is None:
        return SafeString("")
    return format_html(
        '<svg class="picture" width="{0}" height="{0}" viewBox="0 0 24 24" aria-hidden="true" fill="none"'
        ' stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round"><path d="{1}"/>'
        "</svg>",
        size,
        mark_safe(path),  # ours
    )
