"""How often a stranger may do what costs others something (docs/adr/0020, 0040)."""

import ipaddress

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest

from workshops import counters
from workshops.operations.mail_limits import HOUR_SECONDS

# What a whole network may do, in shares of one visitor: a provider's customers have it between them.
NETWORK_SHARES = 5
# Nobody finds more barriers in an hour than they can describe.
BARRIER_REPORTS_PER_HOUR = 10


def is_beyond_registrations(request: HttpRequest) -> bool:
    """Each counts, whether or not the address typed is known: else the answer would tell."""
    return _is_beyond(request, "registrations", most=settings.REGISTRATIONS_PER_HOUR)


def is_beyond_links(request: HttpRequest) -> bool:
    """The same for lost links: each counts, of whatever address."""
    return _is_beyond(request, "links", most=settings.REGISTRATIONS_PER_HOUR)


def is_beyond_barrier_reports(request: HttpRequest) -> bool:
    return _is_beyond(request, "barrier_reports", most=BARRIER_REPORTS_PER_HOUR)


def _is_beyond(request: HttpRequest, what: str, *, most: int) -> bool:
    """Count one more from this visitor, then from their network; whether it is more than an hour may bring.

    Who is refused doesn't count for the network: one person can't use up their neighbours' share. If the
    visitor can't be told or nothing can be counted, nobody is stopped.
    """
    try:
        visitor, network = _networks(get_adapter().get_client_ip(request))
    except (ImproperlyConfigured, PermissionDenied):
        return False
    for about, share in ((visitor, 1), (network, NETWORK_SHARES)):
        count = counters.raised(what, about, seconds=HOUR_SECONDS)
        if count is not None and count > most * share:
            return True
    return False


def _networks(address: str) -> tuple[str, str]:
    """A visitor (an address of IPv4, a /64 of IPv6) and the network around (a /24, a /48).

    One visitor has 2⁶⁴ addresses of IPv6 and whoever rents a server 2¹⁶ times as many; an address of IPv4
    may be worn as one of IPv6.
    """
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is None:
            near, wide = ((int(ip), length) for length in (64, 48))
            return (
                str(ipaddress.IPv6Network(near, strict=False)),
                str(ipaddress.IPv6Network(wide, strict=False)),
            )
        ip = ip.ipv4_mapped
    return str(ip), str(ipaddress.IPv4Network((int(ip), 24), strict=False))
