"""Rooms as rules between literals: exact, with as few new literals as possible.

Where all that overlaps does so at one moment, or all rooms are alike, counting is exact:
so many need at least that many seats, so many rooms have them. Elsewhere a literal says
which kind of room a workshop is in. Within a kind any way of dealing out rooms works.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from workshops.planning.cpsat import Literal, Model
from workshops.planning.housing import House, Span, Stay, clusters, peak
from workshops.planning.problem import Room


@dataclass(frozen=True, slots=True)
class Guest:
    """A workshop that needs a room if `literal` is true.

    `room`: the one that it has already. Guests of the same `name` are never there at the same time.
    `unless_squeezed`: while this is true, only rooms with enough seats count; without it, always.
    """

    literal: Literal
    stay: Stay
    name: object
    room: str = ""
    unless_squeezed: Literal | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """The guest, if it comes, is in one of these rooms if `literal` is true."""

    literal: Literal
    rooms: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Kind:
    """Rooms that make no difference to one cluster. Several, or not `is_special`: `busy` all the time."""

    rooms: tuple[Room, ...]
    busy: tuple[Span, ...]
    is_special: bool

    def has_seats_for(self, seats: int) -> bool:
        return self.rooms[0].has_seats_for(seats)

    def left(self, begin: int, end: int) -> int:
        return sum(room.parallel for room in self.rooms) - peak(self.busy, begin, end)


def share_rooms(
    model: Model, house: House, guests: Sequence[Guest], *, only_if: Literal | None = None
) -> dict[int, list[Choice]]:
    """Whoever comes has a room for the whole stay. Returns what is to be chosen, by the guest's literal."""
    chosen: dict[int, list[Choice]] = {}
    for guest in guests:
        largest = any(room.has_seats_for(guest.stay.seats) for room in house.rooms)
        if guest.unless_squeezed is not None and not largest:
            model.never(guest.literal, only_if=guest.unless_squeezed)
    for cluster in clusters(guests, key=lambda one: (one.stay.begin, one.stay.end)):
        kinds = _kinds(house, cluster)
        if _is_counting_exact(cluster, kinds):
            _count(model, cluster, kinds, only_if)
        else:
            chosen |= _choose(model, cluster, kinds, only_if)
    return chosen


def _kinds(house: House, cluster: Sequence[Guest]) -> list[_Kind]:
    begin, end = _hull(cluster)
    sizes = sorted({one.stay.seats for one in cluster if not one.room})
    alike: defaultdict[int, list[Room]] = defaultdict(list)
    all_along: dict[int, list[Span]] = defaultdict(list)
    special = []
    for room in house.rooms:
        busy = [span for span in house.busy[room.key] if span[0] < end and begin < span[1]]
        is_chosen = any(one.room == room.key for one in cluster)
        if is_chosen or any(begin < span[0] or span[1] < end for span in busy):
            # Full whenever somebody could come: as if it weren't there.
            stays = {(one.stay.begin, one.stay.end) for one in cluster}
            if is_chosen or any(peak(busy, *stay) < room.parallel for stay in stays):
                special.append(_Kind((room,), tuple(busy), is_special=True))
        else:
            level = sum(room.has_seats_for(seats) for seats in sizes)
            alike[level].append(room)
            all_along[level] += busy
    kinds = [_Kind(tuple(rooms), tuple(all_along[level]), False) for level, rooms in sorted(alike.items())]
    return kinds + special


def _is_counting_exact(cluster: Sequence[Guest], kinds: Sequence[_Kind]) -> bool:
    if any(one.is_special for one in kinds):
        return False
    if len(kinds) == 1:
        return all(kinds[0].has_seats_for(one.stay.seats) for one in cluster)
    are_all_at_once = cluster[-1].stay.begin < min(one.stay.end for one in cluster)
    return are_all_at_once and all(one.unless_squeezed is None for one in cluster)


def _count(model: Model, cluster: Sequence[Guest], kinds: Sequence[_Kind], only_if: Literal | None) -> None:
    """For each size: those who need as much, or more, share the rooms that have it."""
    begin, end = _hull(cluster)
    before = -1
    for seats in sorted({one.stay.seats for one in cluster}):
        left = sum(kind.left(begin, end) for kind in kinds if kind.has_seats_for(seats))
        if left == before:
            continue
        before = left
        needy = [(one, one.literal) for one in cluster if one.stay.seats >= seats]
        for instant in _last_begins(needy):
            _at_most(model, left, needy, instant, only_if)


def _choose(
    model: Model, cluster: Sequence[Guest], kinds: Sequence[_Kind], only_if: Literal | None
) -> dict[int, list[Choice]]:
    chosen: dict[int, list[Choice]] = {}
    there: list[list[tuple[Guest, Literal]]] = [[] for _ in kinds]
    for guest in cluster:
        begin, end, seats = guest.stay.begin, guest.stay.end, guest.stay.seats
        if guest.room:
            own = next(
                n for n, kind in enumerate(kinds) if kind.is_special and kind.rooms[0].key == guest.room
            )
            there[own].append((guest, guest.literal))
            continue
        possible = [
            number
            for number, kind in enumerate(kinds)
            if kind.left(begin, end) > 0 and (kind.has_seats_for(seats) or guest.unless_squeezed is not None)
        ]
        if len(possible) == 1 and kinds[possible[0]].has_seats_for(seats):
            there[possible[0]].append((guest, guest.literal))
            chosen[guest.literal.index] = [_choice(guest.literal, kinds[possible[0]])]
            continue
        literals = [model.literal() for _ in possible]
        model.as_many(literals, times=1, of=guest.literal, only_if=only_if)
        chosen[guest.literal.index] = []
        for number, literal in zip(possible, literals, strict=True):
            there[number].append((guest, literal))
            chosen[guest.literal.index].append(_choice(literal, kinds[number]))
            if guest.unless_squeezed is not None and not kinds[number].has_seats_for(seats):
                model.never(literal, only_if=guest.unless_squeezed)
    for kind, present in zip(kinds, there, strict=True):
        instants = {one.stay.begin for one, _ in present} | {begin for begin, _ in kind.busy}
        for instant in sorted(instants):
            _at_most(model, kind.left(instant, instant + 1), present, instant, only_if)
    return chosen


def _choice(literal: Literal, kind: _Kind) -> Choice:
    return Choice(literal, frozenset(room.key for room in kind.rooms))


def _hull(cluster: Sequence[Guest]) -> Span:
    """Of a cluster in order of time."""
    return cluster[0].stay.begin, max(one.stay.end for one in cluster)


def _last_begins(present: Iterable[tuple[Guest, Literal]]) -> list[int]:
    """Begins after which somebody leaves before the next one comes: at the others fewer are there."""
    stays = [one.stay for one, _ in present]
    begins = sorted({stay.begin for stay in stays})
    pairs = zip(begins, [*begins[1:], None], strict=True)
    return [now for now, then in pairs if then is None or any(now < stay.end <= then for stay in stays)]


def _at_most(
    model: Model,
    limit: int,
    present: Sequence[tuple[Guest, Literal]],
    instant: int,
    only_if: Literal | None,
) -> None:
    now = [(one, literal) for one, literal in present if one.stay.begin <= instant < one.stay.end]
    if len({one.name for one, _ in now}) > limit:
        model.at_most(max(limit, 0), [literal for _, literal in now], only_if=only_if)
