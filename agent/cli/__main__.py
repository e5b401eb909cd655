"""`python -m agent.cli` is `egov-agent`."""

from agent.cli.main import main

main()
