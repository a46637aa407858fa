"""Giving points through the personal link, on a telephone, without an account."""

import json

import pytest
from django.test import Client

from tests import builders, pages
from tests.workshops.priorities.evenings import Evening, code_of
from workshops import links
from workshops.links import Scope
from workshops.models import Registration
from workshops.operations import own_data, priorities, proposals

pytestmark = pytest.mark.django_db


def path_of(registration: Registration) -> str:
    token = links.token_of(links.make(registration.participant, Scope.CONTRIBUTE))
    return f"/contribute/{token}/{registration.workshop_id}/priorities/"


def typed(evening: Evening, **titles: str) -> dict[str, str]:
    return {f"points-{evening.option(getattr(evening, name)).pk}": value for name, value in titles.items()}


def values(content: str) -> list[str]:
    """What stands in the number fields, from top to bottom."""
    fields = [part.split(">")[0] for part in content.split('<input type="number"')[1:]]
    return [part.split('value="')[1].split('"')[0] for part in fields]


def test_the_page_names_the_proposals_and_what_is_left(client: Client, evening: Evening) -> None:
    evening.open_()
    evening.give(evening.amina, courses=2)
    response = client.get(path_of(evening.amina))
    lines = pages.lines(response)
    shown = [line for line in lines if line in ("Spielplatz", "Kurse am Abend", "Sprachpaten")]
    assert shown == ["Spielplatz", "Kurse am Abend", "Sprachpaten"]
    assert values(response.content.decode()) == ["0", "2", "0"]
    assert [line for line in lines if line.startswith("Noch zu vergeben")] == [
        "Noch zu vergeben: 3So viele Punkte zu viel: 0"
    ]
    assert response.headers["Cache-Control"] == "no-store, private"
    assert not client.cookies


def test_points_are_saved_and_changed_any_number_of_times(client: Client, evening: Evening) -> None:
    evening.open_()
    path = path_of(evening.amina)
    for given, sums in (
        ({"courses": "3", "mentors": ""}, {"Kurse am Abend": 3}),
        ({"courses": "0", "mentors": "1", "playground": "4"}, {"Spielplatz": 4, "Sprachpaten": 1}),
    ):
        answer = client.post(path, typed(evening, **given))
        assert (answer.status_code, answer.headers["Location"]) == (302, f"{path}?done=saved")
        assert evening.given() == sums
    assert "Ihre Punkte sind gespeichert. Sie können sie ändern" in pages.text(
        client.get(f"{path}?done=saved")
    )


def test_what_was_typed_stays_when_it_is_too_much_or_no_number(client: Client, evening: Evening) -> None:
    evening.open_()
    path = path_of(evening.amina)
    evening.give(evening.amina, playground=1)
    answer = client.post(path, typed(evening, courses="4", mentors="3", playground="0"))
    assert pages.errors(answer) == [
        "Das sind 2 Punkte zu viel. Bitte nehmen Sie sie irgendwo weg; noch ist nichts geändert."
    ]
    assert values(answer.content.decode()) == ["0", "4", "3"]
    assert "So viele Punkte zu viel: 2" in pages.text(answer)
    answer = client.post(path, typed(evening, courses="-1", mentors="viele"))
    assert pages.errors(answer) == [
        "Kurse am Abend – Dieser Wert muss größer oder gleich 0 sein.",
        "Sprachpaten – Bitte eine Zahl eintragen.",
    ]
    assert values(answer.content.decode()) == ["1", "-1", "viele"]
    assert evening.given() == {"Spielplatz": 1}


def test_a_page_that_is_older_than_a_proposal_says_so_if_the_sum_is_too_much(
    client: Client, evening: Evening
) -> None:
    evening.open_()
    late = builders.a_proposal(evening.courses.item, title="Lesekreis")
    older = typed(evening, courses="4")
    priorities.take_up(evening.workshop, by=evening.cast.murat)
    client.post(path_of(evening.amina), {f"points-{evening.option(late).pk}": "3"})
    answer = client.post(path_of(evening.amina), older)
    assert pages.errors(answer) == [
        "Das sind 2 Punkte zu viel. Bitte nehmen Sie sie irgendwo weg; noch ist nichts geändert."
    ]
    assert values(answer.content.decode()) == ["0", "4", "0", "3"]
    assert evening.given() == {"Lesekreis": 3}


def test_points_for_a_proposal_that_was_withdrawn_are_not_lost_without_a_word(
    client: Client, evening: Evening
) -> None:
    evening.open_()
    both = typed(evening, courses="2", mentors="3")
    proposals.withdraw(evening.mentors, by=evening.cast.murat)
    answer = client.post(path_of(evening.amina), both)
    assert pages.errors(answer) == [
        "Ein Vorschlag, dem Sie Punkte gegeben haben, wurde zurückgenommen. "
        "Bitte verteilen Sie Ihre Punkte neu."
    ]
    assert values(answer.content.decode()) == ["0", "2"]
    assert evening.given() == {}


def test_after_the_end_the_page_shows_ones_points_and_what_came_too_late(
    client: Client, evening: Evening
) -> None:
    evening.open_()
    evening.give(evening.amina, courses=2)
    priorities.close(evening.workshop, by=evening.cast.murat)
    answer = client.post(path_of(evening.amina), typed(evening, mentors="5"))
    assert pages.errors(answer) == ["Die Gewichtung ist beendet. Ihre Punkte lassen sich nicht mehr ändern."]
    text = pages.text(answer)
    assert "Nicht mehr gespeichert\nKurse am Abend\n2\nSprachpaten\n5\nIhre Punkte\nKurse am Abend\n2" in text
    assert "Das Ergebnis steht im Protokoll, sobald es veröffentlicht ist." in text
    evening.publish()
    text = pages.text(client.get(path_of(evening.amina)))
    assert "Das Ergebnis steht im Protokoll." in text
    assert "Ihre Punkte" not in text


def test_who_was_not_there_is_told_so_and_whom_to_ask(client: Client, evening: Evening) -> None:
    evening.open_()
    for answer in (client.get(path_of(evening.hans)), client.post(path_of(evening.hans), {})):
        text = pages.text(answer)
        assert "Sie sind nicht als anwesend eingetragen. Ist das ein Irrtum?" in text
        assert "integration@hechingen.example" in text
        assert values(answer.content.decode()) == []


def test_the_link_opens_no_workshop_of_others_and_none_where_nothing_was_opened(
    client: Client, evening: Evening
) -> None:
    assert client.get(path_of(evening.amina)).status_code == 404
    evening.open_()
    other = evening.somebody()
    stranger = builders.a_participant(evening.cast.process)
    path = path_of(other).replace(
        links.token_of(links.make(other.participant, Scope.CONTRIBUTE)),
        links.token_of(links.make(stranger, Scope.CONTRIBUTE)),
    )
    assert client.get(path).status_code == 404


def test_from_the_page_of_the_video_conference_one_comes_to_the_points(
    client: Client, evening: Evening
) -> None:
    seats = (evening.amina, evening.hans)
    tokens = [links.token_of(links.make(seat.participant, Scope.JOIN, registration=seat)) for seat in seats]

    def offers() -> list[bool]:
        return ["Punkte verteilen" in pages.text(client.get(f"/join/{token}/")) for token in tokens]

    assert offers() == [False, False]
    evening.open_()
    assert offers() == [True, False]
    before = evening.cast.amina.links.count()
    assert client.get(f"/join/{tokens[0]}/priorities/").status_code == 405
    assert evening.cast.amina.links.count() == before
    answers = [client.post(f"/join/{token}/priorities/") for token in tokens]
    assert [answer.status_code for answer in answers] == [302, 404]
    assert answers[0].headers["Location"].removeprefix("/ar") == path_of(evening.amina)
    priorities.close(evening.workshop, by=evening.cast.murat)
    assert offers() == [False, False]


def test_ones_own_overview_leads_there_while_it_is_open(client: Client, evening: Evening) -> None:
    path = path_of(evening.amina)
    overview = path.removesuffix(f"{evening.workshop.pk}/priorities/")
    assert path not in client.get(overview).content.decode()
    evening.open_()
    assert path in client.get(overview).content.decode()
    priorities.close(evening.workshop, by=evening.cast.murat)
    assert path not in client.get(overview).content.decode()


@pytest.mark.parametrize("given", [1, 3])
def test_the_page_asks_the_database_the_same_however_long_the_list_is(
    client: Client, evening: Evening, given: int, django_assert_num_queries: object
) -> None:
    for number in range(given):
        builders.a_proposal(evening.courses.item, title=f"Noch einer {number}")
    evening.open_()
    path = path_of(evening.amina)
    with django_assert_num_queries(6):  # type: ignore[operator]
        client.get(path)


def test_what_is_kept_of_a_person_names_the_proposals_they_gave_points_to(evening: Evening) -> None:
    evening.open_()
    evening.give(evening.amina, courses=2)
    export = json.loads(json.dumps(own_data.export(evening.cast.amina), default=str))
    (seat,) = export["registrations"]
    assert [(each["proposal_title"], each["points"]) for each in seat["points_given"]] == [
        ("Kurse am Abend", 2)
    ]
    assert code_of(lambda: evening.give(evening.amina, mentors=4)) == "too_many_points"
