"""The app with its memory for forms taken out: each is acted on whenever it comes. The proof must fail on it."""

from selfcare.factory import create_app
from selfcare.web import once

once._claim = lambda *_: True
app = create_app()
