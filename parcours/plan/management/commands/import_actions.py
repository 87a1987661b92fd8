"""Import actions from a spreadsheet (XLSX or CSV): says what the file would change, and with --apply saves it."""

from parcours.imports.command import ImportCommand
from parcours.plan.spreadsheet.importer import ActionsImporter


class Command(ImportCommand):
    help = __doc__
    importer = ActionsImporter()
