"""What the commands `demo` and `serve` share."""

from abc import ABC, abstractmethod
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import translation

from config.house import House
from config.supervisor import StartRefused, Supervisor
from workshops.console import console_language as console_language


class HouseCommand(BaseCommand, ABC):
    """Runs a house until Ctrl-C. A house that can't start is one sentence and exit code 2."""

    kind: str
    # Below DATA_DIR; where the other commands (import_survey, create_staff) look by themselves.
    default_data = ""
    # The supervisor itself touches no database and serves no page: nothing to check.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="default: 8000")
        parser.add_argument("--host", default="127.0.0.1", help="default: 127.0.0.1")
        parser.add_argument("--data", type=Path, default=None, help="directory of all data")

    def handle(self, **options: Any) -> None:
        data = options["data"] or settings.DATA_DIR / self.default_data
        house = House(
            kind=self.kind,
            data=Path(data).expanduser().absolute(),
            host=options["host"],
            port=options["port"],
            say=self.say,
        )
        with translation.override(console_language()):
            try:
                house.live(fill=self.fill, reset=options.get("reset", False))
            except StartRefused as refusal:
                self.stderr.write(str(refusal))
                raise SystemExit(2) from None

    def say(self, sentence: str) -> None:
        self.stdout.write(sentence)
        self.stdout.flush()

    @abstractmethod
    def fill(self, house: House, supervisor: Supervisor) -> bool:
        """What a started house still gets, and what its people are told. False: stopped by a signal."""
