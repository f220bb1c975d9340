"""The settings that messages need: made and kept at the first start, or named by whoever runs the app."""

import subprocess
import sys
from base64 import urlsafe_b64encode
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from flask import Flask

from selfcare.config import BadSetting, Settings, Smtp
from selfcare.notifications import devices, vapid_key
from tests.harness.places import ROOT


def read(folder: Path, **env: str) -> Settings:
    return Settings.from_environment({"SELFCARE_DATA": str(folder), **env})


def raw(key: ec.EllipticCurvePrivateKey) -> str:
    number = key.private_numbers().private_value.to_bytes(32, "big")
    return urlsafe_b64encode(number).decode().rstrip("=")


def pem(key: ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def test_the_key_is_made_once_and_kept_for_its_owner_alone(tmp_path: Path) -> None:
    first, second = read(tmp_path), read(tmp_path)
    assert first.vapid_key == second.vapid_key
    kept = tmp_path / "vapid-key.pem"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert kept.read_text().strip() == first.vapid_key
    assert sorted(path.name for path in tmp_path.iterdir()) == ["secret-key", "vapid-key.pem"], (
        "drafts are left"
    )
    assert "PRIVATE" not in repr(first)


def test_many_that_start_at_once_have_one_key(tmp_path: Path) -> None:
    line = "import sys; from selfcare.config import Settings; print(Settings.from_environment().vapid_key)"
    started = [
        subprocess.Popen(
            [sys.executable, "-c", line],
            cwd=ROOT,
            env={"SELFCARE_DATA": str(tmp_path), "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(6)
    ]
    said = {process.communicate(timeout=60)[0] for process in started}
    assert len(said) == 1
    assert "BEGIN PRIVATE KEY" in said.pop()


@pytest.mark.parametrize("written", [raw, pem, lambda key: pem(key).replace("\n", "\\n")])
def test_a_key_of_one_s_own(
    tmp_path: Path, make_app: Callable[..., Flask], written: Callable[[ec.EllipticCurvePrivateKey], str]
) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    settings = read(tmp_path, SELFCARE_VAPID_KEY=written(key))
    assert not (tmp_path / "vapid-key.pem").exists()
    app = make_app(vapid_key=settings.vapid_key)
    with app.app_context():
        assert vapid_key.private().private_numbers() == key.private_numbers()
        devices.check_keys(vapid_key.public(), "A" * 22)


BAD_KEYS = {
    "nonsense": "nonsense",
    "too long": "A" * 44,
    "not a key": "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
    "another curve": pem(ec.generate_private_key(ec.SECP384R1())),
    "nought": urlsafe_b64encode(b"\x00" * 32).decode(),
    "another script": "é" * 43,
}


@pytest.mark.parametrize("name", BAD_KEYS)
def test_a_key_that_is_none_stops_the_start(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadSetting, match="SELFCARE_VAPID_KEY"):
        read(tmp_path, SELFCARE_VAPID_KEY=BAD_KEYS[name])


def test_a_kept_key_that_was_damaged_is_named(tmp_path: Path) -> None:
    (tmp_path / "vapid-key.pem").write_text("half of i")
    with pytest.raises(BadSetting, match=r"vapid-key\.pem"):
        read(tmp_path)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("smtp://mail.example", Smtp("mail.example", 587, "first")),
        (
            "smtp://a%40b.example:p%2Fw%3A@mail.example:25",
            Smtp("mail.example", 25, "first", "a@b.example", "p/w:"),
        ),
        ("smtps://mail.example", Smtp("mail.example", 465, "at once")),
        ("smtp://127.0.0.1:2525", Smtp("127.0.0.1", 2525, "none")),
        ("smtp://localhost:2525/", Smtp("localhost", 2525, "none")),
        ("smtp://[::1]:2525", Smtp("::1", 2525, "none")),
    ],
)
def test_mail_servers(tmp_path: Path, address: str, expected: Smtp) -> None:
    found = read(tmp_path, SELFCARE_SMTP=address, SELFCARE_MAIL_FROM="Selfcare <no-reply@selfcare.example>")
    assert found.smtp == expected
    assert "p/w:" not in repr(found)


BAD = {
    "SELFCARE_SMTP": ("mail.example", "http://mail.example", "smtp://", "smtp://mail.example:99999", "smtp://mail.example/x"),
    "SELFCARE_MAIL_FROM": ("", "Selfcare", "Selfcare <no-reply>", "a b@c d"),
    "SELFCARE_URL": ("selfcare.example", "http://selfcare.example", "https://", "https://a.example/", "ftp://a.example"),
    "SELFCARE_CONTACT": ("me@example.org", "mailto:", "https://", "https://a.example/x", "mailto:a@b c"),
    "SELFCARE_PUSH_HOSTS": ("https://push.example", "push", "*.", "*", "a.example/x", "127.0.0.1:port", "*.example:80"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in BAD.items() for value in values]
)
def test_what_cannot_be_used_is_named(tmp_path: Path, name: str, value: str) -> None:
    good = {"SELFCARE_SMTP": "smtp://mail.example", "SELFCARE_MAIL_FROM": "a@b.example"}
    with pytest.raises(BadSetting, match=name):
        read(tmp_path, **(good | {name: value}))


def test_what_can(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        SELFCARE_URL="https://selfcare.example",
        SELFCARE_TRUSTED_PROXIES="1",
        SELFCARE_PUSH_HOSTS="push.example, *.push.example,127.0.0.1:8140",
    )
    assert found.url == "https://selfcare.example"
    assert found.contact == "https://selfcare.example"
    assert found.push_hosts == ("push.example", "*.push.example", "127.0.0.1:8140")
    assert read(tmp_path, SELFCARE_URL="http://127.0.0.1:8000").url == "http://127.0.0.1:8000"
    by_mail = read(tmp_path, SELFCARE_SMTP="smtp://mail.example", SELFCARE_MAIL_FROM="Us <a@b.example>")
    assert by_mail.contact == "mailto:a@b.example"
    assert read(tmp_path, SELFCARE_CONTACT="mailto:c@d.example").contact == "mailto:c@d.example"


def test_nothing_given(tmp_path: Path) -> None:
    found = read(tmp_path)
    assert (found.smtp, found.url) == (None, None)
    assert "fcm.googleapis.com" in found.push_hosts
