"""Migrapass as each person goes it: the lead with a telephone in the room, a participant with a bad link, her tutor."""

import re
from datetime import date

import pypdfium2
import pytest
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.axe import faults
from tests.journeys.conftest import CHROMIUM, FLAGS, sign_in

pytestmark = pytest.mark.journey
CYCLE = "/fr/programmes/editions/migrapass-en-cours/"
NEXT = "/fr/programmes/editions/migrapass-prochain/"
PHONE = {"width": 390, "height": 780}


def looked_at(page: Page) -> None:
    """No fault on a page that only this way leads to."""
    assert faults(page) == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0, page.url


def test_from_an_application_to_a_card_that_signs_in(member, reader, watch):
    lead = member("salome")
    lead.goto(f"{NEXT}people/new/")
    lead.locator("input[name=name]").fill("ሄለን ተስፋይ")
    lead.locator("input[name=latin_name]").fill("Helen Tesfay")
    lead.locator("input[name=born]").fill("hier")
    lead.locator("select[name=language]").select_option("ti")
    lead.get_by_role("button", name="Garder").click()
    expect(lead.locator("#field-born")).to_contain_text("hier")
    lead.locator("input[name=born]").fill("1997")
    lead.locator("input[name=agrees]").check()
    lead.get_by_role("button", name="Garder").click()
    expect(lead.get_by_role("heading", level=1)).to_contain_text("ሄለን ተስፋይ")
    looked_at(lead)

    lead.get_by_role("link", name="Noter l’entretien").click()
    looked_at(lead)
    for name in ("aims_explained", "understood", "is_available"):
        lead.locator(f"input[name={name}]").check()
    lead.locator("select[name=motivation]").select_option("wants")
    lead.locator("select[name=french_level]").select_option("A1")
    lead.get_by_role("button", name="Enregistrer").click()
    expect(lead.get_by_text("d’abord un atelier de langue")).to_be_visible()
    lead.get_by_role("button", name="Donner une place").click()
    expect(lead.get_by_text("A une place.")).to_be_visible()

    lead.get_by_role("link", name="Qui est cette personne").click()
    looked_at(lead)
    lead.get_by_role("button", name="Imprimer une carte").click()
    looked_at(lead)
    pin = lead.locator("strong.num").inner_text()
    assert re.fullmatch(r"\d{6}", pin)
    expect(lead.locator(".sign-in-card svg")).to_be_visible()


def test_attendance_survives_a_dead_network_and_a_closed_page(member):
    lead = member("salome", width=390)
    lead.goto(CYCLE)
    lead.get_by_role("link", name="La vie avec les autres").click()
    looked_at(lead)
    lead.get_by_role("link", name="Présences").click()
    looked_at(lead)
    sheet = lead.url
    lead.context.set_offline(True)
    group = lead.get_by_role("group", name=re.compile("^Farid"))
    group.get_by_label("en retard").check()
    lead.get_by_role("button", name="Noter les présences").click()
    expect(lead.get_by_text("Pas de réseau. Ce que vous touchez")).to_be_visible()
    lead.close(run_before_unload=False)

    again = lead.context.new_page()
    lead.context.set_offline(False)
    again.goto(sheet)
    expect(again.get_by_text("est de nouveau là, et pas encore envoyé")).to_be_visible()
    again.get_by_role("button", name="Noter les présences").click()
    expect(again.get_by_text("Noté.")).to_be_visible()
    expect(again.get_by_role("group", name=re.compile("^Farid")).get_by_label("en retard")).to_be_checked()
    assert again.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('attendance')).length") == 0


def opened(browser: Browser, folder: str, site: str) -> BrowserContext:
    """The browser of a telephone that keeps its things in a folder."""
    return browser.browser_type.launch_persistent_context(
        folder, executable_path=CHROMIUM, args=FLAGS, base_url=site, viewport=PHONE, locale="fr-FR"
    )


def test_nothing_is_lost_when_network_and_browser_die(browser, site, tmp_path):
    telephone = opened(browser, str(tmp_path), site)
    page = telephone.new_page()
    sign_in(page, "salma")
    address = "/ar/portfolio/lived/family/new/"
    page.goto(address)
    page.locator("input[name=title]").fill("رعاية إخوتي")
    page.locator("textarea[name=did]").fill("كنت أطبخ كل يوم")
    telephone.set_offline(True)
    page.get_by_role("button", name="حفظ").click()
    expect(page.get_by_text("لا شبكة.")).to_be_visible()
    telephone.close()

    telephone = opened(browser, str(tmp_path), site)
    page = telephone.new_page()
    page.goto(address)
    expect(page.get_by_text("ما كتبته من قبل عاد إلى هنا")).to_be_visible()
    expect(page.locator("input[name=title]")).to_have_value("رعاية إخوتي")
    page.get_by_role("button", name="حفظ", exact=True).click()
    expect(page.get_by_text("كنت أطبخ كل يوم")).to_be_visible()
    page.goto(address)
    expect(page.locator("input[name=title]")).to_have_value("")
    telephone.close()


def test_a_participant_goes_from_what_she_did_to_a_cv_and_a_plan(member, tmp_path):
    page = member("salma", width=390, accept_downloads=True)
    page.goto("/ar/portfolio/lived/professional/")
    page.get_by_role("link", name="تعديل").first.click()
    looked_at(page)
    page.goto("/ar/portfolio/competences/")
    page.get_by_role("link", name=re.compile("Je formais trois apprenties")).click()
    page.get_by_role("button", name="أرني كلمات لها").click()
    looked_at(page)
    page.locator(".cards button").filter(has_text="instruire autrui").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("الكفاءات")
    page.get_by_role("link", name="تعديل").last.click()
    looked_at(page)

    page.goto("/ar/portfolio/plan/")
    page.get_by_role("link", name="خطوة أخرى").first.click()
    looked_at(page)
    page.locator("input[name=text]").fill("الاتصال بهيلين")
    page.locator("input[name=due_on]").fill(date(2027, 1, 5).isoformat())
    page.get_by_role("button", name="حفظ").click()
    expect(page.get_by_text("الاتصال بهيلين")).to_be_visible()
    page.get_by_role("link", name="تعديل").last.click()
    looked_at(page)

    page.goto("/ar/portfolio/cv/")
    with page.expect_download() as download:
        page.get_by_role("link", name="PDF", exact=True).click()
    document = pypdfium2.PdfDocument(download.value.path())
    text = document[0].get_textpage().get_text_range()
    assert "Couturière" in text
    assert "2014" in text
    page.goto("/ar/portfolio/")
    page.get_by_role("button", name="اسمح لمرافقي بقراءته").first.click()
    expect(page.get_by_role("button", name="التراجع عنه").first).to_be_visible()


def test_a_tutor_follows_her_people_and_they_see_it(member):
    tutor = member("hélène", width=390)
    tutor.goto("/fr/portfolio/tutoring/")
    expect(tutor.get_by_role("heading", level=2)).to_have_count(3)
    tutor.get_by_role("link", name="Lire ce qui est partagé").first.click()
    looked_at(tutor)
    expect(tutor.get_by_text("M’occuper de ma mère")).to_have_count(0)
    read = tutor.url
    tutor.get_by_role("link", name=re.compile("J’ai vu qu’elle ou il sait")).click()
    looked_at(tutor)
    tutor.goto("/fr/portfolio/tutoring/")
    tutor.get_by_role("link", name="Noter notre rencontre").first.click()
    looked_at(tutor)
    tutor.locator("textarea[name=text]").fill("Nous avons relu le CV.")
    tutor.get_by_role("button", name="Enregistrer").click()
    expect(tutor.get_by_text("Nous avons relu le CV.")).to_be_visible()

    salma = member("salma")
    salma.goto("/fr/people/me/")
    expect(salma.get_by_text("Hélène Tarvisse").first).to_be_visible()
    coordinator = member("coordinator")
    assert coordinator.request.get(read).status == 404


def test_at_the_end_the_group_and_each_one_say_what_changed(member):
    lead, cycle = member("salome"), "/fr/feedback/editions/migrapass-en-cours/"
    lead.goto(f"{cycle}after/ask/")
    lead.locator("#id_version").select_option(label="Migrapass, après le cycle 1")
    lead.locator("#id_opens_on").fill(timezone.localdate().isoformat())
    lead.get_by_role("button", name="Enregistrer").click()
    lead.get_by_role("button", name="Écrire à celles et ceux").click()
    expect(lead.get_by_text(re.compile(r"\d messages? envoyé"))).to_be_visible()
    lead.get_by_role("link", name="Noter ce que dit le groupe").click()
    lead.locator("[name=present]").fill("8")
    lead.locator("textarea[name=went_well]").fill("On ose parler.")
    lead.get_by_role("button", name="Enregistrer").click()
    lead.locator("#rounds article a").click()
    looked_at(lead)

    salma = member("salma", width=360)
    salma.goto("/ar/feedback/mine/")
    salma.get_by_role("button", name="الإجابة").click()
    looked_at(salma)
    salma.locator("main form button").first.click()
    looked_at(salma)
    for scale in salma.locator(".faces").all():
        scale.locator("input").nth(2).check()
    salma.locator("button[value=next]").click()
    salma.locator(".faces input").nth(3).check()
    salma.locator("textarea").first.fill("لم أعد أخاف من الهاتف")
    salma.locator("button[value=next]").click()
    salma.locator("main form button").first.click()
    salma.goto("/ar/feedback/mine/")
    expect(salma.get_by_role("button", name="رؤية إجاباتي أو تصحيحها")).to_be_visible()
    lead.goto(cycle)
    expect(lead.locator("#after")).to_contain_text("1 sur")
    expect(lead.get_by_text("لم أعد أخاف")).to_have_count(0)
