"""Staff through HTTP: decide proposals, see which minutes are missing."""

import datetime
import re

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tests import builders, cast, pages
from workshops.models import Goal, Measure, Minutes, ProposedMeasure, Workshop, localised

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


@pytest.fixture
def workshop(people: cast.Cast) -> Workshop:
    return builders.a_workshop(builders.a_series(people.fields[0]), starts_at=timezone.now() - 20 * DAY)


@pytest.fixture
def proposal(workshop: Workshop) -> ProposedMeasure:
    return builders.a_proposal(builders.an_agenda_item(workshop), title="Kurse am Abend")


@pytest.fixture
def goal(people: cast.Cast) -> Goal:
    return builders.a_goal(builders.a_guideline(people.fields[0]))


@pytest.fixture
def sabine(client: Client, people: cast.Cast) -> Client:
    client.force_login(people.sabine)
    return client


ROOT = "/staff/integrationsplan/"


def listed(client: Client, query: str = "") -> list[str]:
    content = client.get(f"{ROOT}measures/{query}").content.decode()
    return re.findall(r"<a href=\"[^\"]*/measures/\d+/\"><strong><bdi[^>]*>(.*?)</bdi></strong>", content)


@pytest.mark.parametrize("rest", ["measures/", "measures/{pk}/", "plan/", "minutes/"])
def test_results_are_for_staff_only(
    client: Client, people: cast.Cast, proposal: ProposedMeasure, rest: str
) -> None:
    address = ROOT + rest.format(pk=proposal.pk)
    assert client.get(address).headers["Location"] == f"/accounts/login/?next={address}"
    statuses = []
    for user in (people.stranger, people.murat, people.sabine):
        client.force_login(user)
        statuses.append(client.get(address).status_code)
    assert statuses == [403, 403, 200]


def test_the_list_shows_what_awaits_a_decision_and_filters(
    sabine: Client, people: cast.Cast, proposal: ProposedMeasure
) -> None:
    other_workshop = builders.a_workshop(builders.a_series(people.fields[1]))
    other = builders.a_proposal(builders.an_agenda_item(other_workshop), title="Praktikum")
    builders.a_proposal(
        other.item,
        title="Jobbörse",
        status="declined",
        decided_at=timezone.now(),
        decided_by=people.sabine,
        decision_reason="Gibt es.",
    )
    builders.a_proposal(title="Anderer Prozess")
    assert listed(sabine) == ["Kurse am Abend", "Praktikum"]
    assert listed(sabine, "?status=&field=") == ["Kurse am Abend", "Praktikum", "Jobbörse"]
    assert listed(sabine, "?status=declined") == ["Jobbörse"]
    assert listed(sabine, "?status=proposed&field=ausbildung-und-arbeit") == ["Praktikum"]
    assert sabine.get(f"{ROOT}measures/?status=unsinn&page=x").status_code == 200


def test_adopting_puts_the_measure_on_the_public_page(
    sabine: Client, people: cast.Cast, proposal: ProposedMeasure, goal: Goal
) -> None:
    response = sabine.post(
        f"{ROOT}measures/{proposal.pk}/",
        {
            "decision": "adopt",
            "adopt-goal": goal.pk,
            "adopt-title_de": "Abendkurse",
            "adopt-title_en": "Evening courses",
            "adopt-responsible": "VHS",
            "adopt-reason": "Oft gewünscht",
        },
        follow=True,
    )
    assert pages.messages(response) == ["„Kurse am Abend“ ist jetzt eine Maßnahme."]
    measure = Measure.objects.get()
    assert (measure.goal, measure.title, measure.responsible, measure.adopted_by) == (
        goal,
        {"de": "Abendkurse", "en": "Evening courses"},
        "VHS",
        people.sabine,
    )
    public = pages.text(Client().get(f"/integrationsplan/{people.fields[0].slug}/"))
    assert "Abendkurse" in public
    assert "Zuständig: VHS" in public
    # Also a workshop whose proposal went into it is named as its origin.
    assert public.count("aus dem 1. Workshop") == 1
    elsewhere = builders.a_workshop(builders.a_series(people.fields[1]))
    other = builders.a_proposal(builders.an_agenda_item(elsewhere))
    sabine.post(f"{ROOT}measures/{other.pk}/", {"decision": "merge", "merge-into": proposal.pk})
    public = pages.text(Client().get(f"/integrationsplan/{people.fields[0].slug}/"))
    assert "aus dem 1. Workshop „Ausbildung und Arbeit“" in public
    assert "Abendkurse" not in pages.text(Client().get(f"/integrationsplan/{people.fields[1].slug}/"))


def test_a_decision_page_says_what_is_missing(sabine: Client, proposal: ProposedMeasure, goal: Goal) -> None:
    address = f"{ROOT}measures/{proposal.pk}/"
    said = {
        chosen: len(pages.errors(sabine.post(address, {"decision": chosen})))
        for chosen in ("adopt", "decline", "merge")
    }
    assert said == {"adopt": 2, "decline": 1, "merge": 1}
    proposal.refresh_from_db()
    assert proposal.status == "proposed"


def test_declining_and_merging_are_kept_and_shown(
    sabine: Client, people: cast.Cast, proposal: ProposedMeasure
) -> None:
    declined, merged = (builders.a_proposal(proposal.item) for _each in range(2))
    reason = "Macht das Land schon."
    sabine.post(f"{ROOT}measures/{declined.pk}/", {"decision": "decline", "decline-reason": reason})
    sabine.post(f"{ROOT}measures/{merged.pk}/", {"decision": "merge", "merge-into": proposal.pk})
    declined.refresh_from_db()
    merged.refresh_from_db()
    assert (declined.status, declined.decision_reason, declined.decided_by) == (
        "declined",
        reason,
        people.sabine,
    )
    assert (merged.status, merged.merged_into) == ("merged", proposal)
    assert reason in pages.text(sabine.get(f"{ROOT}measures/{declined.pk}/"))
    assert str(merged) in pages.text(sabine.get(f"{ROOT}measures/{proposal.pk}/"))
    # Nobody merges into what is settled, or into itself.
    offered = sabine.get(f"{ROOT}measures/{proposal.pk}/").content.decode()
    assert f'<option value="{declined.pk}">' not in offered
    again = sabine.post(f"{ROOT}measures/{declined.pk}/", {"decision": "decline", "decline-reason": "x"})
    assert "Jemand anderes hat inzwischen entschieden." in pages.text(again)


def test_a_proposal_of_another_process_is_not_found(sabine: Client) -> None:
    foreign = builders.a_proposal()
    assert sabine.get(f"{ROOT}measures/{foreign.pk}/").status_code == 404


# --- missing minutes ------------------------------------------------------------------------------


def test_minutes_are_listed_by_how_far_they_are(sabine: Client, people: cast.Cast) -> None:
    series = builders.a_series(people.fields[0])

    def past(days: int, number: int, title: str) -> Workshop:
        return builders.a_workshop(
            series, number=number, title=localised(title), starts_at=timezone.now() - days * DAY
        )

    past(20, 1, "Lange her")
    builders.an_agenda_item(past(10, 2, "Geschrieben"), text="Text")
    past(2, 3, "Eben erst")
    Minutes.objects.create(
        workshop=past(30, 4, "Fertig"),
        status=Minutes.Status.PUBLISHED,
        published_at=timezone.now(),
        published_by=people.sabine,
    )
    builders.a_workshop(series, number=5, title=localised("Kommt noch"))
    shown = pages.lines(sabine.get(f"{ROOT}minutes/"))
    heads = ("Überfällig", "In Arbeit", "Veröffentlicht")
    names = ("Lange her", "Geschrieben", "Eben erst", "Fertig", "Kommt noch")
    assert [line for line in shown if line in heads + names] == [
        "Überfällig",
        "Lange her",
        "Geschrieben",
        "In Arbeit",
        "Eben erst",
        "Veröffentlicht",
        "Fertig",
    ]


# --- query counts ---------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_lists_cost_the_same_for_many(
    sabine: Client,
    people: cast.Cast,
    workshop: Workshop,
    django_assert_num_queries: DjangoAssertNumQueries,
    count: int,
) -> None:
    item = builders.an_agenda_item(workshop)
    for number in range(2, 2 + count):
        builders.a_proposal(item)
        builders.a_workshop(workshop.series, number=number, starts_at=timezone.now() - 20 * DAY)
        guideline = builders.a_guideline(people.fields[0])
        for _goal in range(count):
            goal = builders.a_goal(guideline)
            for _measure in range(count):
                measure = builders.a_measure(goal, adopted_by=people.sabine)
                builders.a_proposal(
                    item,
                    status="adopted",
                    measure=measure,
                    decided_at=timezone.now(),
                    decided_by=people.sabine,
                )
    # Session, person, process; the fields to filter by, how many proposals, those of the page, what went
    # into them, their weights.
    with django_assert_num_queries(8):
        sabine.get(f"{ROOT}measures/")
    # Session, person, process, fields; guidelines, goals, measures, proposals with their survey comments,
    # what went into them.
    with django_assert_num_queries(10):
        sabine.get(f"{ROOT}plan/")
    # Session, person, process; the workshops with their minutes, their moderators.
    with django_assert_num_queries(5):
        sabine.get(f"{ROOT}minutes/")
    proposal = item.proposed_measures.filter(status="proposed").first()
    assert proposal
    # Session, person, process, the proposal; what went into it, its survey comments, its weight, its
    # decisions; whether there are goals, the goals, the proposals it could go into.
    with django_assert_num_queries(11):
        sabine.get(f"{ROOT}measures/{proposal.pk}/")
