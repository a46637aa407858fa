"""Where the embedded broker keeps its files."""

import stat
from pathlib import Path

from config.embedded import Broker


def test_data_is_kept_apart_by_server_and_major_version(tmp_path: Path) -> None:
    broker = Broker(data=tmp_path / "broker", run=tmp_path / "run")

    assert broker.data == tmp_path / "broker" / f"valkey-{broker.major_version}"
    assert broker.command[broker.command.index("--dir") + 1] == str(broker.data)
    assert broker.command[broker.command.index("--appendonly") + 1] == "yes"


def test_the_server_is_the_wheels_own_and_listens_on_no_port(tmp_path: Path) -> None:
    broker = Broker(data=tmp_path / "broker", run=tmp_path / "run")

    assert "site-packages" in broker.command[0]
    assert broker.command[broker.command.index("--port") + 1] == "0"


def test_a_long_path_gets_a_short_private_socket_the_same_at_every_start(tmp_path: Path) -> None:
    run = tmp_path / ("a-long-name-" * 10) / "run"

    first, second = (Broker(data=tmp_path / "broker", run=run) for _ in range(2))

    try:
        assert first.socket == second.socket
        assert len(bytes(first.socket)) < 107
        assert stat.S_IMODE(first.socket.parent.stat().st_mode) == 0o700
    finally:
        first.socket.parent.rmdir()


def test_a_short_path_keeps_its_socket_beside_the_data(tmp_path: Path) -> None:
    run = Path("/tmp") / tmp_path.name
    try:
        assert Broker(data=tmp_path / "broker", run=run).socket == run / "broker.sock"
    finally:
        run.rmdir()
