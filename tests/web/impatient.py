"""The app with a front door that waits only a moment: for tests of what comes after the wait."""

from selfcare.factory import create_app

app = create_app()
app.__rsgi__.patience = 0.3
