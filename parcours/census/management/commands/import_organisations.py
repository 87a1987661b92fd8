"""Import organisations (a table, data·inclusion v1, HSDS 3): what the file would change; with --apply it is saved."""

from parcours.census.importers import OrganisationsImporter
from parcours.census.management.importing import ImportRecords


class Command(ImportRecords):
    help = __doc__
    importer = OrganisationsImporter()
