"""Words that are written alike: a letter too many, too few, another one, or two that changed places."""

from collections import defaultdict
from collections.abc import Iterable

# Shorter words are other words when one letter differs: "Bus", "Bug".
SHORTEST = 5
# From so many letters on two may differ.
LONG = 9
# Of a longer word what could be left out is too much to try: 60 letters without two are 1,770 words.
LONGEST = 20


def alike(one: str, other: str) -> bool:
    """Not the same, and at most one step apart, two in a long word. The first letter is rarely mistyped."""
    shorter = min(len(one), len(other))
    if one == other or shorter < SHORTEST or max(len(one), len(other)) > LONGEST or one[0] != other[0]:
        return False
    return _distance(one, other, 2 if shorter >= LONG else 1) is not None


def neighbours(words: Iterable[str]) -> dict[str, set[str]]:
    """Which are alike; only words that become the same by leaving out a letter or two are tried."""
    by_rest: defaultdict[str, list[str]] = defaultdict(list)
    for word in sorted({word for word in words if SHORTEST <= len(word) <= LONGEST}):
        for rest in _rests(word):
            by_rest[rest].append(word)
    found: defaultdict[str, set[str]] = defaultdict(set)
    for same in by_rest.values():
        for place, one in enumerate(same):
            for other in same[place + 1 :]:
                if other not in found[one] and alike(one, other):
                    found[one].add(other)
                    found[other].add(one)
    return dict(found)


def _rests(word: str) -> set[str]:
    """The word, and what is left without one letter, or without two if it is long."""
    once = {word[:at] + word[at + 1 :] for at in range(len(word))}
    if len(word) < LONG:
        return {word} | once
    return {word} | once | {rest[:at] + rest[at + 1 :] for rest in once for at in range(len(rest))}


def _distance(one: str, other: str, most: int) -> int | None:
    """Damerau and Levenshtein's, of adjacent letters; None if it is more than `most`."""
    if abs(len(one) - len(other)) > most:
        return None
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        earlier, before, row = before, row, [i]
        for j, its in enumerate(other, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != its))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == its:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return None
    return row[-1] if row[-1] <= most else None
