"""Two texts side by side, word by word."""

import difflib
import re
from dataclasses import dataclass

SAME, REMOVED, ADDED = "same", "removed", "added"

# Words of any script, the space between them, and each sign by itself.
_TOKENS = re.compile(r"\s+|\w+|[^\w\s]")
# Comparing takes time by the square: longer texts are compared line by line, and far longer ones not at all.
_MOST_WORDS = 3000
_MOST_LINES = 3000


@dataclass(frozen=True, slots=True)
class Piece:
    """`kind`: same, removed or added."""

    kind: str
    text: str


def pieces_of(before: str, after: str) -> list[Piece]:
    """Pieces in reading order: same and removed make up `before`, same and added make up `after`."""
    old, new = _TOKENS.findall(before), _TOKENS.findall(after)
    if max(len(old), len(new)) > _MOST_WORDS:
        old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    if max(len(old), len(new)) > _MOST_LINES:
        old, new = [before], [after]
    pieces: list[Piece] = []
    for action, i, j, k, m in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if action == "equal":
            _append(pieces, SAME, "".join(old[i:j]))
        else:
            _append(pieces, REMOVED, "".join(old[i:j]))
            _append(pieces, ADDED, "".join(new[k:m]))
    return _with_whole_words(pieces)


def _append(pieces: list[Piece], kind: str, text: str) -> None:
    if text:
        pieces.append(Piece(kind, text))


def _with_whole_words(pieces: list[Piece]) -> list[Piece]:
    """A space alone between two changed words belongs to both: "old old" → "new new" reads as two pieces."""
    found: list[Piece] = []
    removed = added = ""
    for index, piece in enumerate(pieces):
        is_gap = piece.kind == SAME and piece.text.isspace() and 0 < index < len(pieces) - 1
        if piece.kind == REMOVED:
            removed += piece.text
        elif piece.kind == ADDED:
            added += piece.text
        elif is_gap and removed and added:
            removed += piece.text
            added += piece.text
        else:
            _append(found, REMOVED, removed)
            _append(found, ADDED, added)
            removed = added = ""
            found.append(piece)
    _append(found, REMOVED, removed)
    _append(found, ADDED, added)
    return found
