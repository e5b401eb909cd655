"""Who may read the lab's switches. These are no secrets: the lab listens on loopback only.

They still stand in files of mode 0600 beside the inventory, since that is how it is done.
"""

from lab.cli.server import Account
from lab.district import Switch
from lab.responder import Access

COMMUNITY = "qinglan-lab-read"
CLI_USER, CLI_PASSWORD = "qinglan-reader", "qinglan-lab-cli"
USER, AUTH_KEY, PRIV_KEY = "qinglan-monitor", "qinglan-lab-auth", "qinglan-lab-priv"


def access(switch: Switch) -> Access:
    """Return the credential of a switch: v3 authPriv for the secured ones, else v2c."""
    if switch.secured:
        return Access(user=USER, auth_key=AUTH_KEY, priv_key=PRIV_KEY)
    return Access(community=COMMUNITY)


def account() -> Account:
    """Return the account that may look at every switch's command line, and nothing else."""
    return Account(CLI_USER, CLI_PASSWORD)
