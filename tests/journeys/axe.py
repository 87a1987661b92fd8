"""What axe-core finds wrong with a page."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

STANDARDS = ("wcag2a", "wcag2aa", "wcag21aa", "wcag22aa")
LAYOUT = ("target-size", "scrollable-region-focusable")  # what another width can change
CONTRAST = "color-contrast"  # takes longer than all other rules together, and is the same in every language


def faults(page: Page, *, rules: tuple[str, ...] = (), with_contrast: bool = True) -> list[str]:
    """What axe-core finds against the standards, or against some of their rules only."""
    run_only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": STANDARDS}
    options: Any = {"runOnly": run_only, "resultTypes": ["violations"]}
    if not with_contrast:
        options["rules"] = {CONTRAST: {"enabled": False}}
    found = Axe().run(page, options=options).response["violations"]
    return [f"{one['id']}: {node['target']} {node['html'][:160]}" for one in found for node in one["nodes"][:3]]
