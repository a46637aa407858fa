"""Campaigns: written, changed, looked at, released."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest

from notifications import campaigns, invitations, launching
from notifications.audiences import Audience
from notifications.campaigns import Words
from notifications.models import Delivery
from tests import builders
from tests.notifications.conftest import NOW, Stage
from tests.smtp_sink import Received
from workshops.errors import Refusal
from workshops.models import LocalisedText, localised

Deliver = Callable[[], list[Received]]


def words(**said: Any) -> Words:
    said.setdefault("name", "Sommer")
    said.setdefault("subject", localised("Betreff"))
    said.setdefault("text", localised("Text"))
    return Words(**said)


def refusal_of(act: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as refused:
        act()
    return refused.value.code


@pytest.mark.parametrize(
    "text",
    ["{0.__class__}", "{name.pk}", "{geheim}", "{", "}", "{{greeting}}", "{ link }", "{workshop}", "{date}"],
)
def test_only_listed_placeholders_are_saved(stage: Stage, text: str) -> None:
    by = stage.cast.sabine
    for said in ({"text": localised(text)}, {"subject": localised(text)}):
        code = refusal_of(lambda: campaigns.create(stage.cast.process, words=words(**said), by=by))  # noqa: B023
        assert code == "unknown_placeholder"


def test_a_workshops_placeholders_need_a_workshop(stage: Stage) -> None:
    said = words(text=localised("{workshop}: {date}"), workshop=stage.workshop)
    made = campaigns.create(stage.cast.process, words=said, by=stage.cast.sabine)

    code = refusal_of(lambda: campaigns.change(made, words=words(text=said.text), by=stage.cast.sabine))

    assert code == "unknown_placeholder"


def test_listed_placeholders_are_known() -> None:
    text = "{greeting} {name} {process} {field} {town} {link} {register_link}"
    assert invitations.unknown_placeholders(text) == []
    assert invitations.unknown_placeholders("{workshop} {date}") == ["workshop", "date"]
    assert invitations.unknown_placeholders("{workshop} {date}", with_workshop=True) == []


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"text": LocalisedText()}, "no_text"),
        ({"text": localised({"de": "Text", "en": "Text"})}, "half_a_language"),
        ({"subject": localised({"de": "Betreff", "en": "Subject"})}, "half_a_language"),
        ({"subject": localised({"en": "S"}), "text": localised({"en": "T"})}, "no_german"),
    ],
)
def test_words_that_lack_something_are_refused(stage: Stage, said: dict[str, Any], code: str) -> None:
    found = refusal_of(
        lambda: campaigns.create(stage.cast.process, words=words(**said), by=stage.cast.sabine)
    )
    assert found == code


def test_an_english_campaign_may_leave_the_others_out(stage: Stage) -> None:
    said = words(subject=localised({"en": "S"}), text=localised({"en": "T"}), fallback="leave_out")
    campaigns.create(stage.cast.process, words=said, by=stage.cast.sabine)


def test_an_audience_of_another_process_is_refused(stage: Stage) -> None:
    elsewhere = builders.a_field()
    workshop = builders.a_workshop()
    for audience in (
        Audience(fields=(elsewhere.pk,)),
        Audience(standing=("waiting",), series=elsewhere.pk),
        Audience(standing=("waiting",), workshop=workshop.pk),
        Audience(lists=(4711,)),
    ):
        code = refusal_of(
            lambda: campaigns.choose_audience(stage.campaign(), audience, by=stage.cast.sabine)  # noqa: B023
        )
        assert code == "bad_audience"


def test_a_launched_campaign_is_not_changed(stage: Stage) -> None:
    campaign, by = stage.campaign(), stage.cast.sabine
    launching.launch(campaign, by=by)

    assert [
        refusal_of(lambda: campaigns.change(campaign, words=words(), by=by)),
        refusal_of(lambda: campaigns.choose_audience(campaign, Audience(), by=by)),
        refusal_of(lambda: campaigns.release(campaign, by=by)),
    ] == ["launched"] * 3


def test_a_test_mail_goes_to_the_writer_alone_in_each_language(stage: Stage, delivered: Deliver) -> None:
    campaign = stage.campaign()
    assert campaigns.send_test(campaign, to=stage.cast.sabine) == 2

    mails = delivered()

    assert [mail.recipients for mail in mails] == [("sabine@hechingen.example",)] * 2
    assert sorted(str(mail.message["Subject"]) for mail in mails) == [
        "Einladung: Integrationsplan Hechingen",
        "Invitation: Integration plan Hechingen",
    ]
    for mail in mails:
        assert mail.message["List-Unsubscribe"] is None
        assert b"/unsubscribe/" not in mail.content
        assert 'href=""' not in str(mail.message.get_body(("html",)))
    assert launching.of_people(campaign).count() == 0


# --- release by a second person -----------------------------------------------------------------------


@pytest.fixture
def strict(stage: Stage) -> Stage:
    stage.cast.process.invitations_need_release = True
    stage.cast.process.save(update_fields=["invitations_need_release"])
    return stage


def test_what_nobody_released_is_not_sent(strict: Stage) -> None:
    campaign, by = strict.campaign(), strict.cast.sabine

    assert refusal_of(lambda: launching.launch(campaign, by=by)) == "not_released"
    tomorrow = NOW + datetime.timedelta(days=1)
    assert refusal_of(lambda: launching.schedule(campaign, moment=tomorrow, by=by)) == "not_released"
    assert not Delivery.objects.exists()


def test_nobody_releases_their_own_words(strict: Stage) -> None:
    assert refusal_of(lambda: campaigns.release(strict.campaign(), by=strict.cast.sabine)) == "own_words"


def test_a_second_person_releases_and_the_first_sends(strict: Stage) -> None:
    campaign = strict.campaign()
    campaigns.release(campaign, by=builders.a_staff_member(), seen=campaigns.edition(campaign))

    assert launching.launch(campaign, by=strict.cast.sabine) == 1


def test_a_change_needs_a_new_release(strict: Stage) -> None:
    campaign, colleague = strict.campaign(), builders.a_staff_member()
    later = NOW + datetime.timedelta(minutes=1)
    changes: list[Callable[[], None]] = [
        lambda: campaigns.change(campaign, words=words(), by=strict.cast.sabine, now=later),
        lambda: campaigns.choose_audience(campaign, Audience(languages=("ar",)), by=strict.cast.sabine),
    ]
    for change in changes:
        campaigns.release(campaign, by=colleague)
        change()
        assert (campaign.released_at, campaign.released_by) == (None, None)
    assert refusal_of(lambda: launching.launch(campaign, by=colleague)) == "not_released"


def test_who_corrects_the_others_words_does_not_release_them(strict: Stage) -> None:
    campaign, colleague = strict.campaign(), builders.a_staff_member()
    campaigns.change(campaign, words=words(), by=colleague)

    assert refusal_of(lambda: campaigns.release(campaign, by=colleague)) == "own_words"
    campaigns.release(campaign, by=strict.cast.sabine)


def test_only_what_was_looked_at_is_released_or_launched(strict: Stage) -> None:
    campaign, colleague = strict.campaign(), builders.a_staff_member()
    seen = campaigns.edition(campaign)
    later = NOW + datetime.timedelta(minutes=1)
    campaigns.change(campaign, words=words(), by=strict.cast.sabine, now=later)

    assert refusal_of(lambda: campaigns.release(campaign, by=colleague, seen=seen)) == "changed_meanwhile"
    campaigns.release(campaign, by=colleague, seen=campaigns.edition(campaign))
    assert refusal_of(lambda: launching.launch(campaign, by=colleague, seen=seen)) == "changed_meanwhile"
