"""Makes docs/metrics.md, in both languages side by side, out of the catalogue.

    python -m collectors.catalogue_docs

A test compares the committed page with what this writes, so the two never part.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from collectors.catalogue import Catalogue, Family, Scope, TableSpec, load_catalogue

PAGE = Path(__file__).parent.parent / "docs" / "metrics.md"

_HEAD = """\
# Metrics · 指标

<!-- Made by `python -m collectors.catalogue_docs` from collectors/catalogue.yaml; do not edit. -->

Every metric family, by the table it is measured with. Ratios are 0 to 1, sizes bytes, times
seconds; counters end in `_total`, text stands on `_info` with the value 1. A family without a
sample is not known: missing is never 0.

所有指标族，按其所属的表排列。比率为 0 到 1，容量单位为字节，时间单位为秒；计数器以 `_total` 结尾，
文本位于 `_info` 指标的标签中，其值恒为 1。没有样本表示未知：缺失绝不等于 0。

Labels `target` and `site` stand on everything measured at a target, before those listed here.
Labels in **bold** identify a row; what may change without the row becoming another stands on an
`_info` family.

凡在目标上测得的指标均带有 `target` 与 `site` 标签，位于下列标签之前。**粗体**标签标识一行；
可能变化而行仍为同一行的信息位于 `_info` 指标族。
"""

_COLUMNS = """\
| Metric · 指标 | Type · 类型 | Labels · 标签 | Meaning | 含义 |
|---|---|---|---|---|
"""


def page(catalogue: Catalogue) -> str:
    """Write the whole page."""
    sections = [
        "".join(_section(spec, catalogue.columns[name])) for name, spec in catalogue.tables.items()
    ]
    return "\n".join([_HEAD, *sections])


def _section(spec: TableSpec, families: Iterable[Family]) -> Iterator[str]:
    yield f"## {spec.name}\n\n{spec.help} · {spec.help_zh}\n\n"
    if spec.scope is Scope.AGENT:
        yield "Exposed with the agent. · 随代理自身的指标一同暴露。\n\n"
    yield _COLUMNS
    for family in families:
        labels = ", ".join(_label(family, spec, label) for label in family.labels)
        cells = (f"`{family.name}`", family.type, labels, family.help, family.help_zh)
        yield f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |\n"


def _label(family: Family, spec: TableSpec, label: str) -> str:
    name = f"**{label}**" if label in spec.identity else label
    values = family.values.get(label)
    return f"{name} ({', '.join(values)})" if values else name


if __name__ == "__main__":
    PAGE.write_text(page(load_catalogue()), encoding="utf-8")
