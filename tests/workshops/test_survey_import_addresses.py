"""Who wished to be invited: addresses taken in apart from the answers, and never against someone's will."""

import io

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from tests import builders, cast
from tests.workshops.survey_import import looks, sample_survey
from tests.workshops.survey_import.sample_survey import people as persons
from workshops.models import Participant, Survey, SurveyAnswer, SurveyComment, SurveyImport
from workshops.operations import participants, survey_imports
from workshops.operations.survey_imports import Imported, import_answers
from workshops.survey_import.mapping import Mapping, Meaning, Role

pytestmark = pytest.mark.django_db

SAMPLE = sample_survey.SAMPLE.read_bytes()


@pytest.fixture
def survey(people: cast.Cast) -> Survey:
    return people.process.survey


def take(survey: Survey, data: bytes, **more: object) -> Imported:
    return import_answers(survey, io.BytesIO(data), by=None, **more)  # type: ignore[arg-type]


def test_addresses_are_stored_with_one_moment_for_all_and_in_another_order(survey: Survey) -> None:
    before = set(Participant.objects.values_list("pk", flat=True))
    take(survey, SAMPLE)
    new = Participant.objects.exclude(pk__in=before).order_by("pk")

    in_file = [p.address for p in persons() if p.wish == "Ja" and "," not in p.address]
    assert sorted(p.email for p in new) == sorted(in_file)
    # One chance in 129! that the order is the file's.
    assert [p.email for p in new] != in_file
    assert {(p.created_at, p.invitation_agreed_at) for p in new} == {(survey.closes_at, survey.closes_at)}
    assert {(p.verified_at, p.privacy_agreed_at, p.name) for p in new} == {(None, None, "")}


def test_comments_are_stored_in_another_order_than_answers(survey: Survey) -> None:
    take(survey, SAMPLE)
    in_file = [text for p in persons() for text in (*p.comments.values(), p.general) if text]
    assert list(survey.comments.order_by("pk").values_list("text", flat=True)) != in_file


def test_no_table_of_answers_holds_an_address_a_number_of_the_tool_or_a_moment(survey: Survey) -> None:
    take(survey, SAMPLE)
    rows = [
        *SurveyAnswer.objects.values(), *SurveyComment.objects.values(), *SurveyImport.objects.values(
            "mapping", "source", "answer_count"
        ),
    ]  # fmt: skip
    told = repr(rows)
    for secret in ("example.org", "example.com", "11650007919", "198.51.100", "268114402"):
        assert secret not in told
    assert {field.name for field in SurveyAnswer._meta.get_fields()} == {
        "id", "survey", "survey_import", "respondent_key", "fields", "preferred_times", "languages", "needs",
    }  # fmt: skip


def test_an_address_in_other_case_is_the_person_who_is_already_there(
    survey: Survey, people: cast.Cast
) -> None:
    data = looks.survey(
        "Welche Handlungsfelder?", "Einladen?", "E-Mail",
        rows=(
            ("Bildung und Sprache", "Ja", "HANS@Example.org"),
            ("Bildung und Sprache", "Ja", "neu@example.org"),
        ),
    )  # fmt: skip
    assert people.hans.invitation_agreed_at is None

    assert take(survey, data) == Imported(answers=2, addresses=2)

    people.hans.refresh_from_db()
    assert people.hans.invitation_agreed_at == survey.closes_at
    assert people.hans.email == "hans@example.org"


ASKS = ("Welche Handlungsfelder?", "Einladen?", "E-Mail")

HANS = ("Bildung und Sprache", "Ja", "Hans@Example.org")

NEW = ("Bildung und Sprache", "Ja", "neu@example.org")


def test_rows_with_only_a_wish_and_an_address_bring_people_to_invite(
    survey: Survey, people: cast.Cast
) -> None:
    take(survey, looks.survey(*ASKS, rows=(HANS,)))
    survey.evaluated_at, survey.evaluated_by = timezone.now(), people.sabine
    survey.save(update_fields=["evaluated_at", "evaluated_by"])
    longer = looks.survey(
        *ASKS, rows=(HANS, ("", "Ja", "neu@example.org"), ("", "Nein", "stumm@example.org"))
    )

    assert take(survey, longer) == Imported(answers=0, addresses=1)
    assert take(survey, longer) == Imported(answers=0, addresses=0)

    assert Participant.objects.filter(email="neu@example.org").count() == 1
    survey.refresh_from_db()
    assert (survey.imports.count(), survey.answers.count(), survey.is_evaluated) == (1, 1, True)


def test_a_corrected_meaning_of_a_known_file_brings_the_addresses_that_were_missed(
    survey: Survey, people: cast.Cast
) -> None:
    data = looks.survey(*ASKS, rows=(HANS, NEW))
    proposed = survey_imports.propose(survey, survey_imports.inspect(survey, io.BytesIO(data)))
    without = Mapping({**proposed.meanings, "q2": Meaning(Role.IGNORE), "q3": Meaning(Role.IGNORE)})
    assert take(survey, data, meaning=without) == Imported(answers=2, addresses=0)

    assert take(survey, data) == Imported(answers=0, addresses=2)

    invited = Participant.objects.may_be_invited().values_list("email", flat=True)
    assert {"hans@example.org", "neu@example.org"} <= set(invited)


def test_who_was_erased_is_not_brought_back_by_a_longer_export(survey: Survey, people: cast.Cast) -> None:
    take(survey, looks.survey(*ASKS, rows=(HANS,)))
    participants.erase(people.hans)

    assert take(survey, looks.survey(*ASKS, rows=(HANS, NEW))) == Imported(answers=1, addresses=1)

    everyone = set(Participant.objects.values_list("email", flat=True))
    assert everyone == {"amina@example.org", "neu@example.org"}


def test_who_was_erased_stays_so_when_the_server_gets_a_new_key(
    survey: Survey, people: cast.Cast, settings: Settings
) -> None:
    participants.erase(people.hans)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key"

    assert take(survey, looks.survey(*ASKS, rows=(HANS, NEW))) == Imported(answers=2, addresses=1)


def test_who_was_erased_in_one_process_may_be_invited_in_another(survey: Survey, people: cast.Cast) -> None:
    other = builders.a_process()
    participants.erase(builders.a_participant(other, email="neu@example.org"))

    assert take(survey, looks.survey(*ASKS, rows=(NEW,))) == Imported(answers=1, addresses=1)


def test_who_comes_back_after_erasing_says_themselves_whether_they_want_invitations(
    survey: Survey, people: cast.Cast
) -> None:
    participants.erase(people.hans)
    back = builders.a_participant(people.process, email="hans@example.org")

    take(survey, looks.survey(*ASKS, rows=(HANS,)))
    assert back not in Participant.objects.may_be_invited()

    participants.agree_to_invitations(back)
    take(survey, looks.survey(*ASKS, rows=(HANS, NEW)))
    assert back in Participant.objects.may_be_invited()


def test_who_has_objected_is_not_invited_again(survey: Survey, people: cast.Cast) -> None:
    Participant.objects.filter(pk=people.hans.pk).update(invitation_objected_at=timezone.now())
    data = looks.survey(
        "Welche Handlungsfelder?",
        "Einladen?",
        "E-Mail",
        rows=(("Bildung und Sprache", "Ja", "hans@example.org"),),
    )

    take(survey, data)

    assert people.hans not in Participant.objects.may_be_invited()
    people.hans.refresh_from_db()
    assert people.hans.invitation_agreed_at is None
