"""The CV as a Europass candidate (XML). Best effort: Europass publishes no schema that can be checked against, and its
site has stopped reading files of others; employers' programs that know HR-XML read the names and dates."""

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from parcours.portfolio.papers.records import Lived, Paper

CANDIDATE = "http://www.europass.eu/1.0"
HR = "http://www.hr-xml.org/3"
OAGIS = "http://www.openapplications.org/oagis/9"
NAMES = {"xmlns": CANDIDATE, "xmlns:hr": HR, "xmlns:oa": OAGIS}
REMARK = "Best effort: not checked by Europass."


def europass_xml(paper: Paper) -> bytes:
    """Person, work, volunteering, languages by the Common European Framework, competences."""
    root = Element("Candidate", NAMES)
    _text(root, "hr:DocumentID", "parcours")
    _text(root, "oa:Description", f"{REMARK} {paper.words['invented'][0] if paper.is_invented else ''}".strip())
    person = SubElement(root, "CandidatePerson")
    given, _space, family = (paper.latin_name or paper.name).partition(" ")
    name = SubElement(person, "PersonName")
    _text(name, "oa:GivenName", given)
    _text(name, "hr:FamilyName", family)
    for line in paper.contact:
        _text(SubElement(person, "Communication"), "oa:URI", line)
    profile = SubElement(root, "CandidateProfile", {"languageCode": "fr"})
    _text(profile, "hr:ExecutiveSummary", paper.summary[0])
    for strand, group, row in (
        ("professional", "EmploymentHistory", "EmployerHistory"),
        ("social", "VolunteeringHistory", "Volunteering"),
    ):
        found = [one for one in paper.lived if one.strand == strand]
        if found:
            parent = SubElement(profile, group)
            for one in found:
                _position(SubElement(parent, row), one)
    qualifications = SubElement(profile, "PersonQualifications")
    for one in paper.speaks:
        _language(qualifications, one.code, one.cefr)
    for can in paper.can:
        competency = SubElement(qualifications, "PersonCompetency")
        _text(competency, "hr:CompetencyName", can.label[0])
        _text(competency, "hr:Description", can.level[0])
    indent(root)
    return tostring(root, encoding="utf-8", xml_declaration=True)


def _position(parent: Element, one: Lived) -> None:
    history = SubElement(parent, "PositionHistory")
    _text(history, "PositionTitle", one.title[0])
    _text(history, "hr:City", one.place)
    period = SubElement(history, "EmploymentPeriod")
    for tag, value in (("StartDate", one.since), ("EndDate", one.until)):
        if value:
            _text(SubElement(period, tag), "hr:FormattedDateTime", value)
    _text(history, "oa:Description", "\n".join(pair[0] for pair in one.did) or one.words[0])


def _language(parent: Element, code: str, level: str) -> None:
    competency = SubElement(parent, "PersonCompetency")
    _text(competency, "hr:CompetencyID", code)
    _text(competency, "hr:TaxonomyID", "language")
    for dimension in ("CEF-Understanding-Listening", "CEF-Speaking-Interaction") if level != "native" else ():
        found = SubElement(competency, "CompetencyDimension")
        _text(found, "hr:CompetencyDimensionTypeCode", dimension)
        _text(SubElement(found, "Score"), "hr:ScoreText", level)


def _text(parent: Element, tag: str, text: str) -> None:
    if text:
        SubElement(parent, tag).text = text
