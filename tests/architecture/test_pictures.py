"""Each picture is shown by the README and can be made again."""

import re

from tests.browser.screenshots import FOLDER, shots
from tests.servers import ROOT


def test_the_pictures_that_are_made_are_those_that_are_shown() -> None:
    shown = re.findall(r"!\[[^\]]+\]\(docs/screenshots/([\w-]+)\.png\)", (ROOT / "README.md").read_text())
    made = sorted(shot.name for shot in shots("/integrationsplan/"))
    assert sorted(shown) == made
    assert sorted(file.stem for file in FOLDER.iterdir()) == made
