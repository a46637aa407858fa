"""What callers type where the provider takes a code of ours: whoever shares one hears the other."""

from workshops.models import ConferenceRoom, Workshop


def rehearsal_code(workshop: Workshop, room: ConferenceRoom) -> str:
    """What callers type for its rehearsal: of its own, so that nobody who calls the workshop hears it.

    Empty where the provider takes no code of ours, or if the code is another workshop's.
    """
    if not room.takes_our_phone_code:
        return ""
    # Half the range further: two workshops' rehearsals differ as their codes do.
    code = str(10_000 + (int(workshop.phone_code) - 10_000 + 45_000) % 90_000)
    others = Workshop.objects.filter(
        room__provider=room.provider, room__address=room.address, phone_code=code
    )
    return "" if others.exists() else code
