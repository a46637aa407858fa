"""The heads of an export: which tool wrote it, and which columns belong to which question."""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from workshops.survey_import import words
from workshops.survey_import.problems import BrokenFile, Problem


class Tool(StrEnum):
    SURVEYMONKEY = "surveymonkey"
    LIMESURVEY = "limesurvey"


class Form(StrEnum):
    # A column for each option: the question above, blank over its further options, options below.
    EXPANDED = "expanded"
    # A column for each question; several answers share a cell.
    CONDENSED = "condensed"


@dataclass(frozen=True, slots=True)
class Column:
    """`option` is empty where the column is the whole question."""

    index: int
    option: str = ""
    is_other: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """`key` names the question within this file: "q3", or LimeSurvey's code."""

    key: str
    text: str
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """`dropped`: headings of columns about the person (IP, name, address …), never read further."""

    tool: Tool
    form: Form
    header_rows: int
    width: int
    id_column: int
    questions: tuple[Question, ...]
    dropped: tuple[str, ...]
    headings: tuple[str, ...]


def _set(names: str) -> set[str]:
    return set(names.split())


# Heads without spaces and punctuation.
_RESPONDENT_ID = _set("respondentid befragtenid teilnehmerid")
_SURVEYMONKEY = _RESPONDENT_ID | _set("""
    collectorid collectorname sammlerid kollektorid startdate enddate datecreated datemodified
    startdatum anfangsdatum enddatum ipaddress ipadresse emailaddress emailadresse email firstname
    vorname lastname nachname customdata benutzerdefiniertedaten
""")
_LIME_ID = _set("id antwortid responseid")
_LIME_CODES = _set("""
    id submitdate lastpage startlanguage seed token startdate datestamp ipaddr refurl firstname
    lastname email interviewtime
""")
_LIME_WORDS = _set("""
    antwortid responseid datumabgeschickt datesubmitted letzteseite lastpage startsprache
    startlanguage zufallsstartwert seed zugangscode accesscode datumgestartet datestarted
    datumletzteaktivitat datelastaction ipadresse ipaddress weiterleitungsurl referrerurl vorname
    firstname nachname lastname emailadresse emailaddress email gesamtzeit totaltime
""")
# What stands below a question that has no options.
_NO_OPTION = {"", "response", "antwort", "open ended response", "offene antwort", "freitext antwort"}
_CODE = re.compile(r"^(?P<code>[A-Za-z]\w*)(?P<parts>(?:\[[^\]]*\])*)(?:\s*\.\s+(?P<text>.*))?$", re.DOTALL)
_BRACKET = re.compile(r"^(?P<text>.*?)\s*\[(?P<option>[^\[\]]*)\]$", re.DOTALL)


def recognise(first: Sequence[str], second: Sequence[str] | None) -> Layout:
    """Tell tool and columns from the first two rows. Raises `BrokenFile("unknown_format")`."""
    heads = [_clean(head) for head in first]
    squeezed = [_squeeze(head) for head in heads]
    if _RESPONDENT_ID & set(squeezed[:3]) and len(_SURVEYMONKEY.intersection(squeezed)) > 1:
        return _surveymonkey(heads, squeezed, [_clean(cell) for cell in second or []])
    if squeezed and squeezed[0] in _LIME_ID and (_LIME_CODES | _LIME_WORDS).intersection(squeezed[1:4]):
        return _limesurvey(heads, squeezed)
    raise BrokenFile(Problem("unknown_format", row=1))


def _surveymonkey(heads: list[str], squeezed: list[str], second: list[str]) -> Layout:
    id_column = next(i for i, head in enumerate(squeezed) if head in _RESPONDENT_ID)
    start = next(
        (i for i, head in enumerate(squeezed) if head.rstrip("0123456789") not in _SURVEYMONKEY), len(heads)
    )
    # Only a row of heads has nothing in the column of respondent ids.
    has_options = id_column < len(second) and not second[id_column] and any(second)
    options = second if has_options else []
    width = max(len(heads), len(options))
    heads = heads + [""] * (width - len(heads))
    options = options + [""] * (width - len(options))
    questions: list[Question] = []
    for index in range(start, width):
        option = "" if words.fold(options[index]) in _NO_OPTION else options[index]
        column = Column(index, option, words.is_other(option))
        if heads[index] or not questions:
            questions.append(Question(f"q{len(questions) + 1}", heads[index], (column,)))
        else:
            last = questions[-1]
            questions[-1] = Question(last.key, last.text, (*last.columns, column))
    return Layout(
        tool=Tool.SURVEYMONKEY,
        form=_form(questions),
        header_rows=2 if has_options else 1,
        width=width,
        id_column=id_column,
        questions=tuple(questions),
        dropped=tuple(heads[:start]),
        headings=tuple(_heading(heads, options, index) for index in range(width)),
    )


def _heading(heads: list[str], options: list[str], index: int) -> str:
    above = next((head for head in reversed(heads[: index + 1]) if head), "")
    return f"{above}: {options[index]}" if options[index] else above


def _limesurvey(heads: list[str], squeezed: list[str]) -> Layout:
    about_person: list[str] = []
    questions: list[Question] = []
    in_lead = True
    # "email" is the participant list's column where names stand beside it, else a question's own code.
    codes = _LIME_CODES if {"firstname", "lastname"} & set(heads) else _LIME_CODES - {"email"}
    for index, (head, name) in enumerate(zip(heads, squeezed, strict=True)):
        in_lead = in_lead and (name in _LIME_CODES or name in _LIME_WORDS)
        # A later column may be called "E-Mail-Adresse" because the survey asks for it.
        if in_lead or head in codes or re.match(r"^(attribute_\d+|(question|group)Time\d+)", head):
            about_person.append(head)
            continue
        code, text, option = _question_of(head)
        column = Column(index, option, words.is_other(option) or "comment]" in head)
        previous = questions[-1] if questions else None
        if previous is not None and (previous.key, previous.text) == (code or previous.key, text):
            questions[-1] = Question(previous.key, text, (*previous.columns, column))
        else:
            questions.append(Question(code or f"q{len(questions) + 1}", text, (column,)))
    return Layout(
        tool=Tool.LIMESURVEY,
        form=_form(questions),
        header_rows=1,
        width=len(heads),
        id_column=0,
        questions=tuple(questions),
        dropped=tuple(about_person),
        headings=tuple(heads),
    )


def _question_of(head: str) -> tuple[str, str, str]:
    """Code, question and option of "G01Q01[SQ001]", "G01Q01[SQ001]. Frage? [Option]", "Frage? [Option]"."""
    code = option = ""
    text = head
    coded = _CODE.match(head)
    if coded and (coded["parts"] or coded["text"] or " " not in head):
        code = coded["code"]
        option = " – ".join(re.findall(r"\[([^\]]*)\]", coded["parts"]))
        text = coded["text"] or ""
    bracket = _BRACKET.match(text)
    if bracket and (option or not code):
        text, option = bracket["text"], bracket["option"]
    return code, text or code, option


def _form(questions: list[Question]) -> Form:
    spread = any(len(question.columns) > 1 for question in questions)
    return Form.EXPANDED if spread else Form.CONDENSED


def _clean(text: str) -> str:
    """Without markup and doubled spaces: survey tools export the question as it was typed."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]{0,200}>", " ", text))).strip()


def _squeeze(text: str) -> str:
    return words.fold(text).replace(" ", "")
