"""What axe can't decide by itself, and what a person found when they looked: docs/accessibility.md says how.

A doubt without a verdict is a finding (`looking.barriers`): a new place is looked at, then named here.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from playwright.sync_api import Page


class Verdict(NamedTuple):
    """`rule` and `reason` are axe's (its `messageKey`); `places` a selector that the element must match."""

    rule: str
    reason: str
    places: str
    why_it_is_right: str


VERDICTS = (
    Verdict(
        "color-contrast",
        "pseudoContent",
        ".timeline__title, .timeline__text",
        "The line and the circle of a step stand above or beside its words, never behind them: the ground is "
        "the page's. Measured in test_verdicts.",
    ),
    Verdict(
        "color-contrast",
        "imgNode",
        "svg .chart__label",
        "The labels stand over and beside their bars, on the page's ground, and the table beside the chart "
        "says the same. Measured in test_verdicts.",
    ),
    Verdict(
        "color-contrast",
        "shortTextContent",
        "svg .chart__label",
        "One digit at a bar's end: the same labels, and axe decides the longer ones.",
    ),
    Verdict(
        "color-contrast",
        "nonBmp",
        "[data-step='-1'] > [aria-hidden]",
        "A minus sign has the colour of the plus sign beside it, which axe measures.",
    ),
    Verdict(
        "color-contrast",
        "nonBmp",
        ".menu-button [aria-hidden=true]",
        "Three bars beside the word for menu, in the word's own colour: an ornament that nobody is told of.",
    ),
    Verdict(
        "color-contrast",
        "nonBmp",
        ":is([name=up], [name=down]) > [aria-hidden]",
        "Arrows of buttons that are named in words, in the colour of such words on buttons beside them.",
    ),
    Verdict(
        "frame-tested",
        "frame-tested",
        "iframe[sandbox='']",
        "The preview of a mail, in which no script may run, axe's neither. What stands in it is proven on "
        "the mails themselves (tests/notifications/test_readable_mails.py).",
    ),
    Verdict(
        "color-contrast",
        "elmPartiallyObscured",
        ".table-wrap :is(td, th)",
        "Cells of a wide table, partly outside the box in which it is scrolled; nothing lies on them, their "
        "colours are those of the cells in sight. Measured in test_verdicts.",
    ),
    Verdict(
        "color-contrast",
        "shortTextContent",
        ".table-wrap td.num",
        "One digit in such a cell; axe decides the longer numbers of the same column.",
    ),
    Verdict(
        "video-caption",
        "caption",
        "figure > video",
        "A film in German Sign Language has no sound to caption; its words stand beside it.",
    ),
)


def without_verdict(page: "Page", incomplete: Iterable[Mapping[str, Any]]) -> list[str]:
    """One line for each doubt that nobody has judged."""
    doubts = [
        {
            "rule": result["id"],
            "reasons": _reasons(node),
            "target": node["target"][-1],
            "html": node["html"][:200],
        }
        for result in incomplete
        for node in result["nodes"]
    ]
    judged: list[bool] = page.evaluate(
        """([doubts, verdicts]) => doubts.map(doubt => {
            const place = document.querySelector(doubt.target)
            return Boolean(place) && doubt.reasons.every(reason => verdicts.some(
                ([rule, key, places]) => rule === doubt.rule && key === reason && place.matches(places)))
        })""",
        [doubts, [verdict[:3] for verdict in VERDICTS]],
    )
    return [
        f"{doubt['rule']} ({', '.join(doubt['reasons'])}): {doubt['target']} {doubt['html']}"
        for doubt, is_judged in zip(doubts, judged, strict=True)
        if not is_judged
    ]


def _reasons(node: Mapping[str, Any]) -> list[str]:
    checks = [check for kind in ("any", "all", "none") for check in node[kind]]
    keys = {str((check.get("data") or {}).get("messageKey") or check["id"])
            if isinstance(check.get("data"), dict) else str(check["id"]) for check in checks}  # fmt: skip
    return sorted(keys)
