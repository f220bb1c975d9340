"""Measures what is promised, and prints each goal beside its figure: `make bench`."""

import warnings

# The PostgreSQL of the tests asks for a run-time folder; falling back to the temporary folder is fine.
warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")
