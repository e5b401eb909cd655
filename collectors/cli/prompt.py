"""Recognises what devices ask: their prompt, "more?", "change the password?", and refusals.

A prompt is learned, not guessed: a last line that has the form of one is only believed once the
device has answered an empty line with the same again. Banners hold `<`, `>` and `#` as well.
"""

import re
from dataclasses import dataclass

_FORMS = re.compile(
    r"(?:(?:HRP_[MSA]|RBM_[PS]))?<[^<>\s][^<>]{0,62}>"  # VRP, Comware
    r"|[^\s<>#$%\[\]][^<>#$%\[\]]{0,62}[>#]"  # RGOS, ZXROS, IOS, vtysh
    r"|\[[^\[\]\r\n]{1,80}\][$#]"  # [user@host ~]$
    r"|(?:\S[^\r\n]{0,80})?[$#]"  # user@host:~$
)
_PAIR = re.compile(r"(?:HRP_[MSA]|RBM_[PS])(?=<)")
_MORE = re.compile(
    r"(?i)(?:^|\s)(?:[-<]+ ?more ?[->]+|-+ ?more ?-+|\(?press (?:any key|space|enter) to continue"
    r".*|.{0,40}按任意键继续.*)\s*$"
)
_KEY = re.compile(r"(?i)(?:press|hit|按).{0,40}(?:to continue|继续).{0,20}$")
_YES_NO = re.compile(r"(?i)[\[(] ?(?:y(?:es)?) ?/ ?(?:n(?:o)?) ?[\])] ?[:：?]? ?$")
_CHOICE = re.compile(r"(?i)please choose.{0,40}$")
_NEW_PASSWORD = re.compile(r"(?i)(?:new password|old password|新密码|旧密码|新口令).{0,20}[:：] ?$")
_PASSWORD = re.compile(r"(?i)^ *(?:\(.{0,20}\) ?)?(?:enable )?password ?[:：] ?$|^ ?密码[:：] ?$")
_ABOUT_PASSWORD = re.compile(r"(?i)password|口令|密码")
_FULL = re.compile(
    r"(?i)all (?:vty|user|line)s?[^.\n]{0,40}(?:used|busy|in use|occupied)"
    r"|(?:session|user|connection|vty|line)s?[^.\n]{0,60}(?:reach|exceed)[^.\n]{0,40}(?:limit|max|upper)"
    r"|(?:maximum|max|limit)[^.\n]{0,40}(?:session|user|connection|vty)s?[^.\n]{0,30}(?:reach|exceed)"
    r"|too many (?:users|sessions|connections|logins)|no (?:free|available) (?:vty|line|user)"
    r"|(?:连接数|用户数|会话数)[^。\n]{0,20}(?:上限|已满)"
)


@dataclass(frozen=True, slots=True)
class Prompt:
    """The exact text that a device waits behind; a pair of firewalls may change its mark."""

    text: str

    def ends(self, line: str) -> bool:
        """Say whether a last line is this prompt and nothing else."""
        return _PAIR.sub("", line.strip(), count=1) == self.text


def candidate(line: str) -> Prompt | None:
    """Return what a last line would be, were it a prompt."""
    text = line.strip()
    if _FORMS.fullmatch(text) is None or is_question(text) or wants_more(text):
        return None
    return Prompt(_PAIR.sub("", text, count=1))


def wants_more(line: str) -> bool:
    """Recognise a pager."""
    return _MORE.search(line) is not None


def without_more(line: str) -> str:
    """Return what stands before a pager's mark: a device that erases nothing leaves it there."""
    return _MORE.sub("", line).rstrip()


def wants_key(line: str) -> bool:
    """Recognise a banner that waits for a key."""
    return _KEY.search(line) is not None


def is_question(line: str) -> bool:
    """Recognise a question that is answered with no."""
    return _YES_NO.search(line) is not None or _CHOICE.search(line) is not None


def asks_password(line: str) -> bool:
    """Recognise the question for the password of `enable`."""
    return _PASSWORD.search(line) is not None


def demands_new_password(line: str) -> bool:
    """Recognise a device that lets nobody in before the password is another."""
    return _NEW_PASSWORD.search(line) is not None


def is_about_password(text: str) -> bool:
    """Say whether a question, with the lines before it, is about changing the password."""
    return _ABOUT_PASSWORD.search(text) is not None


def is_full(text: str) -> bool:
    """Recognise that no session is free."""
    return _FULL.search(text) is not None
