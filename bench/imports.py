"""How long a spreadsheet of 10,000 actions takes to preview and to apply; the floor: openpyxl reading the same file."""

from datetime import date
from io import BytesIO
from itertools import cycle, islice
from typing import IO, Any

from bench._ground import Ground, median, milliseconds, options, print_result, print_table, ratio, step

ROWS, QUICK_ROWS = 10_000, 1_000


def main() -> None:
    chosen = options("Time to preview and apply an import of actions.")
    rows = QUICK_ROWS if chosen.quick else ROWS
    with Ground():
        with step(f"a file of {rows} rows"):
            data = many_actions(rows)
        reading = [milliseconds(lambda: read_only(data)) for _number in range(3)]
        figures = {"rows": rows, "kB": round(len(data) / 1000)} | preview_and_apply(data, rows)
    floor = {"openpyxl reads": median(reading)}
    ratios = {name: ratio(figures[name], floor["openpyxl reads"]) for name in ("preview", "apply")}
    print_table(
        ["step", "s", "× reading"],
        [["openpyxl reads the file", round(floor["openpyxl reads"] / 1000, 2), 1.0]]
        + [[name, round(figures[name] / 1000, 2), ratios[name]] for name in ratios],
    )
    print_result("imports", figures=figures, floor=floor, ratios=ratios)


def many_actions(rows: int) -> bytes:
    """The site's own export of the demo's actions, repeated as new actions: without their codes and links."""
    from openpyxl import Workbook, load_workbook

    from parcours.plan.models import Plan
    from parcours.plan.spreadsheet.export import Export

    plan = Plan.objects.current()
    actions = plan.actions.with_status(on=date.today(), silent_after_months=plan.silent_after_months)  # noqa: DTZ011
    exported = load_workbook(Export.of(plan, actions, for_office=True).xlsx(on=date.today())).worksheets[0]  # noqa: DTZ011
    heads, *lines = exported.iter_rows(values_only=True)
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(heads)
    for number, line in enumerate(islice(cycle(lines), rows)):
        sheet.append([_cell(str(head), value, number) for head, value in zip(heads, line, strict=True)])
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _cell(head: str, value: object, number: int) -> object:
    """A new action has no code yet, and a title of its own."""
    if head in ("code", "links", "version"):
        return None
    return f"{value} {number}" if head.startswith("title") and value else value


def read_only(data: bytes) -> int:
    from openpyxl import load_workbook

    book = load_workbook(BytesIO(data), read_only=True)
    return sum(len(line) for line in book.worksheets[0].iter_rows(values_only=True))


def preview_and_apply(data: bytes, rows: int) -> dict[str, Any]:
    """Milliseconds of each verb; fails when a row is in error or missing."""
    from django.utils import timezone

    from parcours.accounts.models import User
    from parcours.imports.actions import apply, preview
    from parcours.plan.models import Action
    from parcours.plan.spreadsheet.importer import ActionsImporter

    by, before, batches = User.objects.get(memberships__role="coordinator"), Action.objects.count(), []

    def look() -> None:
        file: IO[bytes] = BytesIO(data)
        batches.append(preview(kind=ActionsImporter.kind, file=file, filename="actions.xlsx", by=by, at=timezone.now()))

    with step("preview"):
        previewed = milliseconds(look)
    if wrong := batches[0].rows.exclude(problems=[]).first():
        raise SystemExit(f"row {wrong.number}: {wrong.problems}")
    with step("apply"):
        applied = milliseconds(lambda: apply(batch=batches[0], by=by, at=timezone.now()))
    if Action.objects.count() != before + rows:
        raise SystemExit(f"{Action.objects.count() - before} actions were added instead of {rows}")
    return {"preview": round(previewed, 1), "apply": round(applied, 1)}


if __name__ == "__main__":
    main()
