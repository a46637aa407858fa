"""RFC 8058: opening the page changes nothing, one POST without a cookie ends invitations."""

from collections.abc import Callable

import pytest
from django.test import Client

from notifications.models import Kind
from tests.notifications.conftest import NOW, Stage
from tests.smtp_sink import Received
from workshops import links
from workshops.models import PersonalLink


@pytest.fixture
def address(stage: Stage, delivered: Callable[[], list[Received]]) -> str:
    """As it stands in the header of an invitation."""
    campaign = stage.campaign(status="launched", launched_at=NOW, launched_by=stage.cast.sabine)
    stage.delivery(Kind.INVITATION, campaign=campaign, participant=stage.cast.amina)
    (mail,) = delivered()
    return str(mail.message["List-Unsubscribe"]).strip("<>").removeprefix("http://testserver")


def objected(stage: Stage) -> bool:
    stage.cast.amina.refresh_from_db()
    return stage.cast.amina.invitation_objected_at is not None


def test_a_mail_scanner_that_opens_the_link_changes_nothing(stage: Stage, address: str) -> None:
    responses = [Client().get(address), Client().head(address)]

    assert [response.status_code for response in responses] == [200, 200]
    assert not objected(stage)


def test_its_address_goes_to_no_log_and_no_search_engine(stage: Stage, address: str) -> None:
    """Neither does one that opens nothing: it may be another link's, pasted in the wrong place."""
    for page in (Client().get(address), Client().get(f"{address.rstrip('/')[:-1]}/")):
        said = [page.headers[name] for name in ("Referrer-Policy", "X-Robots-Tag")]
        assert said == ["no-referrer", "noindex, nofollow"]
        assert "no-store" in page.headers["Cache-Control"]


def test_the_mail_programs_own_button_works_without_cookie_or_page(stage: Stage, address: str) -> None:
    client = Client(enforce_csrf_checks=True)

    response = client.post(address, {"List-Unsubscribe": "One-Click"})

    assert response.status_code == 200
    assert objected(stage)
    assert response.cookies == {}


def test_the_button_on_the_page_works_and_twice_is_once(stage: Stage, address: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.post(address)
    stage.cast.amina.refresh_from_db()
    first = stage.cast.amina.invitation_objected_at

    client.post(address)

    stage.cast.amina.refresh_from_db()
    assert stage.cast.amina.invitation_objected_at == first is not None


def test_another_links_token_unsubscribes_nobody(stage: Stage) -> None:
    token = links.token_of(links.make(stage.cast.amina, PersonalLink.Scope.MANAGE))

    response = Client().post(f"/unsubscribe/{token}/")

    assert response.status_code == 404
    assert not objected(stage)
