"""The page of metrics says what the catalogue says."""

from collectors.catalogue import load_catalogue
from collectors.catalogue_docs import PAGE, page
from inventory.located import parse


def test_committed_page_is_current() -> None:
    """If not: python -m collectors.catalogue_docs."""
    assert PAGE.read_text(encoding="utf-8") == page(load_catalogue())


def test_every_family_has_a_row_in_both_languages() -> None:
    catalogue = load_catalogue()
    rows = [line for line in page(catalogue).splitlines() if line.startswith("| `egov_")]
    assert len(rows) == len(catalogue.families)
    assert all(row.count("|") == 6 for row in rows)


def test_bar_in_a_help_does_not_end_the_cell() -> None:
    declared = parse(b"families: {egov_x_a: {table: cpu, help: this | that}}", "p.yaml")
    assert "| this &#124; that |" in page(load_catalogue().extended(declared))
