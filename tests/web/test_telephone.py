"""The link of a telephone number dials what a person would dial."""

import pytest

from selfcare.web.telephone import tel


@pytest.mark.parametrize(
    ("written", "dialled"),
    [
        ("01632 960118", "tel:01632960118"),
        ("+44 20 7946 0958 ext 12", "tel:+442079460958,12"),
        ("020 7946 0958 x12", "tel:02079460958,12"),
        ("020 7946 0958, extension: 4012", "tel:02079460958,4012"),
        ("020 7946 0958 #12", "tel:02079460958,12"),
        ("+44 (0)20 7946 0958", "tel:+442079460958"),
        ("0044 ( 0 ) 20 7946 0958 (ext. 7)", "tel:00442079460958,7"),
        ("(020) 7946 0958", "tel:02079460958"),
        ("(0)20 7946 0958", "tel:02079460958"),
        ("٠٢٠ ٧٩٤٦ ٠٩٥٨", "tel:02079460958"),
        ("+44 20 7946 0958", "tel:+442079460958"),
        ("\u200e+44‑20–7946.0958\u200f", "tel:+442079460958"),
        ("Office: 01632 960118 or 01632 960119", "tel:01632960118"),
        ("01632 960118 / 960119", "tel:01632960118"),
        ("999", "tel:999"),
    ],
)
def test_what_is_dialled(written: str, dialled: str) -> None:
    assert tel(written) == dialled
