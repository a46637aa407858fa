"""What staff do on the survey's pages, for the tests of these pages."""

import re

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.workshops.survey_import import sample_survey

PAGE = "/staff/integrationsplan/survey/"
SAMPLE = sample_survey.SAMPLE.read_bytes()


def upload(staff: Client, data: bytes, name: str = "umfrage.csv") -> str:
    answer = staff.post(f"{PAGE}upload/", {"file": SimpleUploadedFile(name, data)}, follow=True)
    return answer.text


def shown_form(page: str) -> dict[str, str]:
    """What a browser would send of the mapping page as it stands."""
    sent = {}
    for name, options in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        first = re.search(r'<option value="([^"]*)"', options)
        found = chosen or first
        assert found is not None
        sent[name] = found[1]
    return sent


def plain(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
