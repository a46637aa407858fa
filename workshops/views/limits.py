"""How often one visitor may do what costs others something."""

import ipaddress
import logging

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

log = logging.getLogger(__name__)

HOUR_SECONDS = 60 * 60


def is_beyond_registrations(request: HttpRequest) -> bool:
    """Count one more registration from this visitor; whether it is more than an hour may bring.

    Each counts, whether or not the address typed is known: else the answer would tell. Kept for an hour, as
    a keyed hash. If the visitor can't be told or nothing can be counted, nobody is stopped.
    """
    try:
        visitor = _network(get_adapter().get_client_ip(request))
    except (ImproperlyConfigured, PermissionDenied):
        return False
    key = f"registrations:{salted_hmac('workshops.limits', visitor, algorithm='sha256').hexdigest()}"
    try:
        cache.add(key, 0, timeout=HOUR_SECONDS)
        count = cache.incr(key)
    except Exception as error:
        # Without the broker, too, a registration succeeds. Not the exception's own text: it may name the key.
        log.warning("registrations can't be counted: %s", type(error).__name__)
        return False
    return count > settings.REGISTRATIONS_PER_HOUR


def _network(address: str) -> str:
    """One visitor has 2⁶⁴ addresses of IPv6, and may wear an address of IPv4 as one of IPv6."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        mapped = ip.ipv4_mapped
        return str(mapped or ipaddress.ip_network((int(ip), 64), strict=False))
    return str(ip)
