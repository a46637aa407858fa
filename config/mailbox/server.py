"""`python -m config.mailbox.server DIRECTORY PORT`: an SMTP server on loopback that keeps every mail."""

import asyncio
import signal
import sys
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from config.mailbox.store import keep

LARGEST_MAIL = 10 * 1024 * 1024  # bytes, announced by EHLO


class Keeper:
    """aiosmtpd's handler: answers 250 only when the mail is in its file."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.original_content
        if not isinstance(content, bytes):
            return "554 no content"
        keep(self.directory, content)
        return "250 OK"


async def serve(directory: Path, port: int) -> None:
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    server = await loop.create_server(
        lambda: SMTP(Keeper(directory), hostname="mailbox", data_size_limit=LARGEST_MAIL, loop=loop),
        host="127.0.0.1",
        port=port,
    )
    await ended.wait()
    server.close()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), int(sys.argv[2])))
