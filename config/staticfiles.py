"""Static files as they are served: styles without white space, all compressed, named by content."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import rcssmin
from django.core.files.storage import Storage as AnyStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage


class Storage(CompressedManifestStaticFilesStorage):
    def post_process(
        self, paths: dict[str, tuple[AnyStorage, str]], dry_run: bool = False, **options: Any
    ) -> Iterator[tuple[str, str, bool]]:
        """Minified before names and compressed copies are made of the content. `paths` as Django gives it."""
        if not dry_run:
            for name in [name for name in paths if name.endswith(".css")]:
                collected = Path(self.path(name))
                collected.write_text(rcssmin.cssmin(collected.read_text("utf-8")), "utf-8")
                paths[name] = (self, name)
        yield from super().post_process(paths, dry_run, **options)
