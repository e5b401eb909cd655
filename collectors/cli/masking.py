"""Hides what may be a secret in what a device printed, before anybody reads it."""

import re

_WORD = re.compile(
    r"(?i)\b(pass(?:word|wd|phrase)?|cipher|secret|communit(?:y|ies)|key(?:-string)?|irreversible"
    r"|simple|hash|md5|sha(?:256)?|token|密码|口令)([ :=]+)(?!chain\b|id\b)(\S+(?: \S+)?)"
)


def masked(line: str) -> str:
    """Replace what follows words such as `password` or `cipher`.

    >>> masked("snmp-agent community read cipher %^%#x")
    'snmp-agent community *** ***'
    """
    return _WORD.sub(lambda found: f"{found[1]}{found[2]}***", line)
