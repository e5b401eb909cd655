"""What the web sees of the service; implements agent.web.views.Views."""

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from ipaddress import IPv6Address, ip_address
from pathlib import Path

from agent.clock import Clock
from agent.derive.derivation import Scope
from agent.derive.engine import Engine
from agent.derive.ipv6_readiness import Ipv6Readiness
from agent.derive.ipv6_sites import SiteIpv6
from agent.derive.site_rollup import SiteTargets
from agent.derive.target_up import TargetUp
from agent.derive.topology import Topology
from agent.exposition.exposition import Exposition
from agent.reload import Reloader
from agent.rounds import Last, Rounds
from agent.scheduler import Key, Scheduler
from agent.supervisor import Supervisor
from agent.web.views import (
    CheckView,
    ErrorView,
    Family,
    LinkView,
    ParentView,
    Readiness,
    ReloadResult,
    SiteIpv6View,
    SiteView,
    TargetState,
    TargetView,
    TopologyView,
)
from inventory.endpoints import Endpoint
from inventory.inventory import Target, name_of, site_of
from inventory.machines import Host, Kiosk
from inventory.models import Device, Site, SiteAddress
from texts import Language

STATES: Mapping[bool | None, TargetState] = {
    True: TargetState.UP,
    False: TargetState.DOWN,
    None: TargetState.UNKNOWN,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceViews:
    """Reads the parts of the service; only `reload` changes anything.

    Args:
        family_in_use: the address family that a check talks over, once it does.
    """

    clock: Clock
    supervisor: Supervisor
    reloader: Reloader
    exposition: Exposition
    scheduler: Scheduler
    rounds: Rounds
    derivations: Engine
    family_in_use: Callable[[Key], Family | None]

    @property
    def generation(self) -> int:
        """The number of the running configuration."""
        return self.reloader.generation

    @property
    def language(self) -> Language:
        """The language of pages whose reader asks for none."""
        return self.reloader.running.settings.language

    @property
    def external_url(self) -> str | None:
        """The agent's address as others reach it, or None."""
        return self.reloader.running.settings.external_url

    @property
    def web_config(self) -> Path | None:
        """The web-config file."""
        return self.reloader.running.settings.web_config

    @property
    def users(self) -> Mapping[str, str]:
        """Roles by name."""
        return {user.name: user.role for user in self.reloader.running.settings.users}

    @property
    def version(self) -> str:
        """The agent's version."""
        return version("egov-agent")

    async def target_page(self, target_id: str, *, gzip: bool) -> bytes | None:
        """Return a target's exposition."""
        return await self.exposition.target_page(target_id, self.clock.monotonic(), gzip=gzip)

    async def agent_page(self, *, gzip: bool) -> bytes:
        """Return the exposition of the agent and of what belongs to no target."""
        return await self.exposition.agent_page(self.clock.monotonic(), gzip=gzip)

    def stream(self, *, gzip: bool) -> AsyncGenerator[bytes, None]:
        """Yield the whole exposition in pieces."""
        return self.exposition.stream(self.clock.monotonic(), gzip=gzip)

    def target_ids(self) -> Sequence[str]:
        """Return the ids of all targets of this generation, sorted."""
        return self.reloader.running.target_ids

    def target(self, target_id: str) -> TargetView | None:
        """Return one target as it is now."""
        target = self.reloader.running.targets.get(target_id)
        if target is None:
            return None
        checks = self.reloader.running.checks.get(target_id, ())
        family = self._family(target, checks)
        return TargetView(
            id=target.id,
            kind=target.kind,
            name=name_of(target),
            site=site_of(target),
            address=_address(target, family),
            family=family,
            state=self._state(target.id),
            checks=tuple(self._check(target.id, check) for check in checks),
            ipv6=self.derivations.fact(Ipv6Readiness, target.id),
        )

    def sites(self) -> Sequence[SiteView]:
        """Return all sites, each after its parent."""
        inventory = self.reloader.running.inventory
        ordered = [site for root in inventory.children(None) for site in inventory.subtree(root)]
        return [self._site(inventory.sites[site]) for site in ordered]

    def topology(self) -> TopologyView:
        """Return links and parents as they were derived last."""
        known = self.derivations.fact(Topology, "")
        if known is None:
            return TopologyView()
        return TopologyView(
            links=tuple(
                LinkView(
                    source=link.source,
                    source_interface=link.source_interface,
                    destination=link.destination,
                    destination_interface=link.destination_interface,
                    state=link.state.value,
                )
                for link in known.links
            ),
            parents={
                child: ParentView(parent=one.parent, source=one.source)
                for child, one in known.parents.items()
            },
        )

    def ready(self) -> Readiness:
        """Say that the service is ready: whoever can ask is answered by open sockets.

        While it ends, visits get a few seconds: time enough for a balancer to look elsewhere.
        """
        if self.supervisor.ends:
            return Readiness(ready=False, reasons=("the service is ending",))
        return Readiness(ready=True)

    async def reload(self) -> ReloadResult:
        """Read inventory and settings again: all or nothing."""
        return await self.reloader.reload()

    def _site(self, site: Site) -> SiteView:
        """Describe a site by what was last counted: to count anew goes through all targets."""
        counted = self.derivations.fact(SiteTargets, site.id)
        if counted is None:  # until the first derivation has run
            counted = SiteTargets(site.id, 0, 0, self.derivations.size(Scope.SITE, site.id))
        return SiteView(
            id=site.id,
            name=site.name,
            level=site.level,
            parent=site.parent,
            up=counted.up,
            down=counted.down,
            unknown=counted.unknown,
            ipv6=self._site_ipv6(site.id),
        )

    def _site_ipv6(self, site: str) -> SiteIpv6View | None:
        counted = self.derivations.fact(SiteIpv6, site)
        if counted is None:
            return None
        return SiteIpv6View(
            expected=counted.expected,
            ready=counted.ready,
            devices=counted.devices,
            more=counted.more,
        )

    def _state(self, target: str) -> TargetState:
        fact = self.derivations.fact(TargetUp, target)
        return STATES[fact.up if fact is not None else None]

    def _check(self, target: str, check: str) -> CheckView:
        now_s = self.clock.monotonic()
        last = self.rounds.last.get((target, check))
        due_s = self.scheduler.next_due_s(target, check)
        success_s = last.success_s if last is not None else None
        return CheckView(
            name=check,
            last_success_age_s=None if success_s is None else now_s - success_s,
            error=_error(last, now_s),
            next_due_s=None if due_s is None else due_s - now_s,
        )

    def _family(self, target: Target, checks: Sequence[str]) -> Family | None:
        used = (self.family_in_use((target.id, check)) for check in checks)
        return next((family for family in used if family is not None), None)


def _error(last: Last | None, now_s: float) -> ErrorView | None:
    if last is None or last.reason is None:
        return None
    text = f"{last.text} [{last.detail}]" if last.detail else last.text
    return ErrorView(reason=last.reason.value, text=text, age_s=now_s - last.ended_s)


def _address(target: Target, family: Family | None) -> str:
    """Choose the written address of the family in use, else the first one."""
    written = _written_addresses(target)
    of_family = (address for address in written if _family_of(address) is family)
    return next(of_family, written[0] if written else "")


def _written_addresses(target: Target) -> Sequence[str]:
    match target:
        case Device() | Host() | Kiosk():
            return target.addresses
        case Site(address=SiteAddress() as address):
            return [one for one in (address.v4, address.v6) if one]
        case Endpoint():
            return [one for one in (target.url, target.tcp, target.dns, target.ping) if one]
        case _:
            return ()


def _family_of(address: str) -> Family | None:
    try:
        parsed = ip_address(address)
    except ValueError:
        return None
    return Family.IPV6 if isinstance(parsed, IPv6Address) else Family.IPV4
