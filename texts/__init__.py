"""The words that people read, in their language: gettext over Babel catalogues.

Strings in the code are English and are the keys; `texts/zh/LC_MESSAGES/egov.po` holds the Chinese.
The language belongs to the context (a command, a request, the service), not to the process: a
status page in Chinese and an operator's English terminal are served side by side.
"""

import contextlib
import gettext as gettext_module
from collections.abc import Iterable, Iterator, Mapping
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Literal, cast

Language = Literal["zh", "en"]

DOMAIN = "egov"
_COMMAS: Mapping[Language, str] = {"en": ", ", "zh": "、"}
_SEMICOLONS: Mapping[Language, str] = {"en": "; ", "zh": "；"}
_language: ContextVar[Language] = ContextVar("language", default="zh")


def gettext(message: str) -> str:
    """Translate `message` into the language of the running context."""
    return _catalogue(_language.get()).gettext(message)


def ngettext(singular: str, plural: str, count: int) -> str:
    """Translate a message whose form depends on `count`."""
    return _catalogue(_language.get()).ngettext(singular, plural, count)


def listed(items: Iterable[str]) -> str:
    """Join items as the running context's language does: a, b or 甲、乙."""
    return _COMMAS[_language.get()].join(items)


def clauses(items: Iterable[str]) -> str:
    """Join statements, each of which may have commas in it."""
    return _SEMICOLONS[_language.get()].join(items)


def marked(message: str) -> str:
    """Mark a string for the catalogue that is translated later, where it is shown."""
    return message


def language() -> Language:
    """Say which language the running context speaks."""
    return _language.get()


@contextlib.contextmanager
def speaking(choice: Language) -> Iterator[None]:
    """Speak `choice` inside the block, and the former language again after it."""
    token = _language.set(choice)
    try:
        yield
    finally:
        _language.reset(token)


def speak(choice: Language) -> None:
    """Speak `choice` from here on in this context."""
    _language.set(choice)


def from_environment(environ: Mapping[str, str]) -> Language:
    """Choose the terminal's language: LC_ALL, LC_MESSAGES, LANG in POSIX order, else Chinese.

    `C`, `POSIX` and an empty value say nothing about the reader, who is then Chinese.
    """
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = environ.get(variable, "").partition(".")[0]
        if value in ("", "C", "POSIX"):
            continue
        return "zh" if value.lower().startswith("zh") else "en"
    return "zh"


@cache
def _catalogue(choice: Language) -> gettext_module.NullTranslations:
    if choice == "en":
        return gettext_module.NullTranslations()
    folder = Path(__file__).parent
    return gettext_module.translation(DOMAIN, folder, languages=[cast("str", choice)])
