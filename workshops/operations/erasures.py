"""Who had themselves erased stays erased: the memory that keeps an import from bringing them back.

Also by an address that was theirs before. A keyed hash of the address a process; without the server's key
nobody can try addresses against it.
Source: GDPR Art. 17(3)(b) and 21(3).
"""

import datetime
from collections.abc import Iterable

from django.conf import settings
from django.utils.crypto import salted_hmac

from workshops.models import ErasedAddress, ParticipationProcess, normalise_email


def remember(process: ParticipationProcess, *, address: str, now: datetime.datetime) -> None:
    """Within the transaction that deletes the person, or puts another address in the place of this one. Twice
    is once."""
    ErasedAddress.objects.get_or_create(
        process=process,
        address_hash=_hash(process, normalise_email(address), key=settings.SECRET_KEY),
        defaults={"erased_on": now.astimezone(process.zone).date()},
    )


def among(process: ParticipationProcess, *, addresses: Iterable[str]) -> set[str]:
    """Those of the normalised addresses whose owners had themselves erased from the process, or moved to
    another one."""
    # Remembered under an older key, they are meant all the same.
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    by_hash = {_hash(process, address, key=key): address for address in addresses for key in keys}
    found = process.erased_addresses.filter(address_hash__in=list(by_hash))
    return {by_hash[each] for each in found.values_list("address_hash", flat=True)}


def _hash(process: ParticipationProcess, address: str, *, key: str) -> str:
    return salted_hmac(
        f"workshops.erased_address.{process.pk}", address, secret=key, algorithm="sha256"
    ).hexdigest()
