"""How far a campaign is, and what became of each person's mail."""

import dataclasses
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from notifications.models import Delivery, InvitationCampaign

_Status = Delivery.Status
_BY_HAND = ~Q(channel="email")

# key → the deliveries of people that it shows; each belongs to one of them
FATES: dict[str, Q] = {
    "sent": Q(status=_Status.SENT) & ~_BY_HAND,
    "waiting": Q(status__in=[_Status.PENDING, _Status.SENDING]) & ~_BY_HAND,
    "failed": Q(status=_Status.FAILED),
    "by_hand": Q(status=_Status.PENDING) & _BY_HAND,
    "told": Q(status=_Status.SENT) & _BY_HAND,
    "left_out": Q(status=_Status.SKIPPED),
}


@dataclass(frozen=True, slots=True)
class Progress:
    """In people. `by_hand` are still to be called or written to, `told` have been."""

    sent: int = 0
    waiting: int = 0
    failed: int = 0
    by_hand: int = 0
    told: int = 0
    left_out: int = 0

    @property
    def total(self) -> int:
        return self.sent + self.waiting + self.failed + self.by_hand + self.told + self.left_out

    @property
    def mails(self) -> int:
        """How many mails this comes to, as far as is known: those that still can go, went or failed."""
        return self.sent + self.waiting + self.failed

    @property
    def done(self) -> int:
        return self.sent + self.failed

    @property
    def stamp(self) -> str:
        """The same as long as nothing has changed."""
        return "-".join(str(number) for number in dataclasses.astuple(self))

    @property
    def is_over(self) -> bool:
        """No more mail goes out; what staff tell people may take longer."""
        return self.waiting == 0


def progress_of(campaign: InvitationCampaign) -> Progress:
    """In one statement."""
    people = campaign.deliveries.filter(participant__isnull=False)
    return Progress(**people.aggregate(**{key: Count("pk", filter=which) for key, which in FATES.items()}))


def deliveries_of(campaign: InvitationCampaign, *, fate: str = "") -> QuerySet[Delivery]:
    """Those of people, in a steady order; with `fate` (a key of `FATES`) only these."""
    found = Delivery.objects.filter(campaign=campaign, participant__isnull=False)
    if fate in FATES:
        found = found.filter(FATES[fate])
    return found.select_related("participant").order_by("participant__name", "pk")


def with_counts(found: QuerySet[InvitationCampaign]) -> QuerySet[InvitationCampaign]:
    """Each with `total`, `sent` and `failed`: its deliveries to people, counted in the same statement."""
    to_people = Q(deliveries__participant__isnull=False)
    return found.annotate(
        total=Count("deliveries", filter=to_people),
        sent=Count("deliveries", filter=to_people & Q(deliveries__status=_Status.SENT)),
        failed=Count("deliveries", filter=to_people & Q(deliveries__status=_Status.FAILED)),
    )
