"""Two people write under one agenda item: what goes together by itself, and what only they can decide.

Nothing here writes. The caller holds the lock on the workshop.
"""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from workshops.errors import Refusal
from workshops.models import AgendaItem


@dataclass(frozen=True, slots=True)
class Attempt:
    """One save by one open editor. Its answer may get lost: the editor then doesn't know what it has saved.

    `editor`: chosen at random when the page was opened; `number` counts its attempts.
    """

    editor: str
    number: int


@dataclass(frozen=True, slots=True)
class Conflict:
    """A part that both changed since they last saw the same."""

    part: str
    mine: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Merged:
    # Each part: as one side wrote it, or, in a conflict, with the lines of both.
    texts: dict[str, str]
    conflicts: list[Conflict]


def merge(
    item: AgendaItem, *, mine: Mapping[str, str], seen: int | Mapping[str, int], attempt: Attempt | None
) -> Merged:
    """Compare each part with what stood there at the version that its writer saw.

    A part that isn't in `mine` was left alone. A version that isn't known any more is no base: then a part
    that differs is a conflict. Refuses with `overtaken` what arrives after a later attempt of its editor.
    """
    _refuse_overtaken(item, attempt)
    texts = {part: getattr(item, part) for part in AgendaItem.PARTS}
    conflicts = []
    bases = _bases(item, mine, seen, attempt)
    for part, words in mine.items():
        theirs, base = texts[part], bases[part]
        # Two people who typed the same have no conflict.
        if words in (theirs, base):
            continue
        if theirs == base:
            texts[part] = words
        else:
            conflicts.append(Conflict(part, mine=words, theirs=theirs))
            texts[part] = union(theirs, words)
    return Merged(texts, conflicts)


def union(theirs: str, mine: str) -> str:
    """A text to begin a merge with: each line of both, those that are the same once."""
    one, other = theirs.split("\n"), mine.split("\n")
    lines: list[str] = []
    for kind, start, end, from_, to in difflib.SequenceMatcher(None, one, other).get_opcodes():
        lines += one[start:end]
        if kind != "equal":
            lines += other[from_:to]
    return "\n".join(lines)


def _refuse_overtaken(item: AgendaItem, attempt: Attempt | None) -> None:
    """A page sends its last words while an earlier save is still under way; the earlier may arrive later."""
    if attempt is None:
        return
    if item.versions.filter(editor=attempt.editor, attempt__gt=attempt.number).exists():
        raise Refusal("overtaken", _("Von hier ist inzwischen ein neuerer Text gespeichert."))


def _bases(
    item: AgendaItem, mine: Mapping[str, str], seen: int | Mapping[str, int], attempt: Attempt | None
) -> dict[str, str | None]:
    """What each part was when its writer last saw it: also what they saved themselves without an answer."""
    versions = {part: seen if isinstance(seen, int) else seen.get(part, 0) for part in mine}
    now_there = {part: getattr(item, part) for part in mine}
    if all(version == item.version for version in versions.values()):
        return now_there
    saved = list(item.versions.filter(version__gte=min(versions.values())).order_by("version"))
    bases: dict[str, str | None] = {}
    for part, seen_version in versions.items():
        if seen_version == item.version:
            bases[part] = now_there[part]
            continue
        # Before the first save there was nothing.
        base = "" if seen_version == 0 else None
        for row in saved:
            words = getattr(row, part)
            if row.version == seen_version:
                base = words
            elif row.version > seen_version and words != base:
                if attempt is None or row.editor != attempt.editor:
                    break
                base = words
        bases[part] = base
    return bases
