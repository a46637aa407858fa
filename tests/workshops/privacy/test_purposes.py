"""Why something is kept: the house says it for every process, and staff say it for theirs."""

import pytest
from django.test import Client
from django.utils import timezone

from tests import builders, cast, pages
from tests.workshops.privacy.test_pages import table
from tests.workshops.review.test_constraints import constraint_against
from tests.workshops.test_staff_settings import GIVEN, SETTINGS
from workshops.models import (
    LocalisedText,
    Meeting,
    Participant,
    ParticipationProcess,
    PurposeWording,
    Recording,
    localised,
)
from workshops.operations import missing_texts, participants, processes, purposes
from workshops.retention import LONGEST_WORDING, PURPOSE_CODES, PURPOSES

pytestmark = pytest.mark.django_db

PAGE = "/staff/integrationsplan/settings/privacy/periods/"
FORM = "/staff/integrationsplan/settings/privacy/purposes/invitations/"
OURS = "Damit wir Sie zu Workshops einladen können, wenn Sie das möchten."
GERMAN = "Damit der Gemeinderat hört, was Menschen in Hechingen brauchen."
ARABIC = "لكي يسمع المجلس البلدي ما يحتاجه الناس في هيشينغن."


def why(page: str, what: str) -> str:
    """What a page's table of purposes says beside what begins with these words."""
    (row,) = [row for row in table(page) if row and row[0].startswith(what)]
    return row[1]


def public(language: str = "de", process: str = "integrationsplan") -> str:
    where = f"/{process}/privacy/" if language == "de" else f"/{language}/{process}/privacy/"
    return Client().get(where).content.decode()


def test_staff_say_it_in_their_words_and_everyone_reads_them(people: cast.Cast, sabine: Client) -> None:
    assert why(public(), "Adressen für Einladungen") == OURS

    answer = sabine.post(FORM, {"text_de": GERMAN, "text_ar": ARABIC}, follow=True)

    assert pages.messages(answer) == [
        "Fassung 2 der Datenschutzhinweise gilt ab jetzt. Wer sich neu anmeldet, stimmt ihr zu."
    ]
    assert why(public(), "Adressen für Einladungen") == GERMAN
    assert ARABIC in public("ar")
    # What is kept, for how long and by which right is nobody's to reword.
    (row,) = [row for row in table(public()) if row[0].startswith("Adressen für Einladungen")]
    invitations = next(each for each in PURPOSES if each.code == "invitations")
    assert row[0] == str(invitations.what)
    assert row[3] == str(invitations.basis)
    # Every other purpose stays the house's.
    assert [each.code for each in purposes.of(people.process) if each.is_reworded] == ["invitations"]


def test_each_process_has_its_own(people: cast.Cast, sabine: Client) -> None:
    builders.a_process(slug="sportplan")
    sabine.post(FORM, {"text_de": GERMAN})
    assert GERMAN in public()
    assert GERMAN not in public(process="sportplan")
    assert OURS in public(process="sportplan")


def test_who_finds_no_words_in_their_language_reads_german_marked_as_german(sabine: Client) -> None:
    sabine.post(FORM, {"text_de": GERMAN})
    assert f'<bdi lang="de" dir="ltr">{GERMAN}</bdi>' in public("ar")
    assert f"<bdi>{GERMAN}" not in public()


def test_staff_see_in_which_languages_the_words_are_missing(people: cast.Cast, sabine: Client) -> None:
    ParticipationProcess.objects.update(content_languages=["ar", "en"])
    people.process.refresh_from_db()
    sabine.post(FORM, {"text_de": GERMAN, "text_ar": ARABIC})
    missing = [each for each in missing_texts.missing(people.process) if isinstance(each.row, PurposeWording)]
    assert [(each.text["de"], each.languages) for each in missing] == [(GERMAN, ("en",))]
    assert f'href="{FORM}"' in sabine.get("/staff/integrationsplan/settings/languages/").content.decode()


def test_the_form_shows_what_is_there_and_what_holds_without_it(sabine: Client) -> None:
    page = sabine.get(FORM).content.decode()
    assert OURS in page
    assert "365 Tage nach dem letzten Workshop; früher, wenn Sie widersprechen" in page
    assert GERMAN not in page
    sabine.post(FORM, {"text_de": GERMAN})
    page = sabine.get(FORM).content.decode()
    assert OURS in page
    assert GERMAN in page


def test_staffs_table_leads_to_each_form_and_says_whose_words_they_are(sabine: Client) -> None:
    sabine.post(FORM, {"text_de": GERMAN})
    page = sabine.get(PAGE).content.decode()
    for code in PURPOSE_CODES:
        if code != "recordings":
            form = f"/staff/integrationsplan/settings/privacy/purposes/{code}/"
            assert f'href="{form}"' in page
            assert sabine.get(form).status_code == 200
    assert page.count("eigener Text") == 1
    assert "Anders sagen" not in public()


def test_the_same_words_are_no_other_version(people: cast.Cast, sabine: Client) -> None:
    sabine.post(FORM, {"text_de": GERMAN}, follow=True)
    answer = sabine.post(FORM, {"text_de": GERMAN}, follow=True)
    assert pages.messages(answer) == ["Der Text ist unverändert; die Fassung bleibt."]
    sabine.post(FORM, {"text_de": ""})
    people.process.refresh_from_db()
    assert people.process.privacy_version == 3
    assert not PurposeWording.objects.exists()
    assert why(public(), "Adressen für Einladungen") == OURS


def test_each_consent_names_the_version_that_was_read(people: cast.Cast, sabine: Client) -> None:
    before = people.amina.privacy_version
    sabine.post(FORM, {"text_de": GERMAN})
    people.amina.refresh_from_db()
    assert people.amina.privacy_version == before
    people.process.refresh_from_db()
    participants.verify(people.amina, now=timezone.now())
    assert Participant.objects.get(pk=people.amina.pk).privacy_version == 2


def test_words_without_a_german_text_are_refused_and_nothing_typed_is_lost(sabine: Client) -> None:
    answer = sabine.post(FORM, {"text_ar": ARABIC})
    assert pages.errors(answer) == ["In Ihren Worten – Bitte geben Sie auch den deutschen Text an."]
    assert ARABIC in answer.content.decode()
    answer = sabine.post(FORM, {"text_de": "a" * (LONGEST_WORDING + 1)})
    assert len(pages.errors(answer)) == 1
    assert not PurposeWording.objects.exists()


def test_an_unknown_purpose_is_no_page(sabine: Client) -> None:
    assert sabine.get(FORM.replace("invitations", "marketing")).status_code == 404


def test_what_is_typed_is_no_markup(sabine: Client) -> None:
    sabine.post(FORM, {"text_de": "<b>Gewinn</b>"})
    assert "<b>Gewinn" not in public()
    assert "&lt;b&gt;Gewinn" in public()


def test_recordings_are_a_purpose_only_where_there_may_be_some(people: cast.Cast) -> None:
    process = people.process
    assert "Aufzeichnungen" not in public()
    processes.change(process, by=people.sabine, may_record=True)
    assert "Aufzeichnungen: Bild und Ton" in public()
    # One purpose more: another version; one less, and nobody has to agree again.
    assert process.privacy_version == 2
    processes.change(process, by=people.sabine, may_record=False)
    assert process.privacy_version == 2
    assert "Aufzeichnungen" not in public()


def test_recordings_that_are_still_there_are_told_of(people: cast.Cast) -> None:
    workshop = builders.a_workshop(builders.a_series(people.fields[0]))
    now = timezone.now()
    meeting = Meeting.objects.create(
        workshop=workshop, room=builders.a_room(people.process), key="k", created_at=now
    )
    recording = Recording.objects.create(meeting=meeting, external_id="r", started_at=now, minutes=90)
    assert "Aufzeichnungen: Bild und Ton" in public()
    recording.deleted_at = now
    recording.save(update_fields=["deleted_at"])
    assert "Aufzeichnungen" not in public()


def test_the_settings_say_that_recordings_make_another_version(people: cast.Cast, sabine: Client) -> None:
    answer = sabine.post(SETTINGS, GIVEN, follow=True)
    assert pages.messages(answer) == [
        "Die Angaben sind gespeichert.",
        "Fassung 2 der Datenschutzhinweise gilt ab jetzt. Wer sich neu anmeldet, stimmt ihr zu.",
    ]


def test_each_purpose_has_a_name_of_its_own() -> None:
    assert len(set(PURPOSE_CODES)) == len(PURPOSES)


def test_what_breaks_a_rule_of_wordings_is_not_kept(people: cast.Cast) -> None:
    def wording(purpose: str, text: LocalisedText) -> set[str]:
        return constraint_against(
            PurposeWording,
            lambda: PurposeWording.objects.create(process=people.process, purpose=purpose, text=text),
        )

    PurposeWording.objects.create(process=people.process, purpose="needs", text=localised(GERMAN))
    assert [
        wording("marketing", localised(GERMAN)),
        wording("points", LocalisedText()),
        wording("needs", localised(GERMAN)),
    ] == [{"a_known_purpose"}, {"a_wording_has_words"}, {"one_wording_per_purpose_and_process"}]
