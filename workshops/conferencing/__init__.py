"""The only code that knows a video provider: one small module per provider behind one protocol."""

from .bigbluebutton import BigBlueButton
from .jitsi import Jitsi
from .plain import PlainLink
from .protocol import Connection, Kind, Provider
from .zoom import Zoom

__all__ = ["provider_for"]


def provider_for(connection: Connection, *, trusted_hosts: frozenset[str]) -> Provider:
    """Who answers for a room. Asks nothing yet; what staff entered wrongly is said by `check` and the rest.

    trusted_hosts: `host` or `host:port`, which may be plain http or in a private network.
    """
    match connection.kind:
        case Kind.BIGBLUEBUTTON:
            return BigBlueButton(connection, trusted_hosts=trusted_hosts)
        case Kind.JITSI:
            return Jitsi(connection, trusted_hosts=trusted_hosts)
        case Kind.ZOOM:
            return Zoom(connection, trusted_hosts=trusted_hosts)
        case Kind.LINK:
            return PlainLink(connection)
