"""Pairs of texts that may mean the same, the likeliest first, each with its reasons.

A text is a bag of weighted features: concepts (the same in every language), and stems of words that aren't in
the list of concepts. Two bags are compared like vectors (cosine); what stands in many texts weighs less. Only
texts that share a feature, or have misspelt a word of each other's, are compared at all.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from workshops.similarity import spelling
from workshops.similarity.concepts import found_in, vocabulary
from workshops.similarity.languages import guess
from workshops.similarity.words import stem
from workshops.stemming import fold

# From here on a pair is suggested. Found with tests/workshops/similarity/pairs.py.
LIKELY = 0.46
IN_TITLE = 1.0
IN_DESCRIPTION = 0.35
# A word that no other language could meet tells less against a pair of two languages.
ACROSS_LANGUAGES = 0.35
MISSPELT = 0.85
# Said in most proposals, it tells nothing apart; yet it isn't nothing in a small process.
LEAST_WEIGHT = 0.25
MOST_SUGGESTIONS = 200
# A feature in so many texts brings no pair together by itself.
COMMON = 60
# Of each kind, named in a reason.
MOST_NAMED = 4

# ("concept", its number) or ("word", its stem).
Feature = tuple[str, Hashable]


@dataclass(frozen=True, slots=True)
class Text:
    """`key`: whatever names the text; `language`: "" if nobody said: then it is guessed."""

    key: int
    title: str
    description: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Likeness:
    """`score`: 0 nothing in common … 1 the same. The reasons in words as they stand in the texts."""

    score: float
    same: tuple[str, ...] = ()
    misspelt: tuple[tuple[str, str], ...] = ()
    translated: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    one: int
    other: int
    likeness: Likeness


@dataclass(slots=True)
class _Bag:
    language: str
    weights: dict[Feature, float] = field(default_factory=dict)
    words: dict[Feature, str] = field(default_factory=dict)


def suggest(
    texts: Iterable[Text],
    *,
    most: int = MOST_SUGGESTIONS,
    is_wanted: Callable[[int, int], bool] = lambda one, other: True,
) -> list[Suggestion]:
    """At most `most` pairs, the likeliest first; among equals in the order of the keys.

    `is_wanted`: asked with the keys of a pair, the smaller first; what isn't takes no place among the `most`.
    """
    ordered = sorted(texts, key=lambda text: text.key)
    compared = Comparison(ordered)
    found = []
    for one, other in compared.candidates():
        if not is_wanted(ordered[one].key, ordered[other].key):
            continue
        likeness = compared.likeness(one, other, explained=False)
        if likeness.score >= LIKELY:
            found.append(Suggestion(ordered[one].key, ordered[other].key, likeness))
    found.sort(key=lambda each: (-each.likeness.score, each.one, each.other))
    return found[:most]


class Comparison:
    """Of texts by their place in the sequence."""

    def __init__(self, texts: Sequence[Text]) -> None:
        self._bags = [_bag(text) for text in texts]
        self._in_how_many = Counter(feature for bag in self._bags for feature in bag.weights)
        stems = {str(feature[1]) for feature in self._in_how_many if feature[0] == "word"}
        self._known: dict[tuple[int, bool], tuple[dict[Feature, float], float]] = {}
        self._neighbours = spelling.neighbours(stems)
        # Most words of most texts are written like no other: nothing to look for in each pair.
        self._slips = [
            [
                (feature, [("word", near) for near in sorted(self._neighbours[str(feature[1])])])
                for feature in bag.weights
                if feature[0] == "word" and feature[1] in self._neighbours
            ]
            for bag in self._bags
        ]

    def candidates(self) -> list[tuple[int, int]]:
        """Pairs that share a feature or a misspelt one, each once."""
        where: defaultdict[Feature, list[int]] = defaultdict(list)
        for place, bag in enumerate(self._bags):
            for feature in bag.weights:
                where[feature].append(place)
        pairs: set[tuple[int, int]] = set()
        for places in where.values():
            if len(places) <= COMMON:
                pairs.update(combinations(places, 2))
        for word, others in self._neighbours.items():
            for other in others:
                if word < other:
                    pairs.update(
                        (min(one, two), max(one, two))
                        for one in where["word", word][:COMMON]
                        for two in where["word", other][:COMMON]
                        if one != two
                    )
        return sorted(pairs)

    def likeness(self, one: int, other: int, *, explained: bool = True) -> Likeness:
        """Without reasons below `LIKELY` unless it shall be `explained`: most pairs aren't alike."""
        mine, theirs = self._bags[one], self._bags[other]
        across = mine.language != theirs.language
        (my_weights, my_length), (their_weights, their_length) = (
            self._weighed(place, across) for place in (one, other)
        )
        shared = mine.weights.keys() & theirs.weights.keys()
        common = sum(my_weights[feature] * their_weights[feature] for feature in shared)
        misspelt = []
        for feature, its in self._misspelt(self._slips[one], theirs, shared):
            common += MISSPELT * my_weights[feature] * their_weights[its]
            misspelt.append((mine.words[feature], theirs.words[its]))
        lengths = my_length * their_length
        score = min(common / lengths, 1.0) if lengths else 0.0
        if score < LIKELY and not explained:
            return Likeness(score)
        return self._explained(score, mine, theirs, shared, misspelt)

    def _weighed(self, place: int, across: bool) -> tuple[dict[Feature, float], float]:
        """A bag's weights, and its length as a vector."""
        known = self._known.get((place, across))
        if known is not None:
            return known
        total = math.log(len(self._bags) + 10)
        weights = {
            feature: weight
            * max(1.0 - math.log(self._in_how_many[feature]) / total, LEAST_WEIGHT)
            * (ACROSS_LANGUAGES if across and feature[0] == "word" else 1.0)
            for feature, weight in self._bags[place].weights.items()
        }
        known = weights, math.sqrt(sum(weight**2 for weight in weights.values()))
        self._known[place, across] = known
        return known

    def _misspelt(
        self,
        slips: Sequence[tuple[Feature, Sequence[Feature]]],
        theirs: _Bag,
        shared: Iterable[Feature],
    ) -> list[tuple[Feature, Feature]]:
        found: list[tuple[Feature, Feature]] = []
        if not slips:
            return found
        taken = set(shared)
        for feature, near in slips:
            if feature in taken:
                continue
            for its in near:
                if its in theirs.weights and its not in taken:
                    taken.add(its)
                    found.append((feature, its))
                    break
        return found

    def _explained(
        self,
        score: float,
        mine: _Bag,
        theirs: _Bag,
        shared: Iterable[Feature],
        misspelt: list[tuple[str, str]],
    ) -> Likeness:
        """The heaviest first; a concept that both say in other words is named with both."""
        names = vocabulary().names
        heaviest = sorted(shared, key=lambda each: (-mine.weights[each] - theirs.weights[each], str(each)))
        same, translated = [], []
        for feature in heaviest:
            words = (mine.words[feature], theirs.words[feature])
            if mine.language == theirs.language and _is_a_slip(*words, mine.language):
                misspelt.append(words)
                continue
            if feature[0] == "word" or mine.language == theirs.language:
                same.append(names[int(str(feature[1]))] if feature[0] == "concept" else mine.words[feature])
            else:
                translated.append((mine.words[feature], theirs.words[feature]))
        return Likeness(
            score,
            tuple(dict.fromkeys(same))[:MOST_NAMED],
            tuple(misspelt)[:MOST_NAMED],
            tuple(translated)[:MOST_NAMED],
        )


def _is_a_slip(one: str, other: str, language: str) -> bool:
    """Written alike, yet not forms of one word."""
    folded = fold(one), fold(other)
    if not spelling.alike(*folded) or stem(one, language) == stem(other, language):
        return False
    return not (folded[0].startswith(folded[1]) or folded[1].startswith(folded[0]))


def _bag(text: Text) -> _Bag:
    bag = _Bag(text.language or guess(f"{text.title} {text.description}"))
    for words, weight in ((text.title, IN_TITLE), (text.description, IN_DESCRIPTION)):
        for each in found_in(words, bag.language):
            feature: Feature = ("word", each.stem) if each.concept is None else ("concept", each.concept)
            bag.weights[feature] = max(bag.weights.get(feature, 0.0), weight)
            bag.words.setdefault(feature, each.words)
    return bag
