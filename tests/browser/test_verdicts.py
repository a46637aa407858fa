"""What the verdicts say is still so; and a doubt that nobody has judged is a finding."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.looking import barriers
from tests.browser.verdicts import VERDICTS
from workshops.colours import LEAST_CONTRAST, contrast

if TYPE_CHECKING:
    from playwright.sync_api import Page

STYLES = Path(__file__).parents[2] / "config" / "static" / "css"
STATEMENT = Path(__file__).parents[2] / "docs" / "accessibility.md"


def colours(block: str) -> dict[str, str]:
    found = re.findall(r"--([\w-]+): (#[0-9a-f]{3}(?:[0-9a-f]{3})?);", block)
    return {name: value if len(value) == 7 else "#" + "".join(2 * each for each in value[1:])
            for name, value in found}  # fmt: skip


def test_words_whose_ground_axe_cannot_tell_can_be_read_on_every_ground_there_is() -> None:
    light, dark = ((STYLES / name).read_text().split("}")[0] for name in ("site.css", "dark.css"))
    faint = [
        f"{ground} under {words}: {contrast(tones[words], tones[ground]):.1f}"
        for tones in (colours(light), colours(light) | colours(dark))
        for words in ("text", "quiet")
        for ground in ("bg", "surface", "tint", "tint-2")
        if contrast(tones[words], tones[ground]) < LEAST_CONTRAST
    ]
    assert faint == []


def test_every_verdict_is_written_down_for_people() -> None:
    text = STATEMENT.read_text()
    assert [verdict.places for verdict in VERDICTS if f"`{verdict.places}`" not in text] == []


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
@pytest.mark.django_db(transaction=True)
def test_a_doubt_without_a_verdict_is_a_finding(page: "Page") -> None:
    page.set_content(
        "<html lang='de'><title>x</title><main><h1>x</h1><div style='background:linear-gradient(#000,#fff)'>"
        "<p>Auf einem Verlauf</p></div><p class='timeline__title'>Gut</p></main></html>"
    )
    (found,) = barriers(page)
    assert "undecided: color-contrast (bgGradient)" in found
