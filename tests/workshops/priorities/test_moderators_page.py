"""A moderator opens, watches, types in hands and closes; sums stay hidden while they would tell on people."""

import datetime

import pytest
from django.test import Client
from django.utils import timezone

from tests import builders, pages
from tests.workshops.priorities.evenings import HOUR, Evening
from workshops.models import Prioritisation, ProposedMeasure, User
from workshops.operations import minutes, priorities

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def murat(evening: Evening) -> Client:
    return signed_in(evening.cast.murat)


@pytest.fixture
def here(evening: Evening) -> str:
    return f"/moderation/{evening.workshop.pk}/priorities/"


def after(client: Client, path: str, **typed: object) -> list[str]:
    return pages.messages(client.post(path, typed, follow=True))


def test_it_is_opened_with_the_points_that_the_process_says(
    murat: Client, evening: Evening, here: str
) -> None:
    page = murat.get(here)
    assert 'name="points_each" value="5"' in page.content.decode()
    assert "1 Person ist als anwesend eingetragen." in pages.text(page)
    assert after(murat, here, points_each="4", closes_at="") == [
        "Die Gewichtung ist eröffnet. Alle, die da sind oder da waren, bekommen ihren Link."
    ]
    assert Prioritisation.objects.get().points_each == 4
    # A second click, or a colleague at the same moment: the page says how things stand.
    assert "Die Gewichtung läuft" in pages.text(murat.post(here, {"points_each": "9"}))


def test_what_was_typed_stays_where_it_is_refused(murat: Client, evening: Evening, here: str) -> None:
    page = murat.post(here, {"points_each": "30", "closes_at": "2020-01-01T10:00"})
    assert pages.errors(page) == ["Punkte je Person – Dieser Wert muss kleiner oder gleich 20 sein."]
    page = murat.post(here, {"points_each": "3", "closes_at": "2020-01-01T10:00"})
    assert pages.errors(page) == ["Das Ende muss in der Zukunft liegen."]
    assert 'value="2020-01-01T10:00"' in page.content.decode()
    assert not Prioritisation.objects.exists()


def test_before_the_beginning_or_with_one_proposal_the_page_says_what_is_missing(evening: Evening) -> None:
    sabine = signed_in(evening.cast.sabine)
    later = builders.a_workshop(builders.a_series(evening.cast.fields[2]))
    path = f"/moderation/{later.pk}/priorities/"
    assert "Noch ist nichts vorgeschlagen." in pages.text(sabine.get(path))
    assert "Eröffnen lässt sich die Gewichtung, sobald der Workshop begonnen hat." in pages.text(
        sabine.get(path)
    )
    later.starts_at = timezone.now() - HOUR
    later.save(update_fields=["starts_at"])
    builders.a_proposal(builders.an_agenda_item(later))
    assert "Sobald mindestens zwei Vorschläge offen sind" in pages.text(sabine.get(path))


def table(page: object) -> list[str]:
    lines = pages.lines(page)  # type: ignore[arg-type]
    if "Was den Teilnehmenden wichtig ist" not in lines:
        return []
    start = lines.index("Was den Teilnehmenden wichtig ist")
    return lines[
        start + 1 : lines.index("Handzeichen", start + 5) if "Handzeichen" in lines[start + 5 :] else None
    ]


def listed(page: object) -> list[str]:
    names = {"Spielplatz", "Kurse am Abend", "Sprachpaten"}
    return [line for line in pages.lines(page) if line in names]  # type: ignore[arg-type]


def test_sums_appear_with_the_end_and_only_of_five_and_the_order_tells_nothing_before(
    murat: Client, evening: Evening, here: str
) -> None:
    evening.open_()
    later = "Summen erscheinen erst, wenn die Gewichtung beendet ist, und nur wenn mindestens 5 Personen"
    for _each in range(4):
        evening.somebody(mentors=5)
        text = pages.text(murat.get(here))
        assert f"Bisher haben weniger als 5 Personen Punkte vergeben. {later}" in text
    # No table without numbers; the hands' form names them as they came.
    assert table(murat.get(here)) == []
    assert listed(murat.get(here)) == ["Spielplatz", "Kurse am Abend", "Sprachpaten"]
    priorities.close(evening.workshop, by=evening.cast.murat)
    page = murat.get(here)
    assert "werden ihre Punkte nicht gezeigt" in pages.text(page)
    assert table(page) == []
    priorities.reopen(evening.workshop, by=evening.cast.murat)
    evening.somebody(courses=1, mentors=2)
    page = murat.get(here)
    assert f"Bisher haben 5 Personen Punkte vergeben. {later}" in pages.text(page)
    assert table(page) == []
    assert listed(page) == ["Spielplatz", "Kurse am Abend", "Sprachpaten"]
    priorities.close(evening.workshop, by=evening.cast.murat)
    page = murat.get(here)
    assert "5 Personen haben Punkte vergeben. Gezeigt werden nur Summen" in pages.text(page)
    assert table(page)[:8] == [
        *("Vorschlag", "Punkte"),
        *("Sprachpaten", "22", "Kurse am Abend", "1", "Spielplatz", "0"),
    ]
    assert page.content.decode().count('<rect class="chart__bar"') == 3


def test_an_open_page_asks_for_the_result_again_and_a_closed_one_does_not(
    murat: Client, evening: Evening, here: str
) -> None:
    assert murat.get(f"{here}result/").status_code == 302
    evening.open_()
    assert f'hx-get="{here}result/?seen=0"' in murat.get(here).content.decode()
    assert murat.get(f"{here}result/?seen=0").status_code == 204
    part = murat.get(f"{here}result/").content.decode()
    assert part.startswith('<div id="result"')
    assert "hx-get" in part
    priorities.close(evening.workshop, by=evening.cast.murat)
    assert "hx-get" not in murat.get(f"{here}result/").content.decode()


def test_hands_are_typed_in_and_a_colleagues_number_is_not_overwritten_unseen(
    murat: Client, evening: Evening, here: str
) -> None:
    evening.open_()
    courses, mentors = evening.option(evening.courses).pk, evening.option(evening.mentors).pk
    form = {f"hands-{courses}": "7", f"seen-{courses}": "", f"hands-{mentors}": "", f"seen-{mentors}": ""}
    assert after(murat, f"{here}hands/", **form) == ["1 Zahl gespeichert."]
    colleague = signed_in(evening.cast.sabine)
    answer = colleague.post(f"{here}hands/", {**form, f"hands-{courses}": "9", f"hands-{mentors}": "2"})
    assert pages.errors(answer) == [
        "Inzwischen hat jemand anderes Handzeichen eingetragen. Bitte vergleichen und neu speichern.",
        "Kurse am Abend – Dort steht jetzt: 7",
    ]
    # Both numbers are still there; whoever saves again has seen the other one.
    content = answer.content.decode()
    assert f'name="hands-{courses}" value="9"' in content
    assert f'name="hands-{mentors}" value="2"' in content
    assert pages.hidden(answer, f"seen-{courses}") == ["7"]
    seen = {**form, f"hands-{courses}": "9", f"seen-{courses}": "7", f"hands-{mentors}": "2"}
    assert after(colleague, f"{here}hands/", **seen) == ["2 Zahlen gespeichert."]
    assert [hands for _title, _points, hands in evening.kept()] == [None, 9, 2]
    answer = murat.post(f"{here}hands/", {**form, f"hands-{courses}": "-3"})
    assert pages.errors(answer) == ["Kurse am Abend – Dieser Wert muss größer oder gleich 0 sein."]


def test_it_is_closed_and_opened_again_and_new_proposals_are_taken_up(
    murat: Client, evening: Evening, here: str
) -> None:
    evening.open_()
    builders.a_proposal(evening.courses.item, title="Lesekreis")
    assert "Seit der Eröffnung vorgeschlagen: Lesekreis" in pages.text(murat.get(here))
    assert after(murat, f"{here}take-up/") == ["Die neuen Vorschläge stehen jetzt mit zur Wahl."]
    assert after(murat, f"{here}close/") == ["Die Gewichtung ist beendet."]
    assert after(murat, f"{here}close/") == ["Die Gewichtung ist schon beendet."]
    answer = murat.post(f"{here}reopen/", {"closes_at": "2020-01-01T10:00"})
    assert pages.errors(answer) == ["Von selbst beendet am – Das Ende muss in der Zukunft liegen."]
    tomorrow = (timezone.now() + datetime.timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    assert after(murat, f"{here}reopen/", closes_at=tomorrow) == ["Die Gewichtung läuft wieder."]


def test_after_the_publication_the_page_only_shows_the_result(
    murat: Client, evening: Evening, here: str
) -> None:
    evening.open_()
    evening.somebody(mentors=5)
    evening.publish()
    text = pages.text(murat.get(here))
    assert "Das Ergebnis steht seit der Veröffentlichung des Protokolls fest:" in text
    assert "Weniger als 5 Personen haben Punkte vergeben." in text
    assert "<form" not in murat.get(here).content.decode().split("<main")[1]


def test_who_publishes_is_told_that_the_weighing_ends_with_it(murat: Client, evening: Evening) -> None:
    minutes.submit(evening.workshop, by=evening.cast.murat)
    path = f"/moderation/{evening.workshop.pk}/minutes/publish/"
    sentence = "Damit steht auch das Ergebnis der Gewichtung fest."
    assert sentence not in pages.text(murat.get(path))
    evening.open_()
    assert sentence in pages.text(murat.get(path))


def test_what_was_weighed_is_not_withdrawn_and_the_page_says_why(murat: Client, evening: Evening) -> None:
    evening.open_()
    evening.give(evening.amina, courses=1)
    path = f"/moderation/{evening.workshop.pk}/proposals/{evening.courses.pk}/withdraw/"
    (told,) = after(murat, path)
    assert told.startswith("Teilnehmende haben diesen Vorschlag schon gewichtet.")
    assert ProposedMeasure.objects.filter(pk=evening.courses.pk).exists()


@pytest.mark.parametrize("more", [1, 3])
def test_the_page_asks_the_database_the_same_however_long_the_list_is(
    murat: Client, evening: Evening, here: str, more: int, django_assert_num_queries: object
) -> None:
    for number in range(more):
        builders.a_proposal(evening.courses.item, title=f"Noch einer {number}")
    evening.open_()
    evening.somebody(courses=1)
    with django_assert_num_queries(13):  # type: ignore[operator]
        murat.get(here)
