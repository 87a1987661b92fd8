"""A handful of line icons on a 24-unit grid, drawn for this house."""

from functools import lru_cache

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

ICONS = {
    "search": '<circle cx="10.5" cy="10.5" r="6"/><path d="M15 15l5 5"/>',
    "menu": '<path d="M4 7h16M4 12h16M4 17h10"/>',
    "close": '<path d="M6 6l12 12M18 6L6 18"/>',
    "languages": (
        '<circle cx="12" cy="12" r="8.5"/><path d="M3.5 12h17M12 3.5c5 5.5 5 11.5 0 17M12 3.5c-5 5.5-5 11.5 0 17"/>'
    ),
    "user": '<circle cx="12" cy="8" r="4"/><path d="M4.5 20c1-4.5 4-6 7.5-6s6.5 1.5 7.5 6"/>',
    "people": (
        '<circle cx="9" cy="8.5" r="3.5"/>'
        '<path d="M2.5 19.5c.8-4 3.3-5.5 6.5-5.5s5.7 1.5 6.5 5.5M15.5 5.3a3.5 3.5 0 010 6.4'
        'M18 14.5c2 .8 3.1 2.5 3.5 5"/>'
    ),
    "download": '<path d="M12 4v11M7.5 10.5L12 15l4.5-4.5M4.5 19.5h15"/>',
    "upload": '<path d="M12 15V4M7.5 8.5L12 4l4.5 4.5M4.5 19.5h15"/>',
    "arrow": '<path d="M4.5 12h15M13.5 6l6 6-6 6"/>',
    "external": '<path d="M10 5H5v14h14v-5M13.5 4.5h6v6M19.5 4.5L11 13"/>',
    "check": '<path d="M5 12.5l4.5 4.5L19 7.5"/>',
    "clock": '<circle cx="12" cy="12" r="8.5"/><path d="M12 7v5l3.5 2"/>',
    "quiet": '<path d="M4 5.5h16v11h-9l-4.5 4v-4H4zM9 11h.1M12 11h.1M15 11h.1"/>',
    "alert": '<path d="M12 4l9 16H3zM12 10v4.5M12 17.3v.1"/>',
    "info": '<circle cx="12" cy="12" r="8.5"/><path d="M12 11v5.5M12 7.7v.1"/>',
    "barrier": '<circle cx="12" cy="12" r="8.5"/><path d="M7.5 12h9"/>',
    "stop": '<rect x="6" y="6" width="12" height="12" rx="1.5"/>',
    "idea": '<path d="M9 16.5c-2-1.4-3.5-3.4-3.5-6a6.5 6.5 0 0113 0c0 2.6-1.5 4.6-3.5 6zM9.5 20h5"/>',
    "pin": (
        '<path d="M12 21c-4.5-5-6.5-8.3-6.5-11a6.5 6.5 0 0113 0c0 2.7-2 6-6.5 11z"/><circle cx="12" cy="10" r="2.3"/>'
    ),
    "map": '<path d="M3.5 6.5l5.5-2 6 2 5.5-2v13l-5.5 2-6-2-5.5 2zM9 4.5v13M15 6.5v13"/>',
    "calendar": '<path d="M4 6h16v14H4zM4 10.5h16M8.5 3.5v4M15.5 3.5v4"/>',
    "document": '<path d="M6 3.5h8l4.5 4.5v12.5H6zM13.5 3.5V8.5h5M9 13h6M9 16.5h6"/>',
    "print": '<path d="M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z"/>',
    "edit": '<path d="M4.5 19.5l1-4.5L16 4.5l3.5 3.5L9 18.5zM13.5 7l3.5 3.5"/>',
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "filter": '<path d="M4 6h16M7 12h10M10 18h4"/>',
    "sort": '<path d="M8 9l4-4 4 4M8 15l4 4 4-4"/>',
    "up": '<path d="M6 14.5l6-6 6 6"/>',
    "down": '<path d="M6 9.5l6 6 6-6"/>',
    "spark": '<path d="M12 3.5l2 6.5 6.5 2-6.5 2-2 6.5-2-6.5-6.5-2 6.5-2z"/>',
    "source": '<path d="M5 4.5h10.5a3 3 0 013 3v12H8a3 3 0 01-3-3zM5 16.5a3 3 0 013-3h10.5"/>',
    "money": '<circle cx="12" cy="12" r="8.5"/><path d="M15 8.8a4.5 4.5 0 100 6.4M7.2 11h5.3M7.2 13.3h4.3"/>',
    "seat": '<path d="M7 3.5l1 9.5h9.5v7M8 13v7M8 16.5h9.5"/>',
    "book": (
        '<path d="M12 6.5C9.5 4.8 6.5 4.5 3.5 5v13c3-.5 6-.2 8.5 1.5 2.5-1.7 5.5-2 8.5-1.5V5c-3-.5-6-.2-8.5 1.5z'
        'M12 6.5v13"/>'
    ),
    "door": '<path d="M6 20.5V4h12v16.5M3.5 20.5h17M14.5 12.2v.1"/>',
    "wheelchair": (
        '<circle cx="10" cy="4.5" r="1.5"/><path d="M10 8.3V14h5.5l2.5 5M10 10.5h4.5M7.3 11.8a5 5 0 107 6.4"/>'
    ),
    "phone": (
        '<path d="M6 4h3.5l1.5 4-2.2 1.7a12 12 0 005.5 5.5L16 13l4 1.5V18a2 2 0 01-2.2 2A15.5 15.5 0 014 6.2 2 2 0 016'
        ' 4z"/>'
    ),
    "message": '<path d="M4 5.5h16v11H10l-4.5 4v-4H4zM8 9.5h8M8 12.5h5"/>',
    "flag": '<path d="M6 21V4.5h11.5l-2.5 4 2.5 4H6"/>',
}
# These point along the reading direction and turn round in right-to-left.
DIRECTED = frozenset({"arrow", "external", "quiet", "message", "flag"})


@lru_cache(maxsize=512)
def icon(name: str, label: str = "") -> SafeString:
    """An icon as inline SVG; named for screen readers when it has a label, hidden from them otherwise."""
    naming = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="icon{}" viewBox="0 0 24 24" width="24" height="24" {} focusable="false">{}</svg>',
        " directed" if name in DIRECTED else "",
        naming,
        mark_safe(ICONS[name]),
    )
