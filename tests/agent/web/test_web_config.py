"""The web-config format: what is taken, and one mistake at a time with its exact message."""

import ssl
from pathlib import Path

import pytest

from agent.web.web_config import WebConfig, load_web_config
from inventory.located import Problems
from tests.agent.web.certificates import Authority
from tests.agent.web.conftest import hashed
from texts import speaking

TLS = "tls_server_config: {cert_file: server.crt, key_file: server.key"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    authority = Authority(tmp_path)
    authority.issue("agent", "localhost")
    _ = authority.file
    return tmp_path


def load(folder: Path, text: str) -> WebConfig:
    file = folder / "web.yaml"
    file.write_text(text)
    file.chmod(0o640)
    return load_web_config(file)


def refused(folder: Path, text: str) -> list[str]:
    with speaking("en"), pytest.raises(Problems) as caught:
        load(folder, text)
    return [str(one).removeprefix(f"{folder}/") for one in caught.value.problems]


def test_a_full_file(folder: Path) -> None:
    secret = hashed("x")
    config = load(
        folder,
        f"""
tls_server_config:
  cert_file: server.crt
  key_file: server.key
  client_auth_type: RequireAndVerifyClientCert
  client_ca_file: {folder}/Test-authority.pem
  client_allowed_sans: [prometheus.example, 192.0.2.7]
  min_version: TLS12
  max_version: TLS13
  prefer_server_cipher_suites: true
  cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384]
  curve_preferences: [CurveP256]
http_server_config:
  http2: true
  headers: {{Strict-Transport-Security: max-age=31536000}}
basic_auth_users:
  prometheus: {secret}
""",
    )
    assert config.tls is not None
    assert config.tls.client is ssl.CERT_REQUIRED
    assert config.tls.client_names == ("prometheus.example", "192.0.2.7")
    assert config.tls.ciphers == ("ECDHE-ECDSA-AES256-GCM-SHA384",)
    assert config.users["prometheus"].reveal() == secret
    assert secret not in repr(config)
    assert config.headers == {"Strict-Transport-Security": "max-age=31536000"}


def test_an_empty_file_is_no_protection_and_no_mistake(folder: Path) -> None:
    assert load(folder, "") == WebConfig()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1", "web.yaml:1: a: unknown key"),
        (
            "basic_auth_user: {}",
            'web.yaml:1: basic_auth_user: unknown key; did you mean "basic_auth_users"?',
        ),
        ("[a]", "web.yaml:1: expected a mapping, found a list"),
        (
            TLS + ", cert_fil: x}",
            'web.yaml:1: tls_server_config.cert_fil: unknown key; did you mean "cert_file"?',
        ),
        (
            "tls_server_config: {cert_file: server.crt}",
            "web.yaml:1: tls_server_config.key_file: is missing",
        ),
        (
            "tls_server_config:\n  cert_file: nowhere.crt\n  key_file: server.key",
            (
                "web.yaml:2: tls_server_config.cert_file: nowhere.crt cannot be read:"
                " No such file or directory"
            ),
        ),
        (
            "tls_server_config:\n  cert_file: Test-authority.pem\n  key_file: server.key",
            (
                "web.yaml:2: tls_server_config.cert_file: certificate, key and client_ca_file make"
                " no TLS server: KEY_VALUES_MISMATCH"
            ),
        ),
        (
            TLS + ", min_version: TLS11}",
            (
                "web.yaml:1: tls_server_config.min_version: TLS 1.2 is the least that is spoken;"
                " use TLS12 or TLS13"
            ),
        ),
        (
            TLS + ", min_version: TLS14}",
            (
                "web.yaml:1: tls_server_config.min_version: expected one of TLS12, TLS13,"
                ' found "TLS14"; did you mean "TLS13"?'
            ),
        ),
        (
            TLS + ", min_version: TLS13, max_version: TLS12}",
            "web.yaml:1: tls_server_config.max_version: is below min_version",
        ),
        (
            TLS + ", client_auth_type: RequireAnyClientCert}",
            (
                "web.yaml:1: tls_server_config.client_auth_type: a certificate that nobody verifies"
                " proves nothing; use RequireAndVerifyClientCert"
            ),
        ),
        (
            TLS + ", client_auth_type: RequireAndVerifyClientCert}",
            (
                "web.yaml:1: tls_server_config.client_auth_type: client certificates need"
                " client_ca_file"
            ),
        ),
        (
            TLS + ", client_ca_file: Test-authority.pem}",
            (
                "web.yaml:1: tls_server_config.client_ca_file: client_ca_file without"
                " client_auth_type verifies nobody; use RequireAndVerifyClientCert"
            ),
        ),
        (
            TLS + ", client_allowed_sans: [a.example]}",
            (
                "web.yaml:1: tls_server_config.client_allowed_sans: client_allowed_sans needs"
                " client_auth_type: RequireAndVerifyClientCert"
            ),
        ),
        (
            TLS + ", cipher_suites: [TLS_RSA_WITH_AES_128_CBC_SHA]}",
            "web.yaml:1: tls_server_config.cipher_suites[0]: expected one of TLS_ECDHE_ECDSA_",
        ),
        (
            TLS + ", curve_preferences: [CurveP256, X25519]}",
            "web.yaml:1: tls_server_config.curve_preferences: name one curve,",
        ),
        (
            TLS + ", prefer_server_cipher_suites: perhaps}",
            (
                "web.yaml:1: tls_server_config.prefer_server_cipher_suites: expected true or false,"
                ' found "perhaps"'
            ),
        ),
        (
            TLS + ", key: secret}",
            "web.yaml:1: tls_server_config.key: write it to a file and name it by key_file",
        ),
        (
            "\nbasic_auth_users:\n  wang: geheim",
            (
                "web.yaml:3: basic_auth_users.wang: expected a bcrypt hash ($2b$...),"
                " as `htpasswd -nBC 10 NAME` prints it"
            ),
        ),
        (
            'basic_auth_users: {"a:b": x}',
            (
                "web.yaml:1: basic_auth_users.a:b: a name has 1 to 128 characters, none of them a"
                " colon"
            ),
        ),
        (
            "http_server_config: {headers: {Server: x}}",
            "web.yaml:1: http_server_config.headers.Server: unknown key",
        ),
        (
            'http_server_config: {headers: {X-Frame-Options: "a\\r\\nb"}}',
            "web.yaml:1: http_server_config.headers.X-Frame-Options: is not one line of ASCII text",
        ),
        ("rate_limit: {burst: 3}", "web.yaml:1: rate_limit: is not offered;"),
        ("basic_auth_users: [a]", "web.yaml:1: basic_auth_users: expected a mapping,"),
        ("tls_server_config: 3", "web.yaml:1: tls_server_config: expected a mapping, found 3"),
    ],
)
def test_a_mistake_is_told_with_its_line(folder: Path, text: str, message: str) -> None:
    assert refused(folder, text)[0].startswith(message)


def test_all_mistakes_are_told_in_one_run(folder: Path) -> None:
    told = refused(folder, "a: 1\nbasic_auth_users:\n  x: y\nhttp_server_config:\n  b: 2\n")
    assert [one.split(": ")[1] for one in told] == [
        "a",
        "basic_auth_users.x",
        "http_server_config.b",
    ]


def test_a_password_written_by_mistake_is_not_shown(folder: Path) -> None:
    assert "geheim" not in "".join(refused(folder, "basic_auth_users: {wang: geheim}"))


def test_a_key_that_others_can_read_is_refused(folder: Path) -> None:
    (folder / "server.key").chmod(0o644)
    assert refused(folder, TLS + "}") == [
        "web.yaml:1: tls_server_config.key_file: a private key that others can read; chmod o-r"
    ]


def test_a_file_that_others_can_write_is_refused(folder: Path) -> None:
    file = folder / "web.yaml"
    file.write_text("")
    file.chmod(0o666)
    with speaking("en"), pytest.raises(Problems, match="can be written by others"):
        load_web_config(file)


def test_a_file_that_is_not_there(folder: Path) -> None:
    with pytest.raises(Problems, match=r"none\.yaml"):
        load_web_config(folder / "none.yaml")
