"""The entry: `flask --app app …` and `granian app:app`. What cannot be started is said in one sentence."""

import gc
import os
import sys

from selfcare.factory import create_app
from selfcare.service import BadSetting
from selfcare.start import CannotStart

os.umask(0o077)  # whatever the app writes is for the account that runs it alone
try:
    app = create_app()
except (BadSetting, CannotStart) as why:
    sys.exit(f"Error: {why}")
gc.freeze()  # what is there from the start stays to the end: it is not looked through for what could be let go of
