"""`python -m config.health web|worker`: exit code 0 when the process of this container shows life.

The supervisor asks the same questions. Only the standard library: it runs every few seconds.
"""

import http.client
import os
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

# Workers touch their file every two seconds, beat at every tick (at most five seconds apart).
SILENCE_SECONDS = 30


def web_answers(host: str, port: int, *, public_url: str) -> bool:
    """Asked as the reverse proxy would: for the public name, over HTTPS if that is what it says."""
    address = urlsplit(public_url)
    headers = {"Host": address.netloc, "X-Forwarded-Proto": address.scheme}
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/health/", headers=headers)
        return connection.getresponse().status < 400
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def shows_life(file: Path, *, since: float) -> bool:
    """Whether `file` was touched after `since` (seconds since the epoch)."""
    try:
        return file.stat().st_mtime >= since
    except OSError:
        return False


def main(kind: str) -> int:
    if kind == "web":
        port = int(os.environ.get("GRANIAN_PORT", "8000"))
        well = web_answers("127.0.0.1", port, public_url=os.environ.get("PUBLIC_URL", "http://localhost"))
    else:
        well = shows_life(Path(os.environ["ALIVE_FILE"]), since=time.time() - SILENCE_SECONDS)
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
