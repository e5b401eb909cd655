"""What holds for every test."""

import texts


def pytest_configure() -> None:
    """Expect messages in the language that the code is written in; a test of Chinese says so."""
    texts.speak("en")
