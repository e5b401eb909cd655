"""Pins of host keys as they cross the control socket."""

from collections.abc import Iterable, Mapping, Sequence

from agent.control.protocol import Fault, Refused
from collectors.contract import Json
from protocols.ssh.host_key import BadHostKey, HostKey
from protocols.ssh.known_hosts import Pin, Written

MAX_PORT = 65_535


def pin_json(pin: Pin) -> Json:
    """Write a pin."""
    keys = [f"{key.algorithm} {key.text}" for key in pin.keys]
    return {"host": pin.host, "port": pin.port, "keys": keys}


def pins_of(found: Json) -> tuple[Pin, ...]:
    """Read a list of pins.

    Raises:
        Refused: it is none.
    """
    return tuple(
        Pin(*_host_and_port(one), tuple(map(_key, _list(one.get("keys")))))
        for one in _objects(found)
    )


def hosts_of(found: Json) -> tuple[tuple[str, int], ...]:
    """Read a list of hosts with their ports.

    Raises:
        Refused: it is none.
    """
    return tuple(map(_host_and_port, _objects(found)))


def written_json(written: Written) -> Json:
    """Say which keys came and went, by the host's name in the file and fingerprint."""
    return {"added": _entries(written.added), "removed": _entries(written.removed)}


def _entries(entries: Iterable[tuple[str, HostKey]]) -> Json:
    return [
        {"host": name, "algorithm": key.algorithm, "fingerprint": key.fingerprint}
        for name, key in entries
    ]


def _objects(found: Json) -> Sequence[Mapping[str, Json]]:
    objects = [one for one in _list(found) if isinstance(one, Mapping)]
    if len(objects) != len(_list(found)):
        raise Refused(Fault.BAD_REQUEST, "expected a list of objects with host and port")
    return objects


def _list(found: Json) -> Sequence[Json]:
    if not isinstance(found, list):
        raise Refused(Fault.BAD_REQUEST, "expected a list")
    return found


def _host_and_port(found: Mapping[str, Json]) -> tuple[str, int]:
    match found:
        case {"host": str(host), "port": int(port)} if 0 < port <= MAX_PORT and _is_host(host):
            return host, port
        case _:
            raise Refused(Fault.BAD_REQUEST, "expected host (one word) and port (1 to 65535)")


def _is_host(host: str) -> bool:
    """Keep everything out that would be more than one name in the file."""
    bad = set(" \t\r\n,*?!|#@[]")
    return 0 < len(host) <= 255 and host.isprintable() and not bad & set(host)  # noqa: PLR2004  RFC 1035


def _key(found: Json) -> HostKey:
    words = found.split() if isinstance(found, str) else []
    try:
        algorithm, text = words
        return HostKey.of(algorithm, text)
    except BadHostKey as error:
        raise Refused(Fault.BAD_REQUEST, f"not a host key: {error}") from error
    except ValueError as error:
        raise Refused(Fault.BAD_REQUEST, "expected a key: its type and its base64") from error
