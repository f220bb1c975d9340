"""The WSGI entry: `flask --app app …` and `granian --interface wsgi app:app`."""

from selfcare.factory import create_app

app = create_app()
