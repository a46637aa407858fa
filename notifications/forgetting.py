"""What people leave beside their own rows: an organisation's name in the audience of a campaign, a domain of
their own in how fast mail goes.

By a sweep; the name also as somebody has themselves erased.
"""

import datetime
from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.dispatch import receiver

from notifications import pace
from notifications.mishaps import contained
from notifications.models import InvitationCampaign
from workshops import events
from workshops.models import Participant, ParticipationProcess, User
from workshops.operations import retention


def run(*, now: datetime.datetime) -> int:
    """One sweep; how many audiences lost a name, and domains went. May run twice at once."""
    count = sum(forget_organisations(process) for process in ParticipationProcess.objects.order_by("pk"))
    count += pace.forget(now=now)
    retention.empty_the_log()
    return count


@receiver(events.person_erased)
def forget_theirs(process: ParticipationProcess, **fact: Any) -> None:
    """After the transaction: a launch locks its campaign before people, and an erasure holds one of them."""
    transaction.on_commit(lambda: forget_organisations(process), robust=True)


@receiver(events.account_forgotten)
def forget_mails_to(user: User, **fact: Any) -> None:
    """With what came back of them."""
    user.deliveries.all().delete()


def forget_organisations(process: ParticipationProcess) -> int:
    """Take names that nobody of the process gives (any more) out of its audiences; out of how many.

    Whom a campaign means stays the same, so nobody has to release it again. Where none is left it means
    nobody: an empty choice would mean everyone.
    """
    count = 0
    named = process.campaigns.filter(audience__has_key="organisations")
    for pk in list(named.values_list("pk", flat=True)):
        with contained("forgetting organisations of campaign", pk):
            count += _forget_in(pk)
    return count


@transaction.atomic
def _forget_in(pk: int) -> bool:
    # One that is just launched is left to the sweep: whoever has themselves erased doesn't wait for it.
    free = InvitationCampaign.objects.select_for_update(of=("self",), skip_locked=True)
    campaign = free.filter(pk=pk).first()
    # Not through `audiences`: a description that holds something else that is gone loses its names, too.
    chosen = campaign.audience.get("organisations", []) if campaign else []
    if campaign is None or not chosen:
        return False
    left = sorted(set(chosen) & _given(campaign.process_id, chosen))
    if len(left) == len(chosen):
        return False
    others = {name: value for name, value in campaign.audience.items() if name != "organisations"}
    campaign.audience = others | ({"organisations": left} if left else {"organisations_gone": True})
    campaign.save(update_fields=["audience"])
    return True


def _given(process: int, names: Collection[str]) -> set[str]:
    people = Participant.objects.filter(process=process)
    given = set(people.filter(organisation__in=names).values_list("organisation", flat=True))
    # Those over which a stranger typed come back (`workshops.operations.typed_words`); few at a time.
    for words in people.filter(typed_over__isnull=False).values_list("typed_over", flat=True):
        given.add((words or {}).get("organisation", ""))
    return given
