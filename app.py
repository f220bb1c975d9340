"""The entry: `flask --app app …` and `granian app:app`. What cannot be started is said in one sentence."""

import gc

gc.disable()  # what is loaded stays: to look through it meanwhile takes a third of the time to start

import os  # noqa: E402
import sys  # noqa: E402

from selfcare.factory import create_app  # noqa: E402
from selfcare.service import BadSetting  # noqa: E402
from selfcare.start import CannotStart  # noqa: E402

os.umask(0o077)  # whatever the app writes is for the account that runs it alone
try:
    app = create_app()
except (BadSetting, CannotStart) as why:
    sys.exit(f"Error: {why}")
gc.freeze()  # what is there from the start stays to the end: it is not looked through for what could be let go of
gc.enable()
