"""Connections, a meeting and two people, for all tests of providers."""

import datetime
from dataclasses import replace
from types import TracebackType

from tests.providers.bigbluebutton import BigBlueButtonServer
from tests.providers.zoom import ZoomServer
from workshops.conferencing.bigbluebutton import BigBlueButton
from workshops.conferencing.protocol import Connection, Kind, Meeting, Person, Role, Secret
from workshops.conferencing.zoom import Zoom

NOW = datetime.datetime(2026, 11, 27, 16, 45, tzinfo=datetime.UTC)
STARTS = datetime.datetime(2026, 11, 27, 17, 0, tzinfo=datetime.UTC)
# How long our code waits in these tests, and how much later it may be done on a machine that is busy.
SECONDS = 0.5
LATE = 1.5

MODERATOR = Person("person-1", "Nadia Öztürk", Role.MODERATOR)
CITIZEN = Person("person-2", "Jörg Müller & Söhne + 1", Role.PARTICIPANT)
MEETING = Meeting(
    key="meeting-Key_1",
    name="Grünes Quartier: Bäume & Wege",
    starts_at=STARTS,
    ends_at=STARTS + datetime.timedelta(minutes=120),
)


def bigbluebutton(
    server: BigBlueButtonServer,
    *,
    has_lobby: bool = False,
    algorithm: str = "sha256",
    secret: str = "",
    address: str = "",
) -> BigBlueButton:
    connection = Connection(
        Kind.BIGBLUEBUTTON,
        address=address or server.address,
        secret=Secret(secret or server.secret),
        algorithm=algorithm,
        has_lobby=has_lobby,
    )
    return BigBlueButton(connection, trusted_hosts=frozenset({server.host}), seconds=SECONDS)


def zoom_connection(
    server: ZoomServer,
    *,
    has_lobby: bool = True,
    secret: str = "",
    account_id: str = "",
    host: str = "host@town.example",
) -> Connection:
    return Connection(
        Kind.ZOOM,
        secret=Secret(secret or server.client_secret),
        webhook_secret=Secret(server.webhook_secret),
        key_id=server.client_id,
        account_id=account_id or server.account_id,
        host=host,
        has_lobby=has_lobby,
    )


def zoom(server: ZoomServer, connection: Connection | None = None) -> Zoom:
    return Zoom(
        connection or zoom_connection(server),
        trusted_hosts=frozenset({server.host}),
        seconds=SECONDS,
        oauth=server.url,
        api=server.url,
    )


def made_at_zoom(server: ZoomServer, meeting: Meeting = MEETING) -> Meeting:
    """A meeting that Zoom knows."""
    return replace(meeting, external_id=zoom(server).create(meeting))


def everything_of(error: BaseException) -> str:
    """All that a log, a mail about an error or a debugging page could show of it: each frame's values too."""
    seen: list[str] = []
    todo: list[BaseException | None] = [error]
    while todo:
        each = todo.pop()
        if each is None:
            continue
        seen += [repr(each), str(each), repr(each.args), repr(vars(each))]
        todo += [each.__cause__, each.__context__]
        where: TracebackType | None = each.__traceback__
        while where is not None:
            if "tests" not in where.tb_frame.f_code.co_filename:
                seen.append(repr(where.tb_frame.f_locals))
            where = where.tb_next
    return "\n".join(seen)
