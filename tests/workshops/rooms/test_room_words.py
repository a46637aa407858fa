"""What staff and moderators read of a provider's failure: a sentence for each code."""

import pytest

from workshops.conferencing.protocol import ProviderError
from workshops.models import Meeting
from workshops.views.room_words import meeting_problem, problem_words


def codes() -> list[str]:
    """Of every failure that a provider may name."""
    found, waiting = set[str](), [ProviderError]
    while waiting:
        each = waiting.pop()
        found.add(each.code)
        waiting += each.__subclasses__()
    return sorted(found)


def test_every_code_has_a_sentence_of_its_own() -> None:
    unknown = problem_words("something new")
    assert unknown == "Der Anbieter meldet einen Fehler (something new)."
    sentences = {code: problem_words(code) for code in codes()}
    assert list(sentences) == [
        *("checksum", "down", "nonsense", "not_allowed", "refused", "slow", "wrong_settings")
    ]
    assert [code for code, sentence in sentences.items() if "meldet einen Fehler" in sentence] == []
    assert len(set(sentences.values())) == len(sentences)


@pytest.mark.parametrize(
    ("code", "words", "sentence"),
    [
        ("down", "name", "Den Namen des Servers kennt niemand. Ist die Adresse richtig geschrieben?"),
        ("down", "tls", "Das Zertifikat des Servers ist ungültig oder abgelaufen."),
        ("refused", "idNotUnique", "Der Anbieter lehnt die Anfrage ab (Antwort: idNotUnique)."),
        ("wrong_settings", "host", "Zoom kennt diesen Gastgeber nicht."),
        (
            "wrong_settings",
            "secret",
            "Das Geheimnis fehlt oder lässt sich nicht mehr öffnen. Bitte geben Sie es neu ein.",
        ),
        ("wrong_settings", "new", "Mit den Angaben zum Raum kann es nicht gehen (new)."),
        (
            "not_allowed",
            "private",
            "Die Adresse führt in ein internes Netz. Soll das so sein, "
            "muss der Betrieb sie freigeben (CONFERENCE_HOSTS).",
        ),
    ],
)
def test_what_the_provider_adds_makes_the_sentence_plainer(code: str, words: str, sentence: str) -> None:
    assert problem_words(code, words) == sentence


def test_a_meeting_without_a_problem_has_no_sentence() -> None:
    assert (meeting_problem(None), meeting_problem(Meeting())) == ("", "")
    assert meeting_problem(Meeting(problem="slow")) == problem_words("slow")
