from parcours.delivery.models.enrolments import Attendance, Booking, Enrolment, Interview
from parcours.delivery.models.programmes import BudgetLine, Edition, Programme, Staff, Step, Venue
from parcours.delivery.models.sessions import Notice, Session

__all__ = [
    "Attendance",
    "Booking",
    "BudgetLine",
    "Edition",
    "Enrolment",
    "Interview",
    "Notice",
    "Programme",
    "Session",
    "Staff",
    "Step",
    "Venue",
]
