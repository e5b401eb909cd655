"""The one catalogue of metric families: name, type, unit, labels, help, table, preferred method.

SNMP, CLI, hosts and twenty vendors give the same families, so each is declared once, in
catalogue.yaml; profiles and collectors refer to it by name. A user's profile may add `egov_x_*`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from collectors.declarations import Declarations
from collectors.families import Family, FamilyType, Scope, TableSpec
from inventory.located import Node, Problems, Step, read

__all__ = ["Catalogue", "Family", "FamilyType", "Scope", "TableSpec", "load_catalogue"]

CATALOGUE_FILE = Path(__file__).with_name("catalogue.yaml")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every table and family by name, in the order of their declaration.

    `columns` gives the families of each table, in the order of the exposition.
    """

    tables: Mapping[str, TableSpec]
    families: Mapping[str, Family]
    columns: Mapping[str, tuple[Family, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Group the families by table."""
        columns: dict[str, list[Family]] = {name: [] for name in self.tables}
        for family in self.families.values():
            columns[family.table].append(family)
        frozen = MappingProxyType({name: tuple(some) for name, some in columns.items()})
        object.__setattr__(self, "columns", frozen)

    def extended(self, root: Node, *steps: Step) -> "Catalogue":
        """Add what a user's profile declares in the mapping at `steps` of its document.

        Raises:
            Problems: a name that is not `egov_x_*` (table: `x_*`) or is taken, and every other
                mistake, with file and line.
        """
        return self._with(self._read(root, *steps, user=True))

    def _read(self, root: Node, *steps: Step, user: bool) -> Declarations:
        return Declarations(root, *steps, tables=self.tables, families=self.families, user=user)

    def _with(self, found: Declarations) -> "Catalogue":
        if found.problems:
            raise Problems(found.problems)
        return Catalogue(
            MappingProxyType({**self.tables, **{table.name: table for table in found.tables}}),
            MappingProxyType({**self.families, **{one.name: one for one in found.families}}),
        )


def load_catalogue(path: Path = CATALOGUE_FILE) -> Catalogue:
    """Read our own catalogue.

    Raises:
        Problems: every mistake in the file, with its line.
    """
    empty = Catalogue(MappingProxyType({}), MappingProxyType({}))
    return empty._with(empty._read(read(path), user=False))  # noqa: SLF001 - of the same class
