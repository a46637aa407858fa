"""Short ways to look into a file, for the tests of this folder."""

import io

from tests.workshops.survey_import import sample_survey
from workshops.survey_import import inspection, proposal, reading
from workshops.survey_import.inspection import Preview
from workshops.survey_import.mapping import Mapping
from workshops.survey_import.problems import BrokenFile, Problem

FIELDS = {str(number): [name] for number, name in enumerate(sample_survey.FIELDS, 1)}


def preview(data: bytes) -> Preview:
    return inspection.inspect(io.BytesIO(data), fields=FIELDS)


def proposed(data: bytes) -> Mapping:
    return proposal.propose(preview(data), fields=FIELDS)


def answers(data: bytes, mapping: Mapping | None = None) -> list[reading.Answer]:
    seen = preview(data)
    mapping = mapping or proposal.propose(seen, fields=FIELDS)
    return list(reading.answers(io.BytesIO(data), seen, mapping, fields=FIELDS))


def addresses(data: bytes, mapping: Mapping | None = None) -> list[str]:
    return [wish.address for wish in wishes(data, mapping)]


def wishes(data: bytes, mapping: Mapping | None = None) -> list[reading.Wish]:
    seen = preview(data)
    mapping = mapping or proposal.propose(seen, fields=FIELDS)
    return list(reading.wishes(io.BytesIO(data), seen, mapping, fields=FIELDS))


def problems(data: bytes) -> list[Problem]:
    try:
        preview(data)
    except BrokenFile as broken:
        return list(broken.problems)
    return []


META = "Respondent ID,Collector ID,Start Date,End Date,IP Address"


def survey(*heads: str, below: tuple[str, ...] = (), rows: tuple[tuple[str, ...], ...]) -> bytes:
    """A small SurveyMonkey export with the given question columns."""
    about = META.split(",")
    table = [[*about, *heads]]
    if below:
        table.append([*[""] * len(about), *below])
    table += [[str(number), "1", "", "", "198.51.100.1", *row] for number, row in enumerate(rows, 1001)]
    return sample_survey.as_csv(iter(table))
