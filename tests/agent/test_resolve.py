"""Names become numeric addresses, and one that does not resolve is no error."""

from agent.resolve import resolve


async def test_numeric_and_local_names_resolve() -> None:
    assert await resolve("127.0.0.1") == ["127.0.0.1"]
    assert set(await resolve("localhost")) & {"127.0.0.1", "::1"}


async def test_name_that_nobody_has_is_no_address() -> None:
    assert await resolve("no-such-host.invalid") == ()
    assert await resolve("x" * 300) == ()
