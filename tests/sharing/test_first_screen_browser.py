"""The nurse's two minutes: what there is to know before the visit stands on the first screen."""

import pytest
from flask import Flask

from selfcare.demo import first_look
from selfcare.people.models import Person
