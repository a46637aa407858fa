"""`manage.py import_survey`."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests import cast
from tests.workshops.survey_import import looks, sample_survey
from workshops.models import Survey

pytestmark = pytest.mark.django_db

SAMPLE = str(sample_survey.SAMPLE)


@pytest.fixture(autouse=True)
def _german_console(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


@pytest.fixture
def survey() -> Survey:
    found: Survey = cast.gather().process.survey
    return found


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("import_survey", *arguments, stdout=out)
    return out.getvalue()


def refused(*arguments: str) -> list[str]:
    with pytest.raises(CommandError) as error:
        run(*arguments)
    assert error.value.returncode == 1
    return str(error.value).splitlines()


def test_the_sample_is_taken_in_and_counted(survey: Survey) -> None:
    first = run("integrationsplan", SAMPLE)
    assert first == "240 neue Antworten, 129 neue Adressen zum Einladen.\n"
    assert run("integrationsplan", SAMPLE) == "0 neue Antworten, 0 neue Adressen zum Einladen.\n"
    assert survey.answers.count() == 240
    assert survey.imports.get().imported_by is None


def test_the_staff_member_who_answers_for_it_is_kept(survey: Survey) -> None:
    run("integrationsplan", SAMPLE, "--by", " Sabine@hechingen.example")
    assert str(survey.imports.get().imported_by) == "Sabine Keller"


def test_a_preview_names_what_is_recognised_dropped_and_proposed_and_takes_nothing_in(survey: Survey) -> None:
    lines = run("integrationsplan", SAMPLE, "--preview").splitlines()

    assert lines[:10] == [
        "Quelle: SurveyMonkey, eine Spalte je Antwort; Antworten: 240, Fragen: 13.",
        "Diese Spalten werden nie übernommen: Respondent ID, Collector ID, Start Date, End Date, "
        "IP Address, Email Address, First Name, Last Name, Custom Data 1",
        "",
        "q1 (J–N) Welche Handlungsfelder interessieren Sie?",
        "  Handlungsfelder, die interessieren",
        "    Bildung und Sprache → Bildung und Sprache",
        "    Ausbildung und Arbeit → Ausbildung und Arbeit",
        "    Zusammenleben und Freizeit → Zusammenleben und Freizeit",
        "    Wohnen und Wohnumfeld → Wohnen und Wohnumfeld",
        "    Sonstiges (bitte angeben) → auslassen",
    ]
    assert "    Dienstag abends → Dienstag abends" in lines
    assert lines[-1] == "  E-Mail-Adresse für die Einladung"
    assert survey.imports.count() == 0


# --- a mapping of one's own -----------------------------------------------------------------------


def a_mapping(tmp_path: Path, told: object) -> str:
    path = tmp_path / "mapping.json"
    path.write_text(told if isinstance(told, str) else json.dumps(told), encoding="utf-8")
    return str(path)


def template(*arguments: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads(run("integrationsplan", *arguments, "--preview", "--json"))
    return found


def test_the_proposed_mapping_is_written_as_a_file_and_read_again(survey: Survey, tmp_path: Path) -> None:
    told = template(SAMPLE)
    assert told["q1"] == {
        "question": "Welche Handlungsfelder interessieren Sie?",
        "role": "fields",
        "targets": {
            "Bildung und Sprache": "bildung-und-sprache",
            "Ausbildung und Arbeit": "ausbildung-und-arbeit",
            "Zusammenleben und Freizeit": "zusammenleben-und-freizeit",
            "Wohnen und Wohnumfeld": "wohnen-und-wohnumfeld",
            "Sonstiges (bitte angeben)": "",
        },
    }
    path = a_mapping(tmp_path, told)

    assert template(SAMPLE, "--mapping", path) == told
    assert run("integrationsplan", SAMPLE, "--mapping", path) == (
        "240 neue Antworten, 129 neue Adressen zum Einladen.\n"
    )


def test_a_corrected_mapping_counts_instead_of_the_guess(survey: Survey, tmp_path: Path) -> None:
    told = template(SAMPLE)
    told["q1"]["targets"]["Bildung und Sprache"] = "wohnen-und-wohnumfeld"
    del told["q12"], told["q13"]

    done = run("integrationsplan", SAMPLE, "--mapping", a_mapping(tmp_path, told))

    assert done == "240 neue Antworten, 0 neue Adressen zum Einladen.\n"
    assert not survey.answers.filter(fields__slug="bildung-und-sprache").exists()


def test_what_a_mapping_still_lacks_is_named(survey: Survey, tmp_path: Path) -> None:
    told = template(SAMPLE)
    told["q1"]["targets"]["Bildung und Sprache"] = None
    path = a_mapping(tmp_path, told)
    lacking = (
        "Spalte J („Welche Handlungsfelder interessieren Sie?“): "
        "„Bildung und Sprache“ ist keinem Handlungsfeld zugeordnet."
    )

    preview = run("integrationsplan", SAMPLE, "--mapping", path, "--preview").splitlines()
    assert "    Bildung und Sprache → unbekannt" in preview
    assert preview[-2:] == ["Das ist noch zu klären:", lacking]
    assert refused("integrationsplan", SAMPLE, "--mapping", path) == [
        "Aus dieser Datei wurde nichts übernommen.",
        lacking,
    ]


BROKEN: dict[str, tuple[object, list[str]]] = {
    "no JSON": ('{"q1": ', ["Das ist kein JSON: Zeile 1, Zeichen 8."]),
    "a list": ([], ["Erwartet wird zu jeder Frage, was sie bedeutet."]),
    "each mistake": (
        {
            "q99": {"role": "fields"},
            "q1": {"role": "fields", "targets": {"Bildung": "bildung-und-sprache"}},
            "q2": {"role": "wichtig"},
            "q3": {"role": "times", "targets": {"Dienstag abends": "abends"}},
            "q4": {"role": "languages", "targets": ["de"]},
            "q5": {"question": "Etwas anderes?", "role": "needs"},
            "q6": {"role": "comment", "targets": {"": "verkehr"}},
        },
        [
            "Eine Frage „q99“ gibt es in dieser Ausgabe nicht.",
            "„q1“: Nach der Antwort „Bildung“ ist nicht gefragt.",
            "„q2“: „wichtig“ ist keine Bedeutung. Möglich sind: "
            "ignore, fields, times, languages, needs, wish, wish_fields, address, comment.",
            "„q3“: „abends“ kann „Dienstag abends“ nicht bedeuten.",
            "„q4“: Erwartet werden „role“ und „targets“ (zu jeder Antwort ein Text).",
            "„q5“ ist in dieser Ausgabe die Frage „Was brauchen Sie, um gut teilnehmen zu können?“, "
            "nicht „Etwas anderes?“.",
            "„q6“: „verkehr“ kann „“ nicht bedeuten.",
        ],
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_mapping_that_does_not_fit_takes_nothing_in_and_says_what_is_wrong(
    survey: Survey, tmp_path: Path, name: str
) -> None:
    told, problems = BROKEN[name]

    assert refused("integrationsplan", SAMPLE, "--mapping", a_mapping(tmp_path, told)) == [
        "Die Zuordnung passt nicht zu dieser Ausgabe; nichts wurde übernommen.",
        *problems,
    ]
    assert survey.imports.count() == 0


def test_a_mapping_in_another_encoding_is_refused(survey: Survey, tmp_path: Path) -> None:
    path = tmp_path / "mapping.json"
    path.write_bytes('{"q1": "für"}'.encode("latin-1"))
    assert refused("integrationsplan", SAMPLE, "--mapping", str(path)) == [
        f"Die Datei „{path}“ ist kein Text in UTF-8."
    ]


# --- refusals -------------------------------------------------------------------------------------


def test_a_broken_file_ends_with_row_and_column(survey: Survey, tmp_path: Path) -> None:
    path = tmp_path / "broken.csv"
    path.write_bytes(looks.survey("Welche Handlungsfelder?", rows=(("Bildung", "", "zu viel"),)))
    assert refused("integrationsplan", str(path)) == [
        "Aus dieser Datei wurde nichts übernommen.",
        "Zeile 2, Spalte H: Hier steht eine Zelle zu viel: 8 statt 6.",
    ]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("gibt-es-nicht", SAMPLE), "Einen Prozess „gibt-es-nicht“ mit einer Umfrage gibt es nicht."),
        (("integrationsplan", "/gibt/es/nicht.csv"), "Die Datei „/gibt/es/nicht.csv“ gibt es nicht."),
        (
            ("integrationsplan", SAMPLE, "--mapping", "/gibt/es/nicht.json"),
            "Die Datei „/gibt/es/nicht.json“ gibt es nicht.",
        ),
        (
            ("integrationsplan", SAMPLE, "--by", "hans@example.org"),
            "hans@example.org ist kein Konto der Verwaltung.",
        ),
        (("integrationsplan", SAMPLE, "--json"), "--json gehört zu --preview."),
    ],
)
def test_what_is_missing_is_named(arguments: tuple[str, ...], sentence: str, survey: Survey) -> None:
    assert refused(*arguments) == [sentence]
