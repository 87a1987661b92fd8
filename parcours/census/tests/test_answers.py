"""The page behind the link: one tap, changes for the office, links that have expired or were used before."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from parcours.census.actions.corrections import accept, refuse
from parcours.census.choices import CorrectionState
from parcours.census.models import Correction, UpdateRequest
from parcours.census.tests.cast import asked, association, coordinator, link
from parcours.directory.actions.services import set_state
from parcours.directory.choices import ServiceState, SourceKind
from parcours.directory.models import Service
from parcours.directory.tests import factories as make
from parcours.kit.tests.pages import sent_as_it_stands

pytestmark = pytest.mark.django_db


@pytest.fixture
def request_():
    """An organisation with two services, asked a moment ago."""
    today = timezone.localdate()
    days = {"opens_on": today, "closes_on": today + timedelta(days=30)}
    return asked(association(services=2), at=timezone.now() - timedelta(minutes=1), **days)


@pytest.fixture
def page(request_):
    return link(request_)


def change_page(page, service):
    return f"{page}{service.key}/"


def expire(request):
    UpdateRequest.objects.filter(pk=request.pk).update(expires_at=timezone.now() - timedelta(days=1))


def read(client, page):
    response = client.get(page)
    return response.content.decode()


def told(request):
    request.refresh_from_db()
    return request.outcome, request.answered_at is not None


def test_the_page_shows_the_facts_and_one_tap_confirms_everything(client, request_, page):
    shown = read(client, page)
    assert "Les Voisins" in shown
    assert shown.count("01 40 00 00 01") == 2
    client.post(page, {"do": "rest"})
    assert told(request_) == ("confirmed", True)
    for record in (request_.organisation, *Service.objects.all()):
        record.refresh_from_db()
        assert record.confirmed_on == timezone.localdate()
        assert record.source_records.get(source__kind=SourceKind.OWNER).confirmed["name"]["by"] == "owner"


def test_reading_the_page_writes_nothing_whoever_reads_it(client, request_, page):
    before = UpdateRequest.objects.values().get()
    for method in (client.get, client.head):
        for path in (page, change_page(page, Service.objects.first())):
            with CaptureQueriesContext(connection) as asked_:
                assert method(path).status_code == 200
            assert [query for query in asked_ if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))] == []
    assert UpdateRequest.objects.values().get() == before


def test_the_page_is_kept_nowhere_and_tells_no_other_site_its_address(client, page):
    response = client.get(page)
    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] == "same-origin"
    assert response["X-Robots-Tag"] == "noindex"


def test_contacts_are_neither_shown_nor_confirmed(client, request_, page):
    service = Service.objects.first()
    service.contacts.create(name="Private Person", phone="+33639980001")
    assert "Private Person" not in read(client, page)
    client.post(page, {"do": "rest"})
    assert "contacts" not in service.source_records.get(source__kind=SourceKind.OWNER).values


def test_a_change_waits_for_the_office_and_the_rest_is_confirmed(client, request_, page):
    changed, same = Service.objects.order_by("pk")
    form = client.get(change_page(page, changed))
    data = sent_as_it_stands(form, phone="01 40 00 00 02", capacity="full")
    assert client.post(change_page(page, changed), data).status_code == 302
    client.post(page, {"do": "rest"})
    changed.refresh_from_db()
    same.refresh_from_db()
    assert (changed.phone, changed.confirmed_on) == ("+33140000001", None)
    assert same.confirmed_on == timezone.localdate()
    correction = Correction.objects.get()
    today = timezone.localdate().isoformat()
    assert correction.values == {"phone": "+33140000002", "capacity": "full", "capacity_on": today}
    assert told(request_) == ("changed", True)


def test_what_was_sent_before_is_there_to_be_typed_over(client, request_, page):
    service = Service.objects.first()
    path = change_page(page, service)
    client.post(path, sent_as_it_stands(client.get(path), phone="01 40 00 00 02"))
    again = client.get(path)
    assert again.context["form"]["phone"].value() == "01 40 00 00 02"
    client.post(path, sent_as_it_stands(again, email="new@example.org"))
    assert Correction.objects.get().values == {"phone": "+33140000002", "email": "new@example.org"}


def test_hours_languages_and_an_address_are_sent_in_the_shape_of_the_records(client, request_, page):
    make.area("Vitry-sur-Seine", code="99081")
    service = Service.objects.first()
    path = change_page(page, service)
    typed = {
        "hours_0_0_opens": "09:00", "hours_0_0_closes": "12:00", "languages": ["fr", "ar"],
        "address": "1 rue Verte", "postcode": "94400", "area": "insee-commune:99081", "message": "Sonnez deux fois",
    }  # fmt: skip
    client.post(path, sent_as_it_stands(client.get(path), **typed))
    sent = Correction.objects.get()
    assert sent.message == "Sonnez deux fois"
    assert sent.values == {
        "hours": "Mo 09:00-12:00",
        "languages": [{"code": "fr", "spoken_by": "staff"}, {"code": "ar", "spoken_by": "staff"}],
        "places": [{"address": "1 rue Verte", "postcode": "94400", "area": "insee-commune:99081"}],
    }


@pytest.mark.parametrize("wrong", [{"phone": "twelve"}, {"email": "nowhere"}, {"website": "javascript:alert(1)"}, {}])
def test_a_form_that_cannot_be_taken_comes_back_with_what_was_typed(client, page, wrong):
    path = change_page(page, Service.objects.first())
    response = client.post(path, sent_as_it_stands(client.get(path), **wrong))
    assert response.status_code == 422
    assert response.context["form"].errors
    assert not Correction.objects.exists()
    for name, value in wrong.items():
        assert response.context["form"][name].value() == value


def test_a_service_that_has_closed_is_told_to_the_office_and_can_be_taken_back(client, request_, page):
    service = Service.objects.order_by("pk").first()
    client.post(page, {"do": f"closed:{service.key}"})
    service.refresh_from_db()
    assert service.state == ServiceState.PUBLISHED
    assert Correction.objects.get().values == {"state": "closed"}
    client.post(page, {"do": f"confirm:{service.key}"})
    assert not Correction.objects.open().exists()
    assert told(request_) == ("confirmed", True)


def test_an_organisation_that_has_closed_says_so(client, request_, page):
    client.post(page, {"do": f"closed:{request_.organisation.key}"})
    assert told(request_) == ("closed", True)
    accept(correction=Correction.objects.get(), by=coordinator(), at=timezone.now())
    assert not Service.objects.public().exists()


def test_the_organisation_is_told_what_became_of_its_change(client, request_, page, django_capture_on_commit_callbacks):
    client.post(page, {"do": f"closed:{Service.objects.first().key}"})
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        refuse(correction=Correction.objects.get(), by=coordinator(), at=timezone.now(), reason="Encore ouvert")
    (letter,) = mail.outbox
    assert letter.to == [request_.address]
    assert "Encore ouvert" in letter.body


def test_a_link_used_twice_shows_the_answer_and_takes_another_until_the_campaign_closes(client, request_, page):
    client.post(page, {"do": "rest"})
    assert read(client, page).count("status on-track") == 3
    client.post(page, {"do": f"closed:{Service.objects.first().key}"})
    assert told(request_) == ("changed", True)
    request_.campaign.closes_on = request_.campaign.opens_on = timezone.localdate() - timedelta(days=1)
    request_.campaign.save()
    shown = client.get(page)
    assert "<form" not in shown.content.decode().partition("<main")[2].partition("</main")[0]
    client.post(page, {"do": "rest"})
    assert told(request_) == ("changed", True)


def test_a_first_answer_is_welcome_after_the_campaign_has_closed(client, request_, page):
    request_.campaign.closes_on = request_.campaign.opens_on = timezone.localdate() - timedelta(days=1)
    request_.campaign.save()
    client.post(page, {"do": "rest"})
    assert told(request_) == ("confirmed", True)


@pytest.mark.parametrize("language", ["fr", "en", "ar"])
def test_an_expired_link_says_so_and_shows_no_address(client, request_, page, language):
    expire(request_)
    response = client.get(page.replace("/fr/", f"/{language}/"))
    assert response.status_code == 410
    assert f'lang="{language}"' in response.content.decode()
    assert request_.address not in response.content.decode()
    client.post(page, {"do": "rest"})
    assert told(request_) == ("waiting", False)


def test_a_new_link_goes_to_the_same_address_and_the_old_one_opens_nothing(client, request_, page):
    expire(request_)
    mail.outbox.clear()
    assert client.post(page).status_code == 302
    assert client.post(page).status_code == 404
    (letter,) = mail.outbox
    assert letter.to == [request_.address]
    request_.refresh_from_db()
    assert f"http://testserver{link(request_)}" in letter.body
    assert link(request_) != page
    assert client.get(link(request_)).status_code == 200


def test_a_mail_server_that_is_down_leaves_the_old_link_to_try_again(client, request_, page, settings):
    expire(request_)
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = (
        "django.core.mail.backends.smtp.EmailBackend",
        "127.0.0.1",
        9,
    )
    assert client.post(page).status_code == 503
    assert client.get(page).status_code == 410


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_a_link_that_opens_nothing_explains_itself(client, page, language):
    response = client.get(f"/{language}/census/answer/{'x' * 32}/")
    assert response.status_code == 404
    assert "census/answer_unknown.html" in [template.name for template in response.templates]


def test_nobody_answers_for_another_organisation(client, request_, page):
    other = make.service()
    assert client.post(page, {"do": f"closed:{other.key}"}).status_code == 404
    assert client.get(change_page(page, other)).status_code == 404
    assert not Correction.objects.exists()


def test_a_service_withdrawn_meanwhile_is_asked_about_no_more(client, request_, page):
    gone = Service.objects.order_by("pk").first()
    set_state(service=gone, state=ServiceState.SUSPENDED)
    assert gone.name.text not in read(client, page)
    assert client.get(change_page(page, gone)).status_code == 404


def test_the_page_costs_the_same_for_one_service_and_for_four(client, request_, page):
    def cost():
        with CaptureQueriesContext(connection) as asked_:
            client.get(page)
        return len(asked_)

    client.post(page, {"do": "rest"})
    two = cost()
    for number in (3, 4):
        make.service(f"Service {number}", of=request_.organisation, phone="+33140000001")
    assert cost() == two


def test_scripts_in_a_change_are_text_for_whoever_reads_it(client, request_, page):
    path = change_page(page, Service.objects.first())
    client.post(path, sent_as_it_stands(client.get(path), description="<script>alert(1)</script>"))
    assert Correction.objects.get().state == CorrectionState.OPEN
    assert "<script>alert" not in read(client, page)


def test_a_record_that_cannot_be_saved_tells_why_and_nothing_is_half_confirmed(client, request_, page):
    Service.objects.filter(pk=Service.objects.latest("pk").pk).update(email="nowhere")
    assert client.post(page, {"do": "rest"}).status_code == 302
    assert "message error" in read(client, page)
    assert told(request_) == ("waiting", False)
    assert not Service.objects.exclude(confirmed_on=None).exists()
