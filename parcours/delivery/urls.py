from django.urls import path

from parcours.delivery.views import attendance, bookings, numbers, papers, people, programmes, sessions, venues

app_name = "delivery"
EDITION = "editions/<slug:key>/"
PERSON = f"{EDITION}people/<slug:who>/"
SESSION = f"{EDITION}sessions/<int:pk>/"

urlpatterns = [
    path("", programmes.index, name="index"),
    path("mine/", people.mine, name="mine"),
    path("mine/<slug:who>/certificate.pdf", papers.my_certificate, name="my-certificate"),
    path("places/", venues.venues, name="venues"),
    path("places/new/", venues.venue_edit, name="venue-new"),
    path("places/<int:pk>/", venues.venue_edit, name="venue-edit"),
    path("figures/", numbers.figures, name="figures"),
    path("feeds/<slug:kind>/<slug:key>/<str:secret>.ics", sessions.feed, name="feed"),
    path("book/<uuid:uid>/", bookings.book, name="book"),
    path("bookings/<slug:key>/<str:secret>/", bookings.booking, name="booking"),
    path("bookings/<slug:key>/<str:secret>.ics", bookings.calendar, name="booking-calendar"),
    path(EDITION, programmes.edition, name="edition"),
    path(f"{EDITION}change/", programmes.edition_edit, name="edition-edit"),
    path(f"{EDITION}staff/", programmes.staff, name="staff"),
    path(f"{EDITION}money/", programmes.money, name="money-new"),
    path(f"{EDITION}money/<int:pk>/", programmes.money, name="money"),
    path(f"{EDITION}money/<int:pk>/remove/", programmes.money_remove, name="money-remove"),
    path(f"{EDITION}series/", sessions.series, name="series"),
    path(f"{EDITION}tell/", sessions.tell, name="tell"),
    path(f"{EDITION}told/<int:pk>/", sessions.told, name="told"),
    path(f"{EDITION}sessions/new/", sessions.session_edit, name="session-new"),
    path(SESSION, sessions.session, name="session"),
    path(f"{SESSION}change/", sessions.session_edit, name="session-edit"),
    path(f"{SESSION}cancel/", sessions.cancel, name="session-cancel"),
    path(f"{SESSION}attendance/", attendance.sheet, name="attendance"),
    path(f"{SESSION}bookings/<int:number>/cancel/", bookings.cancel, name="booking-cancel"),
    path(f"{SESSION}attendance/trace/", attendance.trace, name="attendance-trace"),
    path(f"{EDITION}people/", people.people, name="people"),
    path(f"{EDITION}people/new/", people.apply, name="apply"),
    path(f"{EDITION}register.pdf", papers.register_as_pdf, name="register-pdf"),
    path(f"{EDITION}register.xlsx", papers.register_as_xlsx, name="register-xlsx"),
    path(f"{EDITION}award/", papers.award, name="award"),
    path(PERSON, people.enrolment, name="enrolment"),
    path(f"{PERSON}interview/", people.interview, name="interview"),
    path(f"{PERSON}decide/", people.decide, name="decide"),
    path(f"{PERSON}certificate.pdf", papers.certificate, name="certificate"),
    path("<slug:key>/", programmes.programme, name="programme"),
    path("<slug:key>/editions/new/", programmes.edition_new, name="edition-new"),
]
