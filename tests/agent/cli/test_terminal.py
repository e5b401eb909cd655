"""Colours follow the terminal, and survive or leave a pipe when told to."""

import socket

import pytest

from agent.cli import demo, demo_watch, terminal

PAGE = """\
# TYPE egov_interface_receive_bytes_total counter
egov_interface_receive_bytes_total{target="a",interface="GigabitEthernet 0/1"} 1000
egov_interface_receive_bytes_total{target="a",interface="VLAN 100"} 999999
# TYPE egov_interface_up gauge
egov_interface_up{target="a",interface="GigabitEthernet 0/1"} 1
egov_interface_up{target="a",interface="VLAN 100"} 0
# TYPE egov_device_cpu_ratio gauge
egov_device_cpu_ratio{target="a",component="0"} 0.25
egov_device_cpu_ratio{target="a",component="1"} 0.5
"""


def test_a_pipe_is_wide_and_without_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    console = terminal.output({})
    assert console.width >= 200
    assert not console.is_terminal


def test_force_color_keeps_colours_through_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    console = terminal.output({"FORCE_COLOR": "1"})
    with console.capture() as captured:
        console.print("[red]x[/red]")
    assert "\x1b[" in captured.get()


def test_no_color_takes_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("NO_COLOR", "1")
    console = terminal.output({"FORCE_COLOR": "1", "NO_COLOR": "1"})
    with console.capture() as captured:
        console.print("[red]x[/red]")
    assert "\x1b[31m" not in captured.get()


def test_the_demo_counts_ports_once() -> None:
    """Octets of a VLAN passed a port before; they are not added again."""
    figures = demo_watch.figures_of(PAGE)
    assert (figures.octets, figures.up, figures.ports, figures.cpu) == (1000, 1, 2, 0.5)


def test_an_empty_page_has_no_figures() -> None:
    assert demo_watch.figures_of("") == demo_watch.Figures()


def test_a_port_that_is_taken_is_passed_over() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert port < demo.first_free(port) < port + demo.PORTS_TRIED
