"""Whatever is asked, in and out of the description: no failure of ours, and answers as they are described."""

from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as effort
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from parcours.api.endpoints import api

pytestmark = pytest.mark.django_db
PATHS = sorted(api.get_openapi_schema(path_prefix="/api/v1/")["paths"])
EFFORT = effort(
    max_examples=12, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


@pytest.fixture
def one_connection():
    """As Django's own client: a request does not end the test's transaction."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.mark.parametrize("path", PATHS)
def test_the_api_answers_as_it_is_described(full: Any, one_connection: None, settings: Any, path: str):
    settings.PARCOURS_API_PER_MINUTE = 1_000_000
    schema = schemathesis.openapi.from_dict(api.get_openapi_schema())
    schema.app = get_wsgi_application()
    operation = schema[path]["GET"]

    @EFFORT
    @given(case=st.one_of(operation.as_strategy(generation_mode=mode) for mode in GenerationMode))
    def ask(case: schemathesis.Case) -> None:
        # a code of the right form may be one that nothing here bears, and a path parameter may be any word
        case.call_and_validate(excluded_checks=[positive_data_acceptance, negative_data_rejection])

    ask()
