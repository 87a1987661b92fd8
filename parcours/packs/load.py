"""The one verb: load a territory pack."""

from collections.abc import Callable
from pathlib import Path

from django.db import connection, transaction
from django.utils import timezone

from parcours.geo.actions import load_areas
from parcours.geo.records import read_rows
from parcours.packs.campaigns import load_campaigns
from parcours.packs.directory import load_organisations, load_sources, load_territory_row
from parcours.packs.evaluations import EvaluationLoader
from parcours.packs.invented import InventedLoader
from parcours.packs.pack import Pack
from parcours.packs.plan import PlanLoader
from parcours.packs.programmes import ProgrammeLoader
from parcours.packs.services import FILES, ServiceLoader
from parcours.packs.survey import SurveyLoader
from parcours.plan.models import Plan
from parcours.portfolio.actions.vocabulary import load_cards


@transaction.atomic
def load_pack(*, folder: Path, report: Callable[[str, int], None], with_invented: bool = True) -> Plan:
    """Load a territory; what is there already is left as it is, so that it can be repeated.

    `report` is called with the name and the number of rows of each part. With `with_invented`, what the pack invents
    for a demonstration is added, labelled as such.
    """
    pack = Pack(folder)
    areas = read_rows(folder / "areas.csv")
    load_areas(rows=areas)
    report("areas", len(areas))
    sources = load_sources(pack)
    report("sources", len(sources))
    report("organisations", load_organisations(pack, sources))
    territory = load_territory_row(pack)
    survey = SurveyLoader(pack, sources)
    report("questionnaires", survey.load_questionnaire())
    services = [ServiceLoader(pack, sources, file) for file in FILES]
    report("services", sum(loader.load_cited() for loader in services))
    programmes = ProgrammeLoader(pack, sources)
    report("programmes", programmes.load_cited())
    evaluations = EvaluationLoader(pack)
    report("questionnaires for participants", evaluations.load_questionnaires())
    report("competence cards", load_cards(at=timezone.now()))
    plan = Plan.objects.filter(slug=pack.plan["plan"]["slug"]).first()
    if plan is None:
        plan = PlanLoader(pack, sources, territory).load(report)
        if with_invented and pack.invented:
            report("invented", InventedLoader(pack, plan).load())
    if with_invented:
        report("invented services", sum(loader.load_invented() for loader in services))
        report("invented answers", survey.load_invented())
        report("asked in invented campaigns", load_campaigns(pack))
        report("invented enrolments", programmes.load_invented())
        report("invented opinions", evaluations.load_invented())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # so much is new that the database would plan its first questions badly
    return plan
