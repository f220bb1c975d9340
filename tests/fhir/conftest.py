"""Fixtures of the tests of FHIR that need the app."""

import pytest
from flask import Flask

from tests.fhir import sending
from tests.fhir.sending import Laboratory
from tests.filing.clinic import Clinic
from tests.filing.clinic import make as make_clinic


@pytest.fixture
def clinic(app: Flask) -> Clinic:
    return make_clinic(app)


@pytest.fixture
def lab(clinic: Clinic) -> Laboratory:
    """A sender for the clinic's team."""
    return sending.new(clinic.app)
