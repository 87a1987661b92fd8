"""Whatever is asked, in and out of the description: no failure of ours, and answers as they are described."""

from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as effort

from parcours.api.endpoints import api

pytestmark = pytest.mark.django_db
PATHS = sorted(api.get_openapi_schema(path_prefix="/api/v1/")["paths"])
EFFORT = effort(
    max_examples=12, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_the_api_answers_as_it_is_described(full: Any, settings: Any, path: str):
    settings.PARCOURS_API_PER_MINUTE = 1_000_000
    schema = schemathesis.openapi.from_dict(api.get_openapi_schema())
    schema.app = get_wsgi_application()
    operation = schema[path]["GET"]

    @EFFORT
    @given(case=operation.as_strategy())
    def ask(case: schemathesis.Case) -> None:
        case.call_and_validate()

    ask()
