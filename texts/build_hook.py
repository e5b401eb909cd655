"""Compile the gettext catalogues when a wheel or an editable install is built."""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from typing_extensions import override

DOMAIN = "egov"


def compile_catalogues(folder: Path) -> list[Path]:
    """Write the `.mo` beside each `.po` below `folder`, and name what was written.

    A fuzzy entry is left out: a guess of a merge is worse than the English text.
    """
    written = []
    for source in sorted(folder.glob(f"*/LC_MESSAGES/{DOMAIN}.po")):
        with source.open("rb") as lines:
            catalogue = read_po(lines, locale=source.parts[-3])
        target = source.with_suffix(".mo")
        with target.open("wb") as binary:
            write_mo(binary, catalogue, use_fuzzy=False)
        written.append(target)
    return written


class CatalogueHook(BuildHookInterface):  # type: ignore[type-arg]  # hatchling leaves its config type open
    """Hatchling's custom hook: the catalogues go into the wheel compiled."""

    PLUGIN_NAME = "custom"

    @override
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, and tell hatchling that the results, which git ignores, belong to the wheel."""
        del version
        root = Path(self.root)
        for target in compile_catalogues(root / "texts"):
            build_data["artifacts"].append(target.relative_to(root).as_posix())


if __name__ == "__main__":
    compile_catalogues(Path(__file__).parent)
