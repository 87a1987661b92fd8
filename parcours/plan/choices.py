from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Stage(models.TextChoices):
    """How far an action has come: people say it. Its status (late, silent…) follows from dates and data."""

    IDEA = "idea", _("idea")
    PLANNED = "planned", _("planned")
    UNDER_WAY = "under_way", _("under way")
    DONE = "done", _("done")
    STOPPED = "stopped", _("stopped")


class Status(models.TextChoices):
    """What the dates and data of an action say of it; see `queries.ActionQuerySet.with_status`."""

    IDEA = "idea", _("idea")
    ON_TRACK = "on_track", _("on track")
    LATE = "late", _("late")
    SILENT = "silent", _("no news")
    BLOCKED = "blocked", _("blocked")
    DONE = "done", _("done")
    STOPPED = "stopped", _("stopped")


class DatePrecision(models.TextChoices):
    DAY = "day", _("day")
    MONTH = "month", _("month")
    YEAR = "year", _("year")


class PartnerRole(models.TextChoices):
    PARTNER = "partner", _("partner")
    IDENTIFIED = "identified", _("identified partner")
    FUNDER = "funder", _("funder")
    HOST = "host", _("host")


class LinkKind(models.TextChoices):
    """What became of an action, or what it came from."""

    GREW_FROM = "grew_from", _("grew from")
    MERGED_INTO = "merged_into", _("merged into")
    SUPERSEDED_BY = "superseded_by", _("superseded by")
    RELATED = "related", _("related to")


class LineKind(models.TextChoices):
    COST = "cost", _("cost")
    FUNDING = "funding", _("funding")
    WAIVED = "fee-waived", _("fee not asked")


class BodyKind(models.TextChoices):
    STEERING_GROUP = "steering_group", _("steering group")
    PROJECT_GROUP = "project_group", _("internal project group")
    COMMITTEE = "committee", _("partnership committee")


class SeatRole(models.TextChoices):
    CHAIR = "chair", _("chair")
    CO_CHAIR = "co-chair", _("co-chair")
    MEMBER = "member", _("member")
    ASSOCIATED = "associated", _("associated")


class WorkshopKind(models.TextChoices):
    SEMINAR = "seminar", _("seminar")
    AXIS = "axis", _("axis workshop")
    FOLLOW_UP = "follow_up", _("follow-up workshop")


class FundingLevel(models.TextChoices):
    EUROPEAN = "european", _("European")
    STATE = "state", pgettext_lazy("level of government", "State")
    DEPARTEMENT = "departement", _("territory's own budget")


class CommunicationScope(models.TextChoices):
    EVERY_ACTION = "every_action", _("every action")
    FLAGSHIP = "flagship", _("flagship actions")


class Criterion(models.TextChoices):
    """The evaluation criteria of the OECD's Development Assistance Committee, 2019."""

    RELEVANCE = "relevance", _("relevance")
    COHERENCE = "coherence", _("coherence")
    EFFECTIVENESS = "effectiveness", _("effectiveness")
    EFFICIENCY = "efficiency", _("efficiency")
    IMPACT = "impact", _("impact")
    SUSTAINABILITY = "sustainability", _("sustainability")


class ProposalState(models.TextChoices):
    PENDING = "pending", _("waiting for an answer")
    ACCEPTED = "accepted", _("accepted")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Cause(models.TextChoices):
    """How a change reached an action."""

    LOAD = "load", _("loaded with the territory")
    EDIT = "edit", _("edited")
    PROPOSAL = "proposal", _("proposed by a partner and accepted")
    IMPORT = "import", _("imported from a file")
    UNDO = "undo", _("undone")
