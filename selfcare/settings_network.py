"""Where the app is reached, who stands before it, and what it reaches itself: those settings of the environment."""

import re
from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from selfcare.service import BadSetting

Network = IPv4Network | IPv6Network

# Where browsers are told of a message: Chrome and others, Firefox, Edge, Safari. Any other host is refused.
PUSH_HOSTS = (
    "fcm.googleapis.com",
    "updates.push.services.mozilla.com",
    "*.notify.windows.com",
    "web.push.apple.com",
    "*.push.apple.com",
)


# What a link that people share has after it: /shl/ and 43 letters.
LONGEST_URL = 128 - 48


def is_loopback(host: str) -> bool:
    """Whether `host` can only be reached from this machine. The demo refuses any other."""
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def proxies(env: Mapping[str, str]) -> int | tuple[Network, ...]:
    value = (env.get("SELFCARE_TRUSTED_PROXIES") or "").strip()
    try:
        if value.isascii() and value.isdigit() and 1 <= int(value) <= 9:
            return int(value)
        return tuple(ip_network(part.strip()) for part in value.split(",") if part.strip())
    except ValueError:
        raise BadSetting(
            "SELFCARE_TRUSTED_PROXIES takes how many proxies stand in a row before the app, from 1 to 9, or their "
            "addresses and networks with commas between: 192.0.2.7, 10.0.0.0/8."
        ) from None


def address(env: Mapping[str, str]) -> str | None:
    value = env.get("SELFCARE_URL") or ""
    if not value:
        return None
    found = re.fullmatch(r"(https?)://([A-Za-z0-9.-]+|\[[0-9a-f:]+\])(:\d{1,5})?", value)
    if not found or (found[1] == "http" and not is_loopback(found[2])):
        raise BadSetting(
            "SELFCARE_URL takes the address people open, such as https://selfcare.example: without a path, and without "
            "a slash at its end, which the proxy would take for one."
        )
    if len(value) > LONGEST_URL:
        raise BadSetting(
            f"SELFCARE_URL may have {LONGEST_URL} letters and signs: the links that people share are made of it, and "
            "may not be longer than 128."
        )
    return value


def push_hosts(env: Mapping[str, str]) -> tuple[str, ...]:
    given = env.get("SELFCARE_PUSH_HOSTS")
    hosts = tuple(host.strip().lower() for host in given.split(",") if host.strip()) if given else PUSH_HOSTS
    for host in hosts:
        if not re.fullmatch(r"(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)+|[a-z0-9.-]+:\d{1,5}", host):
            raise BadSetting(
                "SELFCARE_PUSH_HOSTS takes names of push services with commas between: push.example, *.push.example, "
                "or one exact host:port."
            )
    return hosts


def log(env: Mapping[str, str]) -> str:
    """Where events are written: `syslog`, the whole path of a file, or standard output where nothing is said."""
    value = (env.get("SELFCARE_LOG") or "").strip()
    if value and value != "syslog" and not value.startswith("/"):
        raise BadSetting("SELFCARE_LOG takes syslog, or the whole path of a file, such as /proc/1/fd/1.")
    return value


def metrics(env: Mapping[str, str]) -> tuple[str, int] | None:
    """Where measures are read. A port alone is one of this machine; None: nowhere."""
    value = (env.get("SELFCARE_METRICS") or "").strip()
    if not value:
        return None
    host, _, port = value.rpartition(":")
    try:
        ip_address((host or "127.0.0.1").strip("[]"))
        if not re.fullmatch(r"[0-9]{1,5}", port) or not 1 <= int(port) <= 65535:
            raise ValueError("port")
    except ValueError:
        raise BadSetting(
            "SELFCARE_METRICS takes a port of this machine, such as 9464, or an address and a port: 10.0.0.5:9464."
        ) from None
    return (host or "127.0.0.1").strip("[]"), int(port)
