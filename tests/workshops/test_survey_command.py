"""`manage.py import_survey`."""

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests import cast
from tests.workshops.survey_import import looks, sample_survey
from workshops.models import Survey

pytestmark = pytest.mark.django_db

SAMPLE = str(sample_survey.SAMPLE)


@pytest.fixture
def survey() -> Survey:
    found: Survey = cast.gather().process.survey
    return found


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("import_survey", *arguments, stdout=out)
    return out.getvalue()


def test_the_sample_is_taken_in_and_counted(survey: Survey) -> None:
    assert run("integrationsplan", SAMPLE) == "240 new answers, 129 new addresses to invite.\n"
    assert run("integrationsplan", SAMPLE) == "0 new answers, 0 new addresses to invite.\n"
    assert survey.answers.count() == 240
    assert survey.imports.get().imported_by is None


def test_the_staff_member_who_answers_for_it_is_kept(survey: Survey) -> None:
    run("integrationsplan", SAMPLE, "--by", " Sabine@hechingen.example")
    assert str(survey.imports.get().imported_by) == "Sabine Keller"


def test_a_preview_takes_nothing_in(survey: Survey) -> None:
    lines = run("integrationsplan", SAMPLE, "--preview").splitlines()
    assert lines[0] == "fields     Welche Handlungsfelder interessieren Sie?"
    assert lines[-1] == "address    Ihre E-Mail-Adresse für die Einladung"
    assert survey.imports.count() == 0


def test_a_broken_file_ends_with_row_and_column(survey: Survey, tmp_path: Path) -> None:
    path = tmp_path / "broken.csv"
    path.write_bytes(looks.survey("Welche Handlungsfelder?", rows=(("Bildung", "", "zu viel"),)))
    with pytest.raises(CommandError) as error:
        run("integrationsplan", str(path))
    assert str(error.value).splitlines() == [
        "Aus dieser Datei wurde nichts übernommen.",
        "Zeile 2, Spalte H: Hier steht eine Zelle zu viel: 8 statt 6.",
    ]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("gibt-es-nicht", SAMPLE), "There is no survey of a process gibt-es-nicht."),
        (("integrationsplan", "/gibt/es/nicht.csv"), "The file can't be read: No such file or directory."),
        (
            ("integrationsplan", SAMPLE, "--by", "hans@example.org"),
            "There is no staff member with the address hans@example.org.",
        ),
    ],
)
def test_what_is_missing_is_named(arguments: tuple[str, ...], sentence: str, survey: Survey) -> None:
    with pytest.raises(CommandError) as error:
        run(*arguments)
    assert str(error.value) == sentence
