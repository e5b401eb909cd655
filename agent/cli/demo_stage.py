"""What the demo starts, in which order, and the configuration that it writes for it."""

import contextlib
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

import alerts
from agent.cli.demo_children import Child, answers, running, says
from texts import gettext as _

LISTEN = "127.0.0.1"
READY_S = 60.0
LAB_IS_READY = "READY"
SCRAPE_S = 5
_RULES = Path(alerts.__file__).with_name("rules")
"""What Prometheus makes of the metrics: readiness by site, district and role."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the demo's programs listen; the lab's SNMP is on its first port + 61."""

    agent: int
    lab: int
    prometheus: int


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything the demo needs to know to start its programs; no Prometheus when it is None."""

    folder: Path
    ports: Ports
    scenario: str
    prometheus: str | None

    @property
    def url(self) -> str:
        """The agent's address."""
        return f"http://{LISTEN}:{self.ports.agent}"


@dataclass(frozen=True, slots=True)
class Raised:
    """The demo's programs, all of them ready."""

    lab: Child
    children: Sequence[Child]
    addresses: Sequence[str]

    def check(self) -> None:
        """Raise ChildFailed when one of them has ended."""
        for child in self.children:
            child.check()

    def events(self) -> list[str]:
        """Return what the lab told since it was ready."""
        lines = self.lab.log.read_text(errors="replace").splitlines()
        ready = [place for place, line in enumerate(lines) if line.startswith(LAB_IS_READY)]
        return lines[ready[0] + 1 :] if ready else []


async def raised(
    stage: Stage, stack: contextlib.AsyncExitStack, say: Callable[[str], None]
) -> Raised:
    """Start lab, agent and Prometheus; each is ready before the next starts.

    Raises:
        ChildFailed: one of them ended or did not get ready; its last words are in the text.
    """
    python = sys.executable
    lab_options = ["--base-port", str(stage.ports.lab)]
    say(_("Writing the configuration of the lab and of its agent ..."))
    write = ["--write-config", str(stage.folder), "--listen", f"{LISTEN}:{stage.ports.agent}"]
    async with running(
        "configuration", [python, "-m", "lab", *lab_options, *write], stage.folder
    ) as writer:
        await writer.succeeds()
    say(_("Starting the lab ..."))
    command = [python, "-u", "-m", "lab", *lab_options, "--scenario", stage.scenario]
    lab = await stack.enter_async_context(running("lab", command, stage.folder))
    await says(lab, LAB_IS_READY, READY_S)
    say(_("Starting the agent ..."))
    command = [python, "-m", "agent.cli", "run", "--config", str(stage.folder / "agent.yaml")]
    agent = await stack.enter_async_context(running("agent", command, stage.folder))
    await answers(agent, f"{stage.url}/-/ready", READY_S)
    children = [lab, agent]
    addresses = _addresses(stage)
    if stage.prometheus is not None:
        say(_("Starting Prometheus ..."))
        url = f"http://{LISTEN}:{stage.ports.prometheus}"
        prometheus = await stack.enter_async_context(
            running("prometheus", _prometheus(stage, stage.prometheus), stage.folder)
        )
        await answers(prometheus, f"{url}/-/ready", READY_S)
        children.append(prometheus)
        addresses = [*addresses, _("Prometheus:   {url}").format(url=url)]
    return Raised(lab, children, addresses)


def _addresses(stage: Stage) -> list[str]:
    return [
        _("status page:  {url}").format(url=f"{stage.url}/"),
        _("metrics:      {url}").format(url=f"{stage.url}/metrics"),
    ]


def _prometheus(stage: Stage, program: str) -> list[str]:
    job = {
        "job_name": "egov",
        "scrape_interval": f"{SCRAPE_S}s",
        "http_sd_configs": [{"url": f"{stage.url}/sd", "refresh_interval": "10s"}],
    }
    path = stage.folder / "prometheus.yml"
    rules = [str(file) for file in sorted(_RULES.glob("*.rules.yaml"))]
    steps = {"evaluation_interval": f"{SCRAPE_S}s"}
    path.write_text(yaml.safe_dump({"global": steps, "rule_files": rules, "scrape_configs": [job]}))
    return [
        program,
        f"--config.file={path}",
        f"--storage.tsdb.path={stage.folder / 'prometheus-data'}",
        f"--web.listen-address={LISTEN}:{stage.ports.prometheus}",
        "--log.level=warn",
    ]
