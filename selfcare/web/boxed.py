"""What a file that people brought may do where it is opened: nothing."""

# A document may load nothing, run nothing, send nothing. Safari shows an empty page for a PDF in a sandbox, so a PDF
# of a laboratory does without that word: what it could run, it runs in the browser's own viewer, apart from here.
ALONE = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
BOXED = f"{ALONE}; sandbox"
