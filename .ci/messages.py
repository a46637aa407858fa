"""Is every text of the code in the .po files? Asked of makemessages itself, in a copy of the tree.

No language lacks anything: no entry without a translation, none fuzzy. Only in Easy German ("de_Simple") what
only staff and moderators read may be untranslated (it shows German), but each text must have been looked at:
its msgid is there. Where two apps have the same msgid they have the same translation: Django throws all
catalogues together, and one would win.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

APPS = ("config", "workshops", "notifications")
SHOWN = 15
EASY = "de_Simple"
# What only staff, moderators, helpers and whoever runs it read. A text is for citizens unless all its places
# are here: a new room is theirs until somebody says that it isn't.
FOR_OTHERS = re.compile(
    r"config/(house|supervisor|styleguide|accounts)\.py|config/(management|sample)/"
    r"|config/templates/((account|mfa|mailbox)/|styleguide|_nav_(moderator|staff|user)|_process_deliveries|_not_saved)"
    r"|notifications/(?!templates/|appointments|contexts|views/unsubscribe)"
    r"|notifications/templates/notifications/(?!emails/|unsubscribe)"
    r"|notifications/templates/notifications/emails/"
    r"(colleague_|moderator_|minutes_overdue|minutes_commented|password_|survey_)"
    r"|workshops/templates/workshops/((staff|moderator|helper|widgets)/|_re(order|port)\.)"
    r"|workshops/(management|admin|exports)"
    r"|workshops/templatetags/(missing_texts|plans)\.py"
    r"|workshops/forms/(staff|moderator|agenda_templates|comment_notes|localised|on_behalf)"
    r"|workshops/models/(accounts|agenda|conference|invited|process|room|survey|texts)\.py"
    r"|workshops/operations/(?!contributions|readable_data|registrations|participants|priorities|seats|barriers)"
    r"|workshops/views/(staff|moderator|desk|helping|planning_words|reports|room_words|violation_words|weighed)"
)


@dataclass(frozen=True, slots=True)
class Entry:
    key: tuple[str, str]  # context and msgid
    texts: tuple[str, ...]
    is_fuzzy: bool
    is_for_citizens: bool

    @property
    def is_translated(self) -> bool:
        return all(self.texts)


def entries(text: str) -> dict[tuple[str, str], Entry]:
    """Of a .po file, without its header and its obsolete entries."""
    found = {}
    for block in re.split(r"\n\s*\n", text):
        fields: dict[str, str] = {}
        name = ""
        for line in block.splitlines():
            if head := re.match(r'(msgctxt|msgid_plural|msgid|msgstr(?:\[\d\])?) (".*")$', line):
                name, line = head[1], head[2]
            if line.startswith('"'):
                fields[name] = fields.get(name, "") + line[1:-1]
        if fields.get("msgid"):
            texts = tuple(value for field, value in fields.items() if field.startswith("msgstr"))
            is_fuzzy = bool(re.search(r"^#,.*\bfuzzy\b", block, re.MULTILINE))
            key = (fields.get("msgctxt", ""), fields["msgid"])
            places = " ".join(re.findall(r"^#: (.*)$", block, re.MULTILINE)).split()
            found[key] = Entry(key, texts, is_fuzzy, not all(FOR_OTHERS.match(place) for place in places))
    return found


def problems(committed: str, fresh: str, *, is_easy: bool) -> Iterator[str]:
    """What is wrong with a committed .po file, given what makemessages makes of it."""
    known, wanted = entries(committed), entries(fresh)
    for key, entry in wanted.items():
        if key not in known:
            yield f"missing: {key[1]}"
        elif is_easy and not entry.is_for_citizens:
            continue
        elif entry.is_fuzzy:
            yield f"fuzzy: {key[1]}"
        elif not entry.is_translated:
            yield f"untranslated: {key[1]}"


def disagreements(catalogues: dict[str, dict[tuple[str, str], Entry]]) -> Iterator[str]:
    """Of one language, by app: texts that two apps translate differently."""
    known: dict[tuple[str, str], tuple[str, Entry]] = {}
    for app, found in catalogues.items():
        for key, entry in found.items():
            if not entry.is_translated or entry.is_fuzzy:
                continue
            other, first = known.setdefault(key, (app, entry))
            if first.texts != entry.texts:
                yield f"{key[1]}: {first.texts[0]} ({other}), {entry.texts[0]} ({app})"


def main() -> int:
    root = Path(__file__).resolve().parent.parent
    is_wrong = False
    with tempfile.TemporaryDirectory() as directory:
        tree = Path(directory) / "tree"
        for app in APPS:
            shutil.copytree(root / app, tree / app, ignore=shutil.ignore_patterns("__pycache__", "static"))
        shutil.copy(root / "manage.py", tree)
        locales = sorted(path.name for path in (root / APPS[0] / "locale").iterdir())
        # No line numbers: they are no part of what is compared.
        command = [sys.executable, "manage.py", "makemessages", "--add-location", "file"]
        command += [word for locale in locales for word in ("-l", locale)]
        environment = {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATA_DIR": directory,
            "SECRET_KEY": "for makemessages only",
        }
        done = subprocess.run(
            command,
            cwd=tree,
            env=os.environ | environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            sys.stdout.write(done.stdout + done.stderr)
            return 1
        for path in sorted(tree.glob("*/locale/*/LC_MESSAGES/django.po")):
            name = path.relative_to(tree)
            found = list(
                problems(
                    (root / name).read_text(encoding="utf-8"),
                    path.read_text(encoding="utf-8"),
                    is_easy=path.parts[-3] == EASY,
                )
            )
            if found:
                is_wrong = True
                sys.stdout.write(f"{name}: {len(found)} texts\n")
                sys.stdout.write("".join(f"  {one}\n" for one in found[:SHOWN]))
                sys.stdout.write("  …\n" if len(found) > SHOWN else "")
    for language in locales:
        catalogues = {
            app: entries(
                (root / app / f"locale/{language}/LC_MESSAGES/django.po").read_text(encoding="utf-8")
            )
            for app in APPS
        }
        for one in disagreements(catalogues):
            is_wrong = True
            sys.stdout.write(f"{language}, two translations: {one}\n")
    return int(is_wrong)


if __name__ == "__main__":
    sys.exit(main())
