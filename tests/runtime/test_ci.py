"""What CI promises: the README's own test command, and no test skipped."""

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.servers import ROOT


def run(*arguments: str | Path, ci: bool) -> tuple[int, str]:
    """pytest's exit code and last line, under our conftest."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "CI"))}
    options = ["-n", "0", "-q", "--rootdir", ".", "-c", "pyproject.toml"]
    if any(isinstance(each, Path) for each in arguments):
        # A file of a test's own doesn't lie under it.
        options += ["-p", "tests.conftest"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, *arguments],
        cwd=ROOT,
        env=environment | ({"CI": "true"} if ci else {}),
        capture_output=True,
        text=True,
        check=False,
    )
    last = done.stdout.strip().splitlines()[-1]
    return done.returncode, re.sub(r" in .*", "", last)


@pytest.mark.parametrize(
    "content",
    [
        "import pytest\ndef test_it(): pytest.skip('no program')",
        "import pytest\n@pytest.mark.skip(reason='no program')\ndef test_it(): pass",
        "import pytest\n@pytest.fixture\ndef server(): pytest.skip('no program')\ndef test_it(server): pass",
    ],
    ids=["in the test", "by mark", "in a fixture"],
)
def test_a_skip_is_allowed_at_home_and_a_failure_in_ci(content: str, tmp_path: Path) -> None:
    file = tmp_path / "test_skipped.py"
    file.write_text(content)

    assert run(file, ci=False) == (0, "1 skipped")
    code, last = run(file, ci=True)
    assert code == 1
    assert "skipped" not in last


def test_an_expected_failure_is_no_skip(tmp_path: Path) -> None:
    file = tmp_path / "test_expected.py"
    file.write_text("import pytest\n@pytest.mark.xfail\ndef test_it(): assert False")

    assert run(file, ci=True) == (0, "1 xfailed")


@pytest.mark.slow
def test_only_ci_and_who_names_them_run_what_takes_long() -> None:
    _code, every_day = run("--collect-only", ci=False)
    _code, everything = run("--collect-only", ci=True)
    _code, named = run("--collect-only", "tests/faults", "tests/browser/journeys", ci=False)
    part, whole, left_out = map(int, re.findall(r"\d+", every_day))
    assert (part + left_out, everything) == (whole, f"{whole} tests collected")
    assert 0 < left_out < whole / 5
    assert "deselected" not in named


def test_ci_finds_the_test_command_in_the_readme() -> None:
    (line,) = (line for line in (ROOT / ".ci" / "run").read_text().splitlines() if "README.md)" in line)
    command = line.partition("$(")[2].removesuffix(")")

    found = subprocess.run(
        ["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout

    assert found == (
        "python3 -m venv .venv && .venv/bin/pip install -r config/requirements-dev.lock "
        "&& .venv/bin/python -m pytest\n"
    )


def messages() -> ModuleType:
    spec = importlib.util.spec_from_file_location("ci_messages", ROOT / ".ci" / "messages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["ci_messages"] = module
    spec.loader.exec_module(module)
    return module


COMMITTED = """
msgid ""
msgstr "Language: en\\n"

msgid "Ja"
msgstr "Yes"

msgctxt "workshop"
msgid "Abmelden"
msgstr "Cancel"

#: workshops/templates/workshops/staff/plan.html
msgid "Noch offen"
msgstr ""

#: workshops/templates/workshops/public/plan.html
#, python-format
msgid "%(n)d Tag"
msgid_plural "%(n)d Tage"
msgstr[0] "%(n)d day"
msgstr[1] ""

#~ msgid "Nicht mehr da"
#~ msgstr "Gone"
"""
FRESH = (
    COMMITTED
    + """
#, fuzzy
msgid "Ja, gern"
msgstr "Yes"

msgid ""
"Ein langer "
"Satz"
msgstr ""
"""
)


def test_a_text_of_the_code_that_no_translator_saw_is_named() -> None:
    ci = messages()

    def found(committed: str, *, is_easy: bool) -> list[str]:
        return list(ci.problems(committed, FRESH, is_easy=is_easy))

    new = ["missing: Ja, gern", "missing: Ein langer Satz"]
    # What only staff read may stay German in Easy German, and nowhere else.
    assert found(COMMITTED, is_easy=True) == ["untranslated: %(n)d Tag", *new]
    assert found(COMMITTED, is_easy=False) == ["untranslated: Noch offen", "untranslated: %(n)d Tag", *new]
    assert found(FRESH, is_easy=True) == ["untranslated: %(n)d Tag"]
    assert found(FRESH, is_easy=False)[2:] == ["fuzzy: Ja, gern", "untranslated: Ein langer Satz"]


def test_two_apps_that_translate_one_text_differently_are_named() -> None:
    ci = messages()
    other = """
msgid "Ja"
msgstr "Yeah"

msgid "Abmelden"
msgstr "Sign out"

msgid "Noch offen"
msgstr "Still open"
"""
    assert list(ci.disagreements({"one": ci.entries(COMMITTED), "two": ci.entries(other)})) == [
        "Ja: Yes (one), Yeah (two)"
    ]


COUNTING = """
msgid "Die nächsten %(days)s Tage"
msgstr ""

msgid "Noch %d weitere Personen"
msgstr ""

msgid "%(n)d Tag in %(rooms)d Räumen"
msgid_plural "%(n)d Tage in %(rooms)d Räumen"
msgstr[0] ""
msgstr[1] ""

msgid "%(n)d Tag, %(time)s Uhr"
msgid_plural "%(n)d Tage, %(time)s Uhr"
msgstr[0] ""
msgstr[1] ""

msgid "%(rooms)s zu %(minutes)s: „%(name)s“, %(n)s im Entwurf, %(field)s: Seite %(n)s von %(all)s"
msgstr ""

msgid "Für %(field)s einen Raum, %(version)d der Hinweise"
msgstr ""

msgid "Höchstens %(most)d Zeilen."
msgstr ""
"""


def test_what_is_counted_without_a_plural_of_its_own_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    ci = messages()

    def found(**fixed: str) -> list[str]:
        monkeypatch.setattr(ci, "FIXED", fixed)
        return list(ci.uncounted(ci.entries(COUNTING).values()))

    wrong = [
        "no plural for %(days)s Tage: Die nächsten %(days)s Tage",
        "no plural for %d weitere Personen: Noch %d weitere Personen",
        "no plural for %(n)d Tage, %(rooms)d Räumen: %(n)d Tage in %(rooms)d Räumen",
    ]
    assert found(**{"Höchstens %(most)d Zeilen": "MOST_ROWS: 20"}) == wrong
    # An exception is for one text, and goes with it.
    assert found(**{"Mehr als %(most)d Zeilen": "MOST_ROWS: 20"}) == [
        *wrong,
        "no plural for %(most)d Zeilen: Höchstens %(most)d Zeilen.",
        "no text says “Mehr als %(most)d Zeilen” any more: take it out of FIXED",
    ]
    assert all(ci.COUNTED.search(each) for each in messages().FIXED)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Wir schicken Ihnen vor dem Treffen noch eine E-Mail mit Ihrem neuen Link.", "13 words"),
        ("Dann <b>schicken</b> wir Ihnen eine E-Mail und darin steht dann %(a)s oder {{ b }}.", "13 words"),
        ("Das Treffen ist am 3. Juli im Rat-Haus und Sie können dabei sein.", "13 words"),
        ("Kommen Sie zum Treffen: Es ist im Internet und es kostet wirklich nichts.", "13 words"),
        ("Es ist eine Videokonferenz.", "long word without a hyphen: Videokonferenz"),
        ("Die Antworten werden später gezeigt.", "passive"),
        ("Das, was auf-geschrieben wird.", "passive"),
        ("Bringen Sie etwas mit, z. B. Tee.", "abbreviation “z. B.”"),
        ("Das steht in Art. 6.", "abbreviation “Art.”"),
        ("Das Ende des Treffens.", "genitive “des”"),
        ("Anna’s Platz", "genitive “a’s”"),
        ("Sie kommen; wir auch.", "sign “;”"),
        ("%(n)d %% sind fertig.", "sign “%”"),
    ],
)
def test_what_is_no_easy_german_is_named(text: str, why: str) -> None:
    assert [one.split(": ")[0] if ": " not in why else one for one in messages().hard_words(text)] == [why]


@pytest.mark.parametrize(
    "text",
    [
        'Schreiben Sie uns: <a href="mailto:%(who)s?subject=x;y">%(who)s</a>\n',
        "Vielleicht wird ein Platz frei.\nWir werden Ihnen die Antwort geben.",
        "<p>Das ist eine Video-Konferenz.<br>Sie sehen die anderen und hören sie.</p><ul><li>Sie reden mit",
        "Wir sagen Ihnen am Anfang, wer da ist:\n- eine Person von der Stadt\n- Sie\n- und die anderen",
        "Es gelten %(count)s Regeln. %(first)s ist „eine“. Auch das Gleichstellungs-Gesetz: auf seine Art.",
        "Tee &amp; Kaffee",
    ],
)
def test_easy_german_is_easy(text: str) -> None:
    assert list(messages().hard_words(text)) == []


def test_easy_german_is_looked_for_in_catalogues_code_and_templates(tmp_path: Path) -> None:
    ci = messages()
    for app in ci.APPS:
        catalogue = tmp_path / app / "locale/de_Simple/LC_MESSAGES/django.po"
        catalogue.parent.mkdir(parents=True)
        catalogue.write_text('msgid "a"\nmsgid_plural "b"\nmsgstr[0] "Eins\\n"\nmsgstr[1] "Viele"\n')
    (tmp_path / "config/words.py").write_text(
        'A = {"de": "schwer", "de-simple": "leicht"}\nEASY_TEXT = "auch"\n'
    )
    (tmp_path / "config/page.html").write_text('<p lang="de-simple">Seite')
    (tmp_path / "config/other.html").write_text('<a hreflang="de-simple">Keine')
    found = {text for place, text in ci.easy_texts(tmp_path) if place.startswith("config/")}
    assert found == {"Eins\n", "Viele", "leicht", "auch", '<p lang="de-simple">Seite'}


def test_ci_asks_it() -> None:
    assert "\ncheck .venv/bin/python .ci/messages.py\n" in (ROOT / ".ci" / "run").read_text()
