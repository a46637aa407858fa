import pytest
from django.test import Client

from tests import cast


@pytest.fixture
def people() -> cast.Cast:
    return cast.gather()


@pytest.fixture
def sabine(people: cast.Cast) -> Client:
    client = Client()
    client.force_login(people.sabine)
    return client
