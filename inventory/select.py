"""Which targets a command means: ids, patterns, sites with all below them, roles and kinds."""

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

from inventory.inventory import TARGET_KINDS, Inventory, Target
from inventory.located import did_you_mean, shown
from inventory.models import Device
from texts import gettext as _


class NothingSelected(Exception):
    """A word of the selection means no target; the text says which, and what was near."""


def select(inventory: Inventory, words: Iterable[str]) -> tuple[Target, ...]:
    """Return the targets that the words mean, each once, in the inventory's order.

    A word is an id, a shell pattern of ids (`hx-*`), `site:ID` (the site and all below it),
    `role:core`, or `kind:host`. No word at all means every target.

    Raises:
        NothingSelected: a word that means nothing, with the nearest id.
    """
    wanted = list(words)
    if not wanted:
        return tuple(inventory.targets())
    chosen = {target.id for word in wanted for target in _meant(inventory, word)}
    return tuple(target for target in inventory.targets() if target.id in chosen)


def _meant(inventory: Inventory, word: str) -> list[Target]:
    exact = inventory.target(word)
    if exact is not None:
        return [exact]
    found = list(_matching(inventory, word))
    if not found:
        raise NothingSelected(_no_target(inventory, word))
    return found


def _matching(inventory: Inventory, word: str) -> Iterator[Target]:
    prefix, colon, name = word.partition(":")
    if not colon:
        return (one for one in inventory.targets() if fnmatchcase(one.id, word))
    if prefix == "site" and name in inventory.sites:
        below = frozenset(inventory.subtree(name))
        return (one for one in inventory.targets() if one.site in below)
    if prefix == "role":
        devices = (one for one in inventory.targets() if isinstance(one, Device))
        return (one for one in devices if one.role == name)
    if prefix == "kind":
        return (one for one in inventory.targets() if one.kind == name)
    return iter(())


def _no_target(inventory: Inventory, word: str) -> str:
    prefix, colon, name = word.partition(":")
    known: Iterable[str] = (target.id for target in inventory.targets())
    if colon and prefix == "site":
        known = [f"site:{site}" for site in inventory.sites]
    elif colon and prefix == "role":
        known = sorted({f"role:{one.role}" for one in inventory.devices.values()})
    elif colon:
        known = [f"kind:{kind}" for kind in TARGET_KINDS]
    elif name == "" and word in inventory.sites:
        return _("{word} is a site without an address; site:{word} means all below it").format(
            word=word
        )
    return _("no target is meant by {word}").format(word=shown(word)) + did_you_mean(word, known)
