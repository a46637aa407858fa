"""Which hosts and which numbers behind them may be asked. Pure, but for `resolve`."""

import ipaddress
import re
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from .protocol import NotAllowed, ProviderDown, WrongSettings

PORTS = {"http": 80, "https": 443}
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
# All that IANA gave out for use in the world's network; the rest is reserved.
UNICAST = ipaddress.IPv6Network("2000::/3")
# Not for the world, and not in the lists of every Python 3.11: documentation; 6to4, which carries an IPv4
# address of whatever network, and its relays.
NEITHER = tuple(ipaddress.ip_network(each) for each in ("3fff::/20", "2002::/16", "192.88.99.0/24"))
# Spaces, control characters and what browsers read otherwise than we do.
UNREADABLE = re.compile(r"[\x00-\x20\x7f-\x9f\\]")


@dataclass(frozen=True, slots=True)
class Origin:
    """Scheme, host and port, as they are compared: in small letters, IDNA, the port always said."""

    scheme: str
    host: str
    port: int

    @property
    def is_secure(self) -> bool:
        return self.scheme == "https"

    def is_trusted(self, trusted_hosts: frozenset[str]) -> bool:
        """Did the operator list it, as `host` or `host:port`?"""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return not trusted_hosts.isdisjoint({self.host, name, f"{name}:{self.port}"})


def origin_of(address: str) -> Origin:
    """Whom `address` asks. WrongSettings for what is no address of the web, or names a user or a password."""
    try:
        parts = urlsplit(address)
        port = parts.port
        host = (parts.hostname or "").rstrip(".")
        host = host if ":" in host else host.encode("idna").decode("ascii").lower()
    except ValueError:
        host, port, parts = "", None, urlsplit("")
    if UNREADABLE.search(address) or parts.scheme not in PORTS or not host or "@" in parts.netloc:
        raise WrongSettings("address")
    return Origin(parts.scheme, host, port or PORTS[parts.scheme])


def web_address(address: str, trusted_hosts: frozenset[str]) -> str:
    """`address`, into which people's browsers may be sent with a token: https, unless the host is trusted."""
    origin = origin_of(address)
    if not origin.is_secure and not origin.is_trusted(trusted_hosts):
        raise NotAllowed("http")
    return address


def is_public(number: str) -> bool:
    """Is it an address of the world's network? Not our own machine's, our network's, the cloud's metadata."""
    try:
        address = ipaddress.ip_address(number.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        # Two ways to write an IPv4 address; what counts is where they lead.
        if address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        elif address in NAT64:
            address = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        elif address not in UNICAST:
            return False
    return (
        address.is_global
        and not (address.is_multicast or address.is_reserved or address.is_link_local)
        and not any(address in network for network in NEITHER)
    )


def resolve(host: str, port: int) -> Sequence[str]:
    """The numbers behind a name, in the order to try them. ProviderDown if there are none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        found = []
    if not found:
        raise ProviderDown("name")
    return list(dict.fromkeys(str(each[4][0]) for each in found))
