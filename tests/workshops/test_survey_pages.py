"""Staff take a survey's answers in, look at them and evaluate: through HTTP, in German."""

import datetime
import re
import stat
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from tests import builders, cast
from tests.workshops.survey_import import looks
from tests.workshops.survey_import.sample_survey import as_csv, condensed, limesurvey
from tests.workshops.survey_import.sample_survey import people as persons
from tests.workshops.survey_steps import PAGE, SAMPLE, plain, shown_form, upload
from workshops.errors import Refusal
from workshops.models import Survey
from workshops.operations import uploads

pytestmark = pytest.mark.django_db


@pytest.fixture
def survey(people: cast.Cast) -> Survey:
    found: Survey = people.process.survey
    found.evaluated_at = found.evaluated_by = None
    found.save(update_fields=["evaluated_at", "evaluated_by"])
    return found


@pytest.fixture
def staff(people: cast.Cast, survey: Survey, client: Client) -> Client:
    client.force_login(people.sabine)
    return client


@pytest.fixture(autouse=True)
def kept(settings: Settings, tmp_path: Path) -> Path:
    """Where uploads wait for the decision."""
    settings.DATA_DIR = tmp_path
    return tmp_path / "uploads"


# --- from the file to the evaluation --------------------------------------------------------------


def test_a_file_is_looked_at_taken_in_evaluated_and_the_gate_is_open(
    staff: Client, survey: Survey, kept: Path
) -> None:
    preview = upload(staff, SAMPLE)
    assert "Zuordnung prüfen" in preview
    assert "SurveyMonkey, eine Spalte je Antwort" in plain(preview)
    assert "IP Address, Email Address, First Name" in preview
    assert survey.answers.count() == 0

    taken = staff.post(f"{PAGE}mapping/", {**shown_form(preview), "take": "1"}, follow=True).text
    assert "240 Antworten übernommen, 129 Adressen zum Einladen. Die Datei ist gelöscht." in taken
    assert "bitte die Antworten jetzt auswerten" in taken
    assert list(kept.iterdir()) == []

    evaluated = staff.post(f"{PAGE}evaluate/", follow=True).text
    assert "Die Umfrage ist ausgewertet. Workshops dürfen jetzt geplant werden." in evaluated
    survey.refresh_from_db()
    assert survey.gate_is_open(timezone.now())


def test_the_preview_shows_what_each_question_is_taken_for(staff: Client) -> None:
    sent = shown_form(upload(staff, SAMPLE))
    assert [sent[f"role_{index}"] for index in range(13)] == [
        "fields", "ignore", "times", "languages", "needs", "comment", "comment", "comment", "comment",
        "comment", "ignore", "wish", "address",
    ]  # fmt: skip


def test_the_same_file_again_is_said_to_change_nothing(staff: Client, survey: Survey) -> None:
    for _time in range(2):
        page = staff.post(
            f"{PAGE}mapping/", {**shown_form(upload(staff, SAMPLE)), "take": "1"}, follow=True
        ).text
    assert "Diese Antworten waren schon übernommen; nichts hat sich geändert." in page
    assert survey.answers.count() == 240


def test_a_corrected_mapping_that_brings_only_addresses_says_so(staff: Client, survey: Survey) -> None:
    page = upload(staff, SAMPLE)
    without = {**shown_form(page), "role_11": "ignore", "role_12": "ignore", "take": "1"}
    assert "240 Antworten übernommen, 0 Adressen zum Einladen." in plain(
        staff.post(f"{PAGE}mapping/", without, follow=True).text
    )

    corrected = {**shown_form(upload(staff, SAMPLE)), "take": "1"}
    page = staff.post(f"{PAGE}mapping/", corrected, follow=True).text

    assert "Keine neuen Antworten, 129 Adressen zum Einladen. Die Datei ist gelöscht." in plain(page)


def test_staff_correct_the_meaning_of_a_question(staff: Client, survey: Survey) -> None:
    sent = shown_form(upload(staff, SAMPLE))

    staff.post(f"{PAGE}mapping/", {**sent, "role_3": "ignore", "take": "1"})

    assert {tuple(answer.languages) for answer in survey.answers.all()} == {()}


def test_an_answer_without_a_field_must_be_decided_about_first(staff: Client, survey: Survey) -> None:
    page = upload(staff, as_csv(condensed(persons())))
    sent = shown_form(page)
    [missing] = [name for name, value in sent.items() if value == ""]

    refused = staff.post(f"{PAGE}mapping/", {**sent, "take": "1"}).text
    assert re.search(r"Verkehr und Radwege\W+Dieses Feld ist zwingend erforderlich\.", plain(refused))
    assert survey.answers.count() == 0

    staff.post(f"{PAGE}mapping/", {**sent, missing: "-", "take": "1"})
    assert survey.answers.count() == 240


def test_a_meaning_chosen_on_the_page_is_shown_with_its_answers_before_anything_is_taken_in(
    staff: Client, survey: Survey, people: cast.Cast
) -> None:
    sent = shown_form(upload(staff, as_csv(limesurvey(persons(), heads="code"), separator=";")))
    assert {sent[f"role_{index}"] for index in range(13)} == {"ignore"}

    changed = staff.post(f"{PAGE}mapping/", {**sent, "role_0": "fields", "take": "1"}).text
    assert "Bitte wählen" in changed
    assert "SQ001" in changed
    assert survey.answers.count() == 0

    told = shown_form(changed)
    for number, field in enumerate(people.fields):
        told[f"target_0_{number}"] = str(field.pk)
    told["target_0_4"] = "-"
    done = staff.post(f"{PAGE}mapping/", {**told, "take": "1"}, follow=True).text
    assert "Antworten übernommen, 0 Adressen zum Einladen." in done
    assert survey.answers.count() == sum(bool(person.fields) for person in persons())


def test_an_address_without_a_wish_is_refused_with_a_sentence(staff: Client, survey: Survey) -> None:
    sent = shown_form(upload(staff, SAMPLE))

    page = staff.post(f"{PAGE}mapping/", {**sent, "role_11": "ignore", "take": "1"}).text

    assert "Eine Adresse allein ist keine Einwilligung." in page
    assert survey.answers.count() == 0


def test_a_later_file_may_replace_what_was_taken_in(staff: Client, survey: Survey) -> None:
    first = upload(staff, SAMPLE)
    assert "durch diese Datei ersetzen" not in first
    staff.post(f"{PAGE}mapping/", {**shown_form(first), "take": "1"})

    second = upload(staff, looks.survey("Welche Handlungsfelder?", rows=(("Bildung und Sprache",),)))
    assert "durch diese Datei ersetzen" in second
    staff.post(f"{PAGE}mapping/", {**shown_form(second), "replace": "on", "take": "1"})

    assert survey.answers.count() == 1


# --- broken and forgotten files -------------------------------------------------------------------


def test_a_broken_file_is_refused_with_row_and_column_and_not_kept(
    staff: Client, survey: Survey, kept: Path
) -> None:
    data = looks.survey("Welche Handlungsfelder?", rows=(("Bildung und Sprache",), ("Wohnen", "", "zu viel")))

    page = upload(staff, data)

    assert "Aus dieser Datei wurde nichts übernommen." in page
    assert "Zeile 3, Spalte H: Hier steht eine Zelle zu viel: 8 statt 6." in page
    assert list(kept.iterdir()) == []
    assert survey.imports.count() == 0


def test_a_file_of_another_kind_is_refused_with_a_sentence(staff: Client) -> None:
    assert "Das ist keine Tabelle." in upload(staff, b"%PDF-1.7", "umfrage.pdf")


def test_a_kept_file_can_be_read_by_the_server_alone_and_its_name_is_random(
    staff: Client, kept: Path
) -> None:
    upload(staff, SAMPLE, "Umfrage Hechingen.csv")
    [file] = kept.iterdir()
    assert re.fullmatch("[0-9a-f]{32}", file.name)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.stat().st_mode) == 0o700


def test_cancelling_deletes_the_file(staff: Client, kept: Path, survey: Survey) -> None:
    upload(staff, SAMPLE)

    page = staff.post(f"{PAGE}discard/", follow=True).text

    assert "Die hochgeladene Datei ist gelöscht, nichts wurde übernommen." in page
    assert list(kept.iterdir()) == []
    assert survey.answers.count() == 0


def test_another_upload_replaces_the_one_that_was_waiting(staff: Client, kept: Path) -> None:
    upload(staff, SAMPLE)
    upload(staff, SAMPLE)
    assert len(list(kept.iterdir())) == 1


def test_nobody_reaches_a_file_that_another_has_uploaded(staff: Client, people: cast.Cast) -> None:
    upload(staff, SAMPLE)
    colleague = Client()
    colleague.force_login(builders.a_staff_member())

    page = colleague.get(f"{PAGE}mapping/", follow=True).text

    assert "Die hochgeladene Datei ist schon gelöscht. Bitte noch einmal hochladen." in page


def test_a_file_that_nobody_decides_about_is_deleted_after_an_hour(staff: Client, kept: Path) -> None:
    upload(staff, SAMPLE)
    [file] = kept.iterdir()
    moment = datetime.datetime.fromtimestamp(file.stat().st_mtime, datetime.UTC)

    assert uploads.discard_stale(now=moment + datetime.timedelta(minutes=59)) == 0
    assert uploads.discard_stale(now=moment + datetime.timedelta(minutes=61)) == 1
    assert list(kept.iterdir()) == []
    page = staff.get(f"{PAGE}mapping/", follow=True).text
    assert "Bitte noch einmal hochladen." in page


def test_a_token_from_elsewhere_opens_no_file(kept: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("geheim")
    kept.mkdir()
    for token in ("../secret", "", "x" * 32):
        with pytest.raises(Refusal):
            uploads.open_kept(token)
