"""The same question gives the same rows on SQLite and on PostgreSQL, and only what the reader may see."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.utils import timezone

from tests import builders, cast
from tests.servers import Database
from workshops import search
from workshops.models import AgendaItem, Measure, Minutes, Workshop, localised
from workshops.operations import minutes

TITLES = [
    "Sprachkurse am Abend",
    "Kinderbetreuung",
    "Straße vor der Schule",
    "100 % Prozent_zeichen",
    "Back\\slash",
    "دورات اللغة",
]
LIGATURES = "\ufdfa" * 200
QUESTIONS = [
    "Sprachkurs",
    "betreuung",
    "STRASSEN",
    "schule strasse",
    "100",
    "prozent",
    "slash",
    "اللغة",
    "'; --",
    # Each sign folds to eighteen letters: PostgreSQL refuses words of that length.
    LIGATURES,
]


def answers() -> dict[str, list[str]]:
    workshop = builders.a_workshop()
    for title in TITLES:
        builders.an_agenda_item(workshop, title=title, text=f"Text {LIGATURES[:50]}")
    return {
        question: [
            item.title for item in search.matching(AgendaItem.objects.order_by("pk"), search.terms(question))
        ]
        for question in QUESTIONS
    }


EXPECTED = {
    "Sprachkurs": [TITLES[0]],
    "betreuung": [TITLES[1]],
    "STRASSEN": [TITLES[2]],
    "schule strasse": [TITLES[2]],
    "100": [TITLES[3]],
    "prozent": [TITLES[3]],
    "slash": [TITLES[4]],
    "اللغة": [TITLES[5]],
    "'; --": [],
    LIGATURES: TITLES,
}


@pytest.mark.django_db
def test_what_is_found_on_sqlite() -> None:
    assert connection.vendor == "sqlite"
    assert answers() == EXPECTED


@pytest.mark.postgres
def test_the_same_is_found_on_postgresql(postgres: Database) -> None:
    assert connection.vendor == "postgresql"
    assert answers() == EXPECTED


@pytest.mark.postgres
def test_postgresql_looks_into_its_index_as_a_page_asks_it(postgres: Database) -> None:
    workshop = builders.a_workshop()
    AgendaItem.objects.bulk_create(
        AgendaItem(workshop=workshop, position=number, title=f"Punkt {number}", text=f"wort{number} " * 5)
        for number in range(1, 20_001)
    )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE workshops_agendaitem")
    rows = AgendaItem.objects.filter(workshop__series__field__process=workshop.series.field.process)
    for question, positions in (("wort12345", [12345]), ("gibtesnicht", [])):
        found = search.newest(search.matching(rows, search.terms(question)))[:201]
        plan = found.explain()
        assert "Index Scan on workshops_agendaitem_words" in plan, question
        assert "Index Scan on workshops_agendaitem_word_ends" in plan, question
        assert "Backward" not in plan, question
        assert [item.position for item in found] == positions


@pytest.mark.django_db
def test_the_column_follows_the_texts_whoever_saves() -> None:
    people = cast.gather()
    item = builders.an_agenda_item(builders.a_workshop(builders.a_series(people.fields[0])), title="Erstes")

    def found(word: str) -> list[AgendaItem]:
        return list(search.matching(AgendaItem.objects.all(), search.terms(word)))

    assert found("erstes") == [item]
    minutes.save_item(item, text="Über Busse", seen_version=0, by=people.murat)
    assert found("Bus") == [item]
    item.title = "Zweites"
    item.save(update_fields=["title"])
    assert (found("erstes"), found("zweites")) == ([], [item])


# --- through HTTP ---------------------------------------------------------------------------------


@pytest.fixture
def town(people: cast.Cast) -> dict[str, Any]:
    series = builders.a_series(people.fields[0])
    now = timezone.now()
    open_, closed = (builders.a_workshop(series) for _number in range(2))
    closed.moderators.add(people.murat)
    for workshop, text in ((open_, "Alle wollen Radwege."), (closed, "Radwege sind **teuer**.")):
        builders.an_agenda_item(workshop, title="Verkehr", text=text, version=1)
    Minutes.objects.create(workshop=open_, status="published", published_at=now, published_by=people.sabine)
    builders.a_workshop(series, status="draft", title=localised("Radwege geheim"))
    goal = builders.a_goal(builders.a_guideline(people.fields[0]))
    measure = builders.a_measure(goal, title=localised({"de": "Radwege bauen", "en": "Build cycle paths"}))
    other = builders.a_measure(title=localised("Radwege anderswo"))
    return {"open": open_, "closed": closed, "measure": measure, "other": other}


PAGE = "/integrationsplan/search/"


def links(client: Any, question: str, path: str = PAGE) -> list[str]:
    content = client.get(path, {"q": question}).content.decode()
    return re.findall(r'<h3 class="small"><a href="([^"]*)"', content)


@pytest.mark.django_db
def test_citizens_find_what_is_public_staff_and_moderators_also_their_own(
    client: Any, people: cast.Cast, town: dict[str, Any]
) -> None:
    measure, open_, closed = town["measure"], town["open"], town["closed"]
    draft = Workshop.objects.get(status="draft")
    public = [
        f"/integrationsplan/bildung-und-sprache/{open_.number}/minutes/#item-{open_.agenda.get().pk}",
        f"/integrationsplan/measures/#measure-{measure.pk}",
    ]
    inside = f"/moderation/{closed.pk}/items/{closed.agenda.get().pk}/"
    found = {}
    for name, user in (
        ("nobody", AnonymousUser()),
        ("stranger", people.stranger),
        ("moderator", people.murat),
        ("staff", people.sabine),
    ):
        client.logout()
        if user.is_authenticated:
            client.force_login(user)
        found[name] = links(client, "Radweg")
    assert found == {
        "nobody": public,
        "stranger": public,
        "moderator": [inside, *public],
        "staff": [f"/staff/integrationsplan/workshops/{draft.pk}/", inside, *public],
    }


@pytest.mark.django_db
def test_a_hit_shows_the_words_marked_and_nothing_of_a_page_in_it(
    client: Any, people: cast.Cast, town: dict[str, Any]
) -> None:
    Measure.objects.filter(pk=town["measure"].pk).delete()
    hostile = builders.a_measure(
        builders.a_goal(builders.a_guideline(people.fields[0])),
        title=localised("<script>Radweg</script>"),
        description=localised("<b>Radwege</b> & mehr"),
    )
    content = client.get(PAGE, {"q": "radweg <i>"}).content.decode()
    assert f"#measure-{hostile.pk}" not in content  # "i" isn't met
    content = client.get(PAGE, {"q": "radweg"}).content.decode()
    assert "&lt;script&gt;<mark>Radweg</mark>&lt;/script&gt;" in content
    assert "&lt;b&gt;<mark>Radwege</mark>&lt;/b&gt; &amp; mehr" in content


@pytest.mark.django_db
def test_an_excerpt_shows_words_and_no_markup(client: Any, town: dict[str, Any], people: cast.Cast) -> None:
    client.force_login(people.murat)
    content = client.get(PAGE, {"q": "teuer"}).content.decode()
    assert "Radwege sind <mark>teuer</mark>." in content


@pytest.mark.django_db
def test_readers_of_another_language_find_by_both(client: Any, town: dict[str, Any]) -> None:
    english = f"/en/integrationsplan/measures/#measure-{town['measure'].pk}"
    assert links(client, "cycle", "/en/integrationsplan/search/") == [english]
    assert english in links(client, "Radwege", "/en/integrationsplan/search/")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        (
            "",
            "Gesucht wird in Workshops, veröffentlichten Protokollen und im Plan",
        ),
        ("– !", "Bitte wenigstens ein Wort eingeben."),
        ("Schwimmbad", "Zu „Schwimmbad“ haben wir nichts gefunden."),
        ("\x00", "Bitte wenigstens ein Wort eingeben."),
        ("x" * 5000, "haben wir nichts gefunden"),
    ],
)
def test_what_finds_nothing_says_what_to_do(
    client: Any, people: cast.Cast, question: str, sentence: str
) -> None:
    response = client.get(PAGE, {"q": question})
    assert response.status_code == 200
    assert sentence in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_a_search_costs_the_same_for_one_and_three_hits(
    client: Any, town: dict[str, Any], count: int, django_assert_num_queries: Any
) -> None:
    for _number in range(count - 1):
        builders.a_measure(town["measure"].goal, title=localised("Radwege"))
        builders.an_agenda_item(town["open"], title="Radwege", text="x")
    with django_assert_num_queries(9):  # the process; titles of six kinds; the rows of two
        client.get(PAGE, {"q": "Radweg"})


@pytest.mark.django_db
def test_many_hits_are_shown_by_kind_and_the_best_first(client: Any, town: dict[str, Any]) -> None:
    for number in range(12):
        builders.an_agenda_item(town["open"], title=f"Punkt {number}", text="Radwege")
    best = builders.an_agenda_item(town["open"], title="Radwege", text="x")
    content = client.get(PAGE, {"q": "Radwege"}).content.decode()
    assert "?q=Radwege&amp;kind=minutes" in content
    assert len(links(client, "Radwege")) == 11  # ten items of minutes, one measure
    only = client.get(PAGE, {"q": "Radwege", "kind": "minutes"}).content.decode()
    assert only.count('<h3 class="small">') == 14
    assert only.index(f"<mark>{best.title}</mark></a>") < only.index("Punkt 1")
