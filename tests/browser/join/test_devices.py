"""Microphone, camera and sound are tried out where they are: in the browser."""

from typing import TYPE_CHECKING

import pytest

from tests.browser.looking import findings, look_at

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]


def test_microphone_camera_and_sound_are_tried_out_and_let_go(page: "Page", join: str) -> None:
    page.context.grant_permissions(["camera", "microphone"])
    look_at(page, join)
    page.get_by_role("button", name="Kamera").press("Enter")
    page.get_by_text("So sieht man Sie.").wait_for()
    assert page.evaluate("() => document.querySelector('video[data-picture]').srcObject.active")
    stream = page.evaluate_handle("() => document.querySelector('video[data-picture]').srcObject")
    page.get_by_role("button", name="Mikrofon").press("Enter")
    page.get_by_text("Bewegt sich der Balken").wait_for()
    # The camera's light goes out as soon as something else is tried.
    assert not stream.evaluate("each => each.active")
    page.wait_for_function("() => document.querySelector('meter[data-level]').value > 0")
    page.get_by_role("button", name="Mikrofon").press("Enter")
    assert not page.locator("meter[data-level]").is_visible()
    page.get_by_role("button", name="Ton abspielen").press("Enter")
    page.get_by_text("Haben Sie den Ton gehört?").wait_for()


# What a browser answers for the reasons that a test can't bring about.
REFUSING = "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', '{}'))"
OLD = "Object.defineProperty(navigator, 'mediaDevices', {value: undefined})"


def test_a_browser_that_may_not_is_told_what_to_do(page: "Page", join: str) -> None:
    look_at(page, join)
    page.get_by_role("button", name="Kamera").click()
    page.get_by_text("Der Browser darf das Gerät nicht benutzen.").wait_for()
    assert page.get_by_role("button", name="Kamera").get_attribute("aria-pressed") == "false"
    assert findings(page) == []


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("NotFoundError", "Kein solches Gerät gefunden."),
        ("NotReadableError", "Ein anderes Programm benutzt das Gerät gerade."),
        ("SecurityError", "Dieser Browser kann das nicht ausprobieren."),
    ],
)
def test_each_failure_has_its_sentence(page: "Page", join: str, name: str, sentence: str) -> None:
    page.add_init_script(REFUSING.format(name))
    look_at(page, join)
    page.get_by_role("button", name="Mikrofon").click()
    page.get_by_text(sentence).wait_for()
    assert page.locator("[data-say]:visible").count() == 1


def test_an_old_browser_or_one_without_tls_still_plays_the_tone(page: "Page", join: str) -> None:
    page.add_init_script(OLD)
    look_at(page, join)
    page.get_by_text("Dieser Browser kann das nicht ausprobieren.").wait_for()
    enabled = [page.get_by_role("button", name=name).is_enabled() for name in ("Mikrofon", "Kamera")]
    assert enabled == [False, False]
    page.get_by_role("button", name="Ton abspielen").click()
    page.get_by_text("Haben Sie den Ton gehört?").wait_for()


def test_whoever_presses_twice_while_the_browser_asks_leaves_no_camera_on(page: "Page", join: str) -> None:
    page.context.grant_permissions(["camera", "microphone"])
    page.add_init_script("""
        const asked = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices)
        window.given = []
        navigator.mediaDevices.getUserMedia = async (wanted) => {
            await new Promise(done => setTimeout(done, 300))
            const stream = await asked(wanted)
            window.given.push(stream)
            return stream
        }
    """)
    look_at(page, join)
    page.get_by_role("button", name="Kamera").click()
    page.get_by_role("button", name="Mikrofon").click()
    page.get_by_text("Bewegt sich der Balken").wait_for()
    page.wait_for_function("() => window.given.length === 2")
    on = page.evaluate("() => window.given.filter(s => s.active).map(s => s.getTracks()[0].kind)")
    assert on == ["audio"]
    assert not page.locator("video[data-picture]").is_visible()


def test_a_device_that_is_unplugged_is_said(page: "Page", join: str) -> None:
    page.context.grant_permissions(["camera"])
    look_at(page, join)
    page.get_by_role("button", name="Kamera").click()
    page.get_by_text("So sieht man Sie.").wait_for()
    page.evaluate(
        "() => document.querySelector('video').srcObject.getTracks()[0].dispatchEvent(new Event('ended'))"
    )
    page.get_by_text("Kein solches Gerät gefunden.").wait_for()
