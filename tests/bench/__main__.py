"""`python -m tests.bench [--quick] [--only pages …]`: see `measure`.

Nothing is imported before it is known that this is the bench: each reader and writer on the wire is a process that
runs this file anew, and would begin with the whole app.
"""

if __name__ == "__main__":
    from tests.bench.measure import main

    main()
