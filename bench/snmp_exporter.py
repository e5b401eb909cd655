"""Debian's snmp_exporter reading the interface family over its HTTP, as Prometheus makes it do.

The module asks the same sixteen columns; each series also gets ifName, looked up from a seventeenth
column, since that is the label our series bear. Only the sixteen columns' samples count. It asks
for 25 repetitions unless its module says otherwise, which is what its users have; a second
contender asks for as many as there are rows.
"""

import http.client
import itertools
import shutil
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import yaml

from bench.fake_agent import AUTH_PASSWORD, COMMUNITY, PRIV_PASSWORD, USER
from bench.machine import pinned, stop, tree_cpu_s
from bench.processes import free_port
from bench.side import VISITS_AT_ONCE, Work, addresses
from bench.template import COUNTER32, COUNTER64, IFX, INDEXES, SAMPLES, VALUE_COLUMNS, Oid

PROGRAM = "prometheus-snmp-exporter"
DEFAULT_REPETITIONS, BEST_REPETITIONS = 25, len(INDEXES) + 1
_START_S = 15.0


class SnmpExporter:
    """The exporter on a core, and clients that scrape it."""

    def __init__(
        self, name: str, core: int, agents_port: int, repetitions: int, *, secured: bool
    ) -> None:
        """Start it; raises FileNotFoundError when the program is not installed."""
        self.name = name
        self._port, self._agents_port = free_port(), agents_port
        self._folder = tempfile.TemporaryDirectory()
        path = Path(self._folder.name) / "snmp.yml"
        path.write_text(
            yaml.safe_dump({"bench": module(repetitions, secured=secured)}), encoding="utf-8"
        )
        program = shutil.which(PROGRAM)
        if program is None:
            raise FileNotFoundError(PROGRAM)
        with pinned(core):
            self._child = subprocess.Popen(
                [program, f"--config.file={path}", f"--web.listen-address=127.0.0.1:{self._port}",
                 "--log.level=error"], text=True)  # fmt: skip
        self._targets = itertools.cycle(list(addresses(500)))
        self._lock = threading.Lock()
        self._wait()

    def work(self, seconds: float) -> Work:
        """Scrape for that long."""
        until = time.monotonic() + seconds
        before = tree_cpu_s(self._child.pid)
        visits = [0] * VISITS_AT_ONCE
        clients = [
            threading.Thread(target=self._client, args=(until, visits, number))
            for number in range(VISITS_AT_ONCE)
        ]
        for client in clients:
            client.start()
        for client in clients:
            client.join()
        return Work(sum(visits) * SAMPLES, tree_cpu_s(self._child.pid) - before)

    def close(self) -> None:
        """End the exporter."""
        stop(self._child)
        self._folder.cleanup()

    def _client(self, until: float, visits: list[int], number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=20)
        while time.monotonic() < until:
            self._scrape(connection)
            visits[number] += 1
        connection.close()

    def _scrape(self, connection: http.client.HTTPConnection) -> None:
        with self._lock:
            target = next(self._targets)
        connection.request("GET", f"/snmp?module=bench&target={target}:{self._agents_port}")
        body = connection.getresponse().read()
        found = sum(body.count(b"\n%b{" % name.encode()) for name, _ in VALUE_COLUMNS.values())
        if found != SAMPLES:
            raise RuntimeError(f"{self.name}: {found} samples instead of {SAMPLES}: {body[:200]!r}")

    def _wait(self) -> None:
        """Scrape once, as soon as it listens."""
        for _ in range(int(_START_S * 10)):
            connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=20)
            try:
                self._scrape(connection)
            except ConnectionRefusedError:
                time.sleep(0.1)
                continue
            finally:
                connection.close()
            return
        raise RuntimeError(f"{self.name} does not listen")


def module(repetitions: int, *, secured: bool) -> dict[str, object]:
    """Return the exporter's module: columns, names, credentials."""
    name_column = _dotted((*IFX, 1))
    lookup = {
        "labels": ["ifIndex"],
        "labelname": "ifName",
        "oid": name_column,
        "type": "DisplayString",
    }
    metrics = [
        {
            "name": name,
            "oid": _dotted(column),
            "type": "counter" if tag in (COUNTER32, COUNTER64) else "gauge",
            "help": f"{name} of IF-MIB",
            "indexes": [{"labelname": "ifIndex", "type": "gauge"}],
            "lookups": [lookup],
        }
        for column, (name, tag) in VALUE_COLUMNS.items()
    ]
    walk = [name_column, *map(_dotted, VALUE_COLUMNS)]
    shape = {"walk": walk, "metrics": metrics, "max_repetitions": repetitions}
    return shape | ({"version": 3, "auth": _user()} if secured else
                    {"version": 2, "auth": {"community": COMMUNITY}})  # fmt: skip


def _user() -> dict[str, str]:
    return {
        "username": USER,
        "security_level": "authPriv",
        "password": AUTH_PASSWORD,
        "auth_protocol": "SHA256",
        "priv_protocol": "AES",
        "priv_password": PRIV_PASSWORD,
    }


def _dotted(oid: Oid) -> str:
    return ".".join(map(str, oid))
