"""Is every text of the code in the .po files? Asked of makemessages itself, in a copy of the tree.

No language lacks anything: no entry without a translation, none fuzzy. Only in Easy German ("de_Simple") what
only staff and moderators read may be untranslated (it shows German), but each text must have been looked at:
its msgid is there. Where two apps have the same msgid they have the same translation: Django throws all
catalogues together, and one would win.

Whatever is counted has a plural: languages have up to six forms, and German two. A sentence that counts two
things is made of phrases, each with its own plural.

And Easy German is easy, wherever the code has it: in its catalogues, on the page that explains everything,
and in the sample town's words. What a machine can tell of the rules of Netzwerk Leichte Sprache is told here.
"""

import ast
import html
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

APPS = ("config", "workshops", "notifications")
SHOWN = 15
EASY = "de_Simple"
EASY_TAG = "de-simple"
EASY_NAME = "EASY_TEXT"
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
    r"|workshops/views/(staff|moderator|desk|helping|planning_(names|words)|reports|room_words|violation_words|weighed)"
)

# A number (or what may be one) before what it counts: "%(n)d Tage", "%(n)s weitere Personen".
COUNTED = re.compile(
    r"%(?:\(\w+\))?[ds][ \xa0](?:(?!(?:der|einen|mehrere) )[a-zäöüß]+e[nr]? )?(?!Uhr\b)[A-ZÄÖÜ][a-zäöüß]\w*"
)
# Limits that the code fixes, above 1: one form per language will do. By their words, with what fixes them.
FIXED = {
    "%(least)s Personen": "LEAST_PEOPLE: 5",
    "mehr als %(limit)s Spalten": "survey_import.limits.COLUMNS: 2,000",
    "mehr als %(limit)s Zeilen": "survey_import.limits.ROWS: 1,000,000",
    "Die Liste hat mehr als %(most)d Zeilen": "contact_list_files.MOST_ROWS: 20,000",
    "Eine Vorlage hat höchstens %(most)d Punkte": "agenda_templates.MOST_ITEMS: 60",
    "Ein Kapitel zeigt höchstens %(most)d Zahlen": "plan_words.MOST_FIGURES: 8",
    "Eine Maßnahme hat höchstens %(most)d Meilensteine": "milestones.MOST_OF_A_MEASURE: 50",
    "Mehr als %(most)d Rückmeldungen": "contributions.MOST_COMMENTS: 30",
    "Bitte höchstens %(most)d Zeichen": "contributions.MOST_CHARACTERS: 2,000",
    "Der Text hat mehr als %(most)d Zeichen": "minutes.MOST_CHARACTERS: 50,000",
    "Frist von 1 bis %(most)d Tagen": "minutes.MOST_REVIEW_DAYS: 60",
    "Jitsi braucht mindestens %(count)d Zeichen": "jitsi.SHORTEST_KEY: 32",
    "%(days)s Tage lang von selbst": "conference.RECORDINGS_APPEAR_FOR: 14",
    "%(kept_days)s Tage danach": "barriers.KEPT_AFTER_ANSWER: 90",
}

MOST_WORDS = 12  # of a sentence
LONG_WORD = 14  # letters in a row: "Videokonferenz" has as many
LONG_BUT_KNOWN = {
    "entscheidungen": "no compound: there is nowhere to part it",
    "gleichstellungs": "of Gleichstellungs-Gesetz: a law's name, written so by the state itself",
    "verantwortlich": "no compound, and what the law calls whoever answers for a site",
    "wahrscheinlich": "no compound, and known",
}
COMMENT = re.compile(r"\{#.*?#\}|\{%.*?%\}")
# What is put in later counts as a word, and so does an address.
PUT_IN = re.compile(r"\{\{.*?\}\}|%\(\w+\)[sd]|%[sd]|\{\w*\}|https?://\S+|\S+@\S+")
# These stand within a sentence; every other tag ends one.
INLINE = re.compile(r"</?(?:a|abbr|b|bdi|code|em|i|kbd|small|span|strong|time)\b[^>]*>")
# No end: the full stop of "3. Juli", and a colon unless its line ends there.
ENDS = re.compile(r"(?:(?<!\d)\.|[!?…])[“”\")]*\s|:?[ ]*\n|<[^>]*>")
ABBREVIATION = re.compile(
    r"\b(?:[a-zA-Z]\. ?[a-zA-Z]\.|Art\.(?= ?\d)"  # the noun "Art" may end a sentence
    r"|(?:Abs|Buchst|Mio|Nr|Std|Str|Tel|bzw|ca|etc|evtl|ggf|inkl|max|min|sog|usw|vgl|zzgl)\.)"
)
GENITIVE = re.compile(r"\w['’]s\b|\bdes\b", re.IGNORECASE)
# Only participles that are nothing else: "geben" and "gehen" after "werden" would be the future.
PARTICIPLE = (
    r"\b(?:(?:ab|an|auf|aus|bei|durch|ein|frei|hin|los|mit|nach|um|vor|weg|weiter|zu|zurück|zusammen)-?)?"
    r"ge(?:(?!recht\b|samt\b)[a-zäöüß]{2,}t|tan|(?:beten|boten|bunden|funden|halten|laden|lassen|lesen|nommen|rufen"
    r"|schlossen|schrieben|sprochen|strichen|troffen|worfen|zogen))\b"
)
AUXILIARY = r"\b(?:[Ww]ird|[Ww]erden|[Ww]urden?|worden)\b"
PASSIVE = re.compile(rf"{AUXILIARY}[^,:]*{PARTICIPLE}|{PARTICIPLE}[^,:]*{AUXILIARY}")


@dataclass(frozen=True, slots=True)
class Entry:
    key: tuple[str, str]  # context and msgid
    plural: str
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
            is_for_citizens = not all(FOR_OTHERS.match(place) for place in places)
            found[key] = Entry(key, fields.get("msgid_plural", ""), texts, is_fuzzy, is_for_citizens)
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


def uncounted(found: Iterable[Entry]) -> Iterator[str]:
    """Texts that count something and have no plural for it, and limits that no text names any more."""
    left = set(FIXED)
    for entry in found:
        text = entry.plural or entry.key[1]
        known = {one for one in FIXED if one in text}
        left -= known
        counted = {one for one in COUNTED.findall(text) if not any(one in name for name in known)}
        # A plural goes by one number, which may count two things.
        if len({one.split()[0] for one in counted}) > bool(entry.plural):
            yield f"no plural for {', '.join(sorted(counted))}: {text}"
    for name in sorted(left):
        yield f"no text says “{name}” any more: take it out of FIXED"


def hard_words(text: str) -> Iterator[str]:
    """What makes a text (plain, HTML, or a template's source) no Easy German."""
    plain = html.unescape(PUT_IN.sub("X", INLINE.sub("", COMMENT.sub("", text))))
    for sentence in ENDS.split(plain):
        words = [word for word in sentence.split() if re.search(r"\w", word)]
        if len(words) > MOST_WORDS:
            yield f"{len(words)} words: {sentence.strip()}"
        if PASSIVE.search(sentence):
            yield f"passive: {sentence.strip()}"
    for word in re.findall(rf"[^\W\d_]{{{LONG_WORD},}}", plain):
        if word.lower() not in LONG_BUT_KNOWN:
            yield f"long word without a hyphen: {word}"
    for what, found in (
        ("abbreviation", ABBREVIATION.search(plain)),
        ("genitive", GENITIVE.search(plain)),
        ("sign", re.search(r"[;%]", plain)),
    ):
        if found:
            yield f"{what} “{found[0]}”: {plain}"


def easy_texts(root: Path) -> Iterator[tuple[str, str]]:
    """Every text in Easy German that the code has, and its file."""
    for app in APPS:
        catalogue = f"{app}/locale/{EASY}/LC_MESSAGES/django.po"
        for entry in entries((root / catalogue).read_text(encoding="utf-8")).values():
            for text in entry.texts:
                yield catalogue, text.replace("\\n", "\n").replace('\\"', '"')
        for path in sorted((root / app).rglob("*.py")):
            source = path.read_text(encoding="utf-8")
            if f'"{EASY_TAG}"' in source or EASY_NAME in source:
                for text in _easy_in_python(ast.parse(source)):
                    yield str(path.relative_to(root)), text
        for path in sorted((root / app).rglob("*.html")):
            source = path.read_text(encoding="utf-8")
            if f' lang="{EASY_TAG}"' in source:
                yield str(path.relative_to(root)), source


def _easy_in_python(tree: ast.AST) -> Iterator[str]:
    """In `{"de": …, "de-simple": …}` and in `EASY_TEXT = …`."""
    for node in ast.walk(tree):
        match node:
            case ast.Dict(keys=keys, values=values):
                for key, value in zip(keys, values, strict=True):
                    match key, value:
                        case ast.Constant(value=tag), ast.Constant(value=str(text)) if tag == EASY_TAG:
                            yield text
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str(text))):
                if name == EASY_NAME:
                    yield text


def main() -> int:
    root = Path(__file__).resolve().parent.parent
    is_wrong = False
    counting: list[Entry] = []
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
            if path.parts[-3] == locales[0]:  # all languages have the same texts
                counting += entries(path.read_text(encoding="utf-8")).values()
            if found:
                is_wrong = True
                sys.stdout.write(f"{name}: {len(found)} texts\n")
                sys.stdout.write("".join(f"  {one}\n" for one in found[:SHOWN]))
                sys.stdout.write("  …\n" if len(found) > SHOWN else "")
    for one in uncounted(counting):
        is_wrong = True
        sys.stdout.write(f"{one}\n")
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
    for place, text in easy_texts(root):
        for one in hard_words(text):
            is_wrong = True
            sys.stdout.write(f"{place}, not easy: {one}\n")
    return int(is_wrong)


if __name__ == "__main__":
    sys.exit(main())
