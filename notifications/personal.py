"""What is the reader's alone in a mail: their name, as far as it may be said, and their links."""

from collections.abc import Iterable

from notifications.inert import inert
from notifications.models import TO_ANOTHER_ADDRESS, Delivery, Kind
from workshops import links
from workshops.models import Participant, PersonalLink, Registration, User

Scope = PersonalLink.Scope

# Calendar programs keep an address for years: it has no language.
FEED_ROUTE = "personal_feed"

WITH_SEAT = frozenset((Kind.CONFIRMED, Kind.PROMOTED, Kind.RESCHEDULED, Kind.REMINDER))
# They open nothing else of the person's.
_TO_CONTRIBUTE = frozenset(
    (Kind.MINUTES_IN_REVIEW, Kind.COMMENT_ANSWERED, Kind.PRIORITIES_OPEN, Kind.PROPOSALS_DECIDED)
)


class LinkBook:
    """Personal links, fetched for many mails at once."""

    def __init__(self) -> None:
        self._links: dict[tuple[int, str, int | None], PersonalLink] = {}

    def expect(self, deliveries: Iterable[Delivery]) -> None:
        """Fetch, or make, what these mails will ask for. After an IntegrityError each is asked for alone."""
        self._links = {}
        wanted = [each for delivery in deliveries for each in _links_in(delivery)]
        self._links = links.make_all(wanted) if wanted else {}

    def url(
        self,
        person: Participant | None,
        scope: PersonalLink.Scope,
        *,
        registration: Registration | None = None,
        route: str = "",
        language: str | None = None,
    ) -> str:
        """The link's address, in the person's language unless another is named. The pages speak more
        languages than the mails."""
        if person is None:
            raise ValueError("a personal link without a person")
        link = self._links.get((person.pk, str(scope), registration.pk if registration else None))
        if link is None:
            link = links.make(person, scope, registration=registration)
            link.participant = person
        return links.url_of(link, route=route, language=language)


class NoLinks(LinkBook):
    """For what is read out on the telephone: nobody can take such an address down."""

    def url(
        self,
        person: Participant | None,
        scope: PersonalLink.Scope,
        *,
        registration: Registration | None = None,
        route: str = "",
        language: str | None = None,
    ) -> str:
        return ""


def _links_in(delivery: Delivery) -> list[links.Wanted]:
    person, registration, kind = delivery.participant, delivery.registration, Kind(delivery.kind)
    if person is None or kind in (Kind.PLEASE_CONFIRM, *TO_ANOTHER_ADDRESS):
        return []  # such a link is made with its question
    if kind == Kind.INVITATION:
        return [(person, Scope.UNSUBSCRIBE, None)]
    if kind in _TO_CONTRIBUTE:
        return [(person, Scope.CONTRIBUTE, None)]
    needed: list[links.Wanted] = [(person, Scope.MANAGE, None)]
    if kind in WITH_SEAT and had_a_seat(registration):
        needed += [(person, Scope.FEED, None), (person, Scope.JOIN, registration)]
    return needed


def spoken_name(person: Participant | User | None, *, by_mail: bool = True) -> str:
    """The name to greet with. Whoever hasn't proven the address hasn't proven the name: a stranger could
    have us send their words to anyone, as a "name". By telephone or letter nobody's address is in doubt."""
    if person is None:
        return ""
    if isinstance(person, Participant) and not (person.has_proven_address if by_mail else person.is_known):
        return ""
    return inert(person.name)


def unsubscribe_url(delivery: Delivery, book: LinkBook) -> str:
    return book.url(
        delivery.participant,
        Scope.UNSUBSCRIBE,
        route="notifications:unsubscribe",
        language=delivery.reader_language,
    )


def had_a_seat(registration: Registration | None) -> bool:
    """Has this reader's calendar been told of the workshop? (A seat was confirmed, now or earlier.)"""
    return registration is not None and registration.confirmed_at is not None and registration.holds_seat
