"""The portfolio is its owner's: told in their words, shared part by part, taken back at once."""

import io
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from parcours.delivery.tests import cast as delivery
from parcours.delivery.tests.cast import signed_in
from parcours.people.actions.consents import withdraw_consent
from parcours.people.actions.sealing import reseal
from parcours.people.models import Reading
from parcours.portfolio.actions import evidence as proofs
from parcours.portfolio.actions import sharing, telling, tutoring
from parcours.portfolio.actions.vocabulary import load_cards, load_vocabulary
from parcours.portfolio.choices import Part
from parcours.portfolio.models import Claim, Concept, Evidence, Experience, Goal, Share, TutorNote
from parcours.portfolio.reading import parts_for
from parcours.portfolio.suggesting import suggest
from parcours.portfolio.tests import cast

pytestmark = pytest.mark.django_db
SECRET = "J’ai traversé la mer"


@pytest.fixture(autouse=True)
def no_second_factor(settings, tmp_path):
    settings.PARCOURS_STAFF_MFA = False
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def played():
    return cast.play()


def lived(portfolio, strand="migration", **more):
    told = {"title": "الطريق", "words": SECRET, "language": "ar", **more}
    row = Experience(portfolio=portfolio, strand=strand, **told)
    return telling.save_experience(experience=row, activities=[("نظّمت السفر", "J’ai organisé le voyage")], base=0)


def test_the_database_holds_none_of_the_words(played):
    lived(played.portfolio)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t::text FROM portfolio_experience AS t UNION ALL SELECT t::text FROM portfolio_activity AS t"
        )
        kept = " ".join(row for (row,) in cursor.fetchall())
    assert SECRET not in kept
    assert "voyage" not in kept
    assert Experience.objects.get().words == SECRET


def test_a_new_key_seals_everything_anew(played, settings):
    lived(played.portfolio)
    settings.PARCOURS_SEAL_KEYS = ["new", *settings.PARCOURS_SEAL_KEYS]
    assert reseal() >= 2
    settings.PARCOURS_SEAL_KEYS = ["new"]
    assert Experience.objects.get().words == SECRET


def test_two_windows_never_write_over_each_other_unseen(played):
    row = lived(played.portfolio)
    one, other = (Experience.objects.get(pk=row.pk) for _window in range(2))
    one.words = "first"
    telling.save_experience(experience=one, activities=[], base=1)
    other.words = "second"
    with pytest.raises(telling.Changed) as changed:
        telling.save_experience(experience=other, activities=[], base=1)
    assert changed.value.stands.words == "first"


@pytest.mark.parametrize(
    ("starts", "ends", "is_right"),
    [("2014", "2016-05", True), ("mars 2014", "2014", True), ("2016", "2014", False), ("hier", "", False)],
)
def test_dates_are_as_precise_as_remembered_and_in_order(played, starts, ends, is_right):
    row = Experience(portfolio=played.portfolio, strand="life", title="x", starts=starts, ends=ends)
    if is_right:
        assert telling.save_experience(experience=row, activities=[], base=0).starts.startswith("2014")
    else:
        with pytest.raises(ValidationError):
            telling.save_experience(experience=row, activities=[], base=0)


def test_a_line_that_a_competence_came_from_keeps_it_when_others_change(played):
    row = lived(played.portfolio)
    line = row.activities.get()
    claim = telling.save_claim(
        claim=Claim(portfolio=played.portfolio, activity=line, words="planifier"), at=timezone.now()
    )
    row.refresh_from_db()
    lines = [("نظّمت السفر", "J’ai tout organisé"), ("", "J’ai aidé ma voisine")]
    telling.save_experience(experience=row, activities=lines, base=row.revision)
    claim.refresh_from_db()
    assert claim.activity == line
    assert [one.translation for one in row.activities.order_by("position")] == [
        "J’ai tout organisé",
        "J’ai aidé ma voisine",
    ]


# Who reads what


def test_a_tutor_reads_what_is_shared_until_it_is_taken_back(played):
    now = timezone.now()
    lived(played.portfolio)
    assert parts_for(played.helene, played.portfolio, at=now) == ()
    share = sharing.share(portfolio=played.portfolio, part=Part.MIGRATION, at=now)
    later = now + timedelta(minutes=1)
    assert parts_for(played.helene, played.portfolio, at=later) == (Part.MIGRATION,)
    withdraw_consent(consent=share.consent, at=later)
    assert parts_for(played.helene, played.portfolio, at=later) == ()
    assert Share.objects.get().revoked_at == later


@pytest.mark.parametrize("how", ["hidden", "over", "staff ended", "another tutor"])
def test_what_a_tutor_reads_ends(played, how):
    now = timezone.now()
    lived(played.portfolio)
    sharing.share(portfolio=played.portfolio, part=Part.MIGRATION, at=now)
    client, at = signed_in(played.helene), now
    address = reverse("portfolio:read", args=[played.portfolio.key])
    assert client.get(address).status_code == 200
    if how == "hidden":
        telling.hide_part(portfolio=played.portfolio, part=Part.MIGRATION, is_hidden=True)
    elif how == "over":
        played.tutoring.until = timezone.localdate() - timedelta(days=1)
        played.tutoring.since = played.tutoring.until
        played.tutoring.save()
    elif how == "staff ended":
        played.edition.staff.filter(user=played.helene).delete()
    else:
        other = delivery.user("Yonas")
        delivery.staff(played.edition, "tutor", other)
        tutoring.decide(enrolment=played.enrolment, tutor=cast.trained(other), by=played.lead, at=at)
    assert client.get(address).status_code == 404


def test_nobody_else_opens_a_portfolio_by_its_address(played):
    sharing.share(portfolio=played.portfolio, part=Part.MIGRATION, at=timezone.now())
    other_tutor = delivery.user()
    delivery.staff(delivery.edition(), "tutor", other_tutor)
    for user in (other_tutor, played.lead, delivery.user()):
        assert signed_in(user).get(reverse("portfolio:read", args=[played.portfolio.key])).status_code == 404


def test_each_reading_is_noted_and_shown_to_the_owner_and_what_is_only_for_me_is_not_read(played):
    now = timezone.now()
    lived(played.portfolio)
    lived(played.portfolio, title="Caché", is_hidden=True)
    sharing.share(portfolio=played.portfolio, part=Part.MIGRATION, at=now)
    shown = signed_in(played.helene).get(reverse("portfolio:read", args=[played.portfolio.key])).content.decode()
    assert SECRET in shown
    assert "Caché" not in shown
    assert list(Reading.objects.values_list("what", "reader")) == [("portfolio.migration", played.helene.pk)]
    assert "Hélène" in signed_in(played.salma).get(reverse("people:me")).content.decode()
    signed_in(played.salma).get(reverse("portfolio:strand", args=["migration"]))
    assert Reading.objects.count() == 1


# Evidence


def photo(size=(3000, 2000), kind="JPEG"):
    content = io.BytesIO()
    picture = Image.new("RGB", size, "white")
    exif = picture.getexif()
    exif[0x010E] = "a secret place"
    picture.save(content, kind, exif=exif)
    return SimpleUploadedFile("photo.jpg", content.getvalue(), "image/jpeg")


def test_a_photo_is_made_small_forgets_where_it_was_taken_and_is_sealed(played):
    claim = telling.save_claim(claim=Claim(portfolio=played.portfolio, words="coudre"), at=timezone.now())
    made = proofs.add_evidence(claim=claim, file=photo(), title="")
    with made.file.open("rb") as file:
        assert not file.read().startswith(b"\xff\xd8")
    content = proofs.content_of(made)
    with Image.open(io.BytesIO(content)) as picture:
        assert max(picture.size) == 1600
        assert dict(picture.getexif()) == {}
    address = reverse("portfolio:evidence", args=[made.key])
    assert signed_in(played.salma).get(address).content == content
    assert signed_in(played.helene).get(address).status_code == 404
    sharing.share(portfolio=played.portfolio, part=Part.COMPETENCES, at=timezone.now())
    assert signed_in(played.helene).get(address).status_code == 200


def test_what_is_no_picture_is_refused_with_what_to_do(played):
    claim = telling.save_claim(claim=Claim(portfolio=played.portfolio, words="coudre"), at=timezone.now())
    client = signed_in(played.salma)
    client.post(
        reverse("portfolio:evidence-add", args=[claim.key]), {"file": SimpleUploadedFile("x.jpg", b"no picture")}
    )
    assert not Evidence.objects.exists()


# Suggestions


def test_five_words_for_it_each_with_what_led_to_it_and_none_is_assigned(played):
    load_cards(at=timezone.now())
    found = suggest(["j’ai organisé le voyage de ma famille"], "ar")
    assert 1 <= len(found) <= 5
    assert "voyage" in found[0].words
    assert "planifier" in str(found[0].label)
    assert not Claim.objects.exists()
    assert suggest(["zzz"], "fr") == []


def test_a_vocabulary_is_previewed_loaded_once_and_what_a_newer_file_lacks_is_retired(tmp_path):
    path, at = tmp_path / "esco.csv", timezone.now()
    path.write_text('conceptUri,preferredLabel,altLabels\nurn:1,coudre,"faire de la couture"\nurn:2,cuisiner,\n')

    def load(*, apply=True):
        return load_vocabulary(kind="esco", path=path, language="fr", version="1", at=at, apply=apply)

    assert (load(apply=False).added, Concept.objects.count()) == (2, 0)
    assert (load().added, Concept.objects.count()) == (2, 2)
    again = load()
    assert (again.added, again.changed, again.retired, again.same) == (0, 0, 0, 2)
    path.write_text("conceptUri,preferredLabel,altLabels\nurn:1,coudre,faire de la couture\n")
    assert load().retired == 1
    assert Concept.objects.count() == 2
    path.write_text("conceptUri,preferredLabel\nurn:1,\n")
    with pytest.raises(ValidationError, match="preferredLabel"):
        load()


# Pages


OWNERS = ["mine", "competences", "claim-new", "plan", "goal-new", "cv"]


def test_the_owner_opens_every_page_in_two_languages_within_its_weight(played):
    row, client = lived(played.portfolio), signed_in(played.salma)
    load_cards(at=timezone.now())
    claim = telling.save_claim(claim=Claim(portfolio=played.portfolio, words="coudre", level=3), at=timezone.now())
    goal = telling.save_goal(goal=Goal(portfolio=played.portfolio, text="عمل"))
    addresses = [reverse(f"portfolio:{name}") for name in OWNERS]
    addresses += [reverse("portfolio:strand", args=[one]) for one in ("life", "migration")]
    addresses += [
        reverse("portfolio:experience-new", args=["family"]),
        reverse("portfolio:experience", args=[row.key]),
        reverse("portfolio:claim", args=[claim.key]),
        reverse("portfolio:goal", args=[goal.key]),
        reverse("portfolio:step-new", args=[goal.key]),
        reverse("portfolio:remove", args=["goal", goal.key]),
    ]
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert len(answer.content) < 150_000, address
        assert answer["Cache-Control"] == "no-store"
        if address != reverse("portfolio:mine"):  # a tutor may have a portfolio of their own
            assert signed_in(played.helene).get(address).status_code == 404, address
    assert 'lang="ar" dir="rtl"' in client.get(reverse("portfolio:goal-new")).content.decode()


def test_from_an_experience_to_a_plan_by_the_pages_alone(played):
    load_cards(at=timezone.now())
    client = signed_in(played.salma)
    told = {"title": "خياطة", "title_translation": "Couturière", "starts": "2008", "ends": "2014", "base": "0",
            "did": "أخيط", "did_beside": "Je cousais des robes", "is_in_cv": "on"}  # fmt: skip
    assert client.post(reverse("portfolio:experience-new", args=["professional"]), told).status_code == 302
    line = Experience.objects.get().activities.get()
    address = reverse("portfolio:claim-new") + f"?line={line.pk}"
    shown = client.post(address, {"words": "أخيط", "translation": "Je cousais des robes", "do": "suggest"})
    uri = shown.context["suggestions"][0].uri
    client.post(address, {"words": "أخيط", "translation": "Coudre", "concept": uri, "level": "4", "is_in_cv": "on"})
    claim = Claim.objects.get()
    assert (claim.level, claim.concept, claim.activity, claim.said_by) == (4, uri, line, "me")
    client.post(reverse("portfolio:goal-new"), {"text": "عمل", "translation": "Un travail", "until": "2027"})
    goal = Goal.objects.get()
    client.post(reverse("portfolio:step-new", args=[goal.key]), {"text": "زيارة", "due_on": "2026-12-10"})
    step = goal.steps.get()
    client.post(reverse("portfolio:tick", args=[goal.key, step.key]))
    step.refresh_from_db()
    assert (step.due_on, step.done_on) == (date(2026, 12, 10), timezone.localdate())


def test_a_wrong_date_is_told_at_its_field_and_nothing_is_kept(played):
    client = signed_in(played.salma)
    answer = client.post(
        reverse("portfolio:experience-new", args=["life"]), {"title": "x", "starts": "l’an dernier", "base": "0"}
    )
    assert answer.status_code == 422
    assert "starts" in answer.context["form"].errors
    assert not Experience.objects.exists()


def test_what_another_window_saved_is_shown_beside_mine(played):
    row, client = lived(played.portfolio), signed_in(played.salma)
    address = reverse("portfolio:experience", args=[row.key])
    told = {"title": "x", "words": "mine", "base": "1"}
    assert client.post(address, told | {"words": "theirs"}).status_code == 302
    clash = client.post(address, told)
    assert clash.status_code == 409
    assert "theirs" in clash.content.decode()
    assert client.post(address, told | {"base": "2"}).status_code == 302
    assert Experience.objects.get().words == "mine"


# Tutors


def test_only_trained_tutors_of_the_edition_are_offered_and_people_decide(played):
    other = delivery.enrolled(played.edition, delivery.person("Nour"))
    untrained = delivery.user("Paul")
    delivery.staff(played.edition, "tutor", untrained)
    client = signed_in(played.lead)
    address = reverse("portfolio:pairing", args=[played.edition.key])
    page = client.get(address)
    assert [one.pk for one in page.context["tutors"]] == [played.tutor.pk]
    assert not other.tutorings.exists()
    client.post(address, {"who": other.key, "tutor": played.tutor.pk, "do": "decide"})
    assert other.tutorings.get().tutor == played.tutor
    assert signed_in(played.helene).get(address).status_code == 404


def test_a_tutor_says_what_they_saw_and_the_owner_sees_who_said_it(played):
    sharing.share(portfolio=played.portfolio, part=Part.COMPETENCES, at=timezone.now())
    client = signed_in(played.helene)
    client.post(reverse("portfolio:propose", args=[played.portfolio.key]), {"words": "Parler avec tact", "level": "3"})
    claim = Claim.objects.get()
    assert (claim.said_by, claim.said_by_user) == ("tutor", played.helene)
    assert "Hélène" in signed_in(played.salma).get(reverse("portfolio:competences")).content.decode()


def test_a_tutor_s_note_is_read_by_the_participant_and_by_no_other_tutor(played):
    client = signed_in(played.helene)
    address = reverse("portfolio:note-new", args=[played.tutoring.pk])
    client.post(address, {"met_on": "2026-11-20", "text": "On a parlé du CV", "base": "0"})
    assert TutorNote.objects.get().text == "On a parlé du CV"
    assert "On a parlé du CV" in signed_in(played.salma).get(reverse("portfolio:mine")).content.decode()
    other = delivery.user()
    delivery.staff(played.edition, "tutor", other)
    assert signed_in(other).get(address).status_code == 404
    assert client.get(reverse("portfolio:tutoring")).status_code == 200
