"""How long suggestions for a process's proposals take, against comparing every pair letter by letter.

Run it from the repository's root: python -m tests.benchmarks.similarity [proposals]. Prints one ratio; both
are measured in this run, one after the other. The baseline is difflib over all pairs of titles.
"""

import difflib
import random
import sys
import time
from itertools import combinations

from workshops.similarity import Text, suggest
from workshops.similarity.concepts import vocabulary

_WHERE = (
    "in der Kernstadt",
    "am Abend",
    "für Frauen",
    "mit Kinderbetreuung",
    "im Stadtteil",
    "für Familien",
    "",
)
_MORE = ("einrichten", "ausbauen", "gemeinsam planen", "besser bekannt machen", "mit Vereinen", "vor Ort")
# What people name that no list of concepts has: streets, clubs, names.
_OWN = ("ba", "ro", "li", "ken", "stet", "mar", "ful", "gon", "wis", "tal")


def proposals(count: int, *, seed: int = 1) -> list[Text]:
    chance = random.Random(seed)
    names = vocabulary().names

    def title() -> str:
        own = "".join(chance.choices(_OWN, k=4)).title()
        one, other = chance.choices(names, k=2)
        return f"{one} und {other} {own} {chance.choice(_WHERE)} {chance.choice(_MORE)}"

    return [Text(key, title(), f"{title()}. {title()}.", "de") for key in range(count)]


def naive(texts: list[Text]) -> int:
    return sum(
        difflib.SequenceMatcher(None, one.title, other.title).ratio() > 0.6
        for one, other in combinations(texts, 2)
    )


def main() -> None:
    texts = proposals(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
    # What is read once in a process's life isn't measured.
    suggest(texts[:2])
    began = time.perf_counter()
    found = suggest(texts)
    ours = time.perf_counter() - began
    began = time.perf_counter()
    pairs = naive(texts)
    baseline = time.perf_counter() - began
    print(f"{len(texts)} proposals: {len(found)} suggested in {ours:.2f} s")
    print(f"every pair by difflib: {pairs} pairs in {baseline:.2f} s, {baseline / ours:.1f} times as long")


if __name__ == "__main__":
    main()
