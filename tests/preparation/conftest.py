"""The same household as in the tests of appointments."""

from tests.appointments.conftest import rights as rights
from tests.appointments.conftest import world as world
