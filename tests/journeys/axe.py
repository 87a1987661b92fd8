"""What axe-core finds wrong with a page."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

STANDARDS = ("wcag2a", "wcag2aa", "wcag21aa", "wcag22aa")
LAYOUT = ("color-contrast", "target-size", "scrollable-region-focusable")  # what another width can change


def faults(page: Page, *, rules: tuple[str, ...] = ()) -> list[str]:
    """What axe-core finds against the standards, or against some of their rules only."""
    run_only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": STANDARDS}
    options: Any = {"runOnly": run_only, "resultTypes": ["violations"]}
    found = Axe().run(page, options=options).response["violations"]
    return [f"{one['id']}: {node['target']} {node['html'][:160]}" for one in found for node in one["nodes"][:3]]
