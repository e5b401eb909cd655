"""What a reload changes: pure, so that the service can decide before it touches anything."""

from dataclasses import dataclass

from inventory.inventory import Inventory, Target, credentials_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Diff:
    """Ids of targets, each in one of the four; in the order of the newer inventory.

    A target has changed when its entry has, or a credential that it uses. One whose kind changed
    is removed and added.
    """

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()


def diff(old: Inventory, new: Inventory) -> Diff:
    """Compare two inventories as written; another secret behind the same reference is not seen."""
    before = {target.id: target for target in old.targets()}
    after = {target.id: target for target in new.targets()}
    both = [name for name in after if name in before and before[name].kind == after[name].kind]
    changed = {
        name
        for name in both
        if before[name] != after[name] or _credentials_changed(after[name], old, new)
    }
    kept = set(both)
    return Diff(
        added=tuple(name for name in after if name not in kept),
        removed=tuple(name for name in before if name not in kept),
        changed=tuple(name for name in both if name in changed),
        unchanged=tuple(name for name in both if name not in changed),
    )


def _credentials_changed(target: Target, old: Inventory, new: Inventory) -> bool:
    return any(
        old.credentials.get(name) != new.credentials.get(name) for name in credentials_of(target)
    )
