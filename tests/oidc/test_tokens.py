"""Keys and signed tokens of strange shapes: passed over or refused, never an error of ours."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from joserfc import jws, jwt
from joserfc.jwk import ECKey

from feedback_api.domain.sign_in_errors import ProviderUnfit, TokenRefused
from feedback_api.oidc.tokens import check_id_token, read_keys, signed_claims

KEY = ECKey.generate_key("P-256", {"kid": "own", "use": "sig"})
OWN = KEY.as_dict(private=False)
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
CLAIMS: dict[str, Any] = {
    "iss": "https://login.example.org",
    "sub": "ana",
    "aud": "code",
    "nonce": "nonce",
    "iat": SECONDS,
    "exp": SECONDS + 60,
}
HEADER = {"alg": "ES256", "kid": "own"}
STRANGE_KEYS: dict[str, object] = {
    "an unknown kind": {"kty": "AKP", "alg": "ML-DSA-65", "pub": "AA", "kid": "new"},
    "an unknown curve": {"kty": "EC", "crv": "P-999", "x": "AA", "y": "AA"},
    "a point off the curve": {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"},
    "nothing of a key": {"kty": "RSA"},
    "wrong types": {"kty": "RSA", "n": 1, "e": []},
    "no kind": {},
    "a kind that is a number": {"kty": 5},
    "no object": "key",
    "a shared secret": {"kty": "oct", "k": "A" * 43},
}


def _keys(*rows: object) -> bytes:
    return json.dumps({"keys": rows}).encode()


def _checked(token: str) -> None:
    check_id_token(
        signed_claims(token, read_keys(_keys(OWN)), ["ES256"]),
        issuer=CLAIMS["iss"],
        client="code",
        nonce="nonce",
        access_token="access",
        now=NOW,
    )


@pytest.mark.parametrize("strange", STRANGE_KEYS.values(), ids=STRANGE_KEYS)
def test_key_that_nobody_here_knows_leaves_the_others_in_use(strange: object) -> None:
    """RFC 7517, 5: a provider may be ahead of us."""
    keys = read_keys(_keys(strange, OWN))

    signed_claims(jwt.encode(HEADER, CLAIMS, KEY), keys, ["ES256"])
    with pytest.raises(ProviderUnfit):
        read_keys(_keys(strange))


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"keys": 1}', b'{"keys": {}}', b"[" * 100_000]
)
def test_what_is_no_set_of_keys_is_unfit(body: bytes) -> None:
    with pytest.raises(ProviderUnfit):
        read_keys(body)


def test_sound_token_is_believed() -> None:
    _checked(jwt.encode(HEADER, CLAIMS, KEY))


ODD: list[object] = [
    None,
    True,
    0,
    -1,
    1.5,
    10**30,
    "",
    "x",
    [],
    ["x"],
    ["code", "x"],
    [None],
    {},
    {"a": 1},
]


@pytest.mark.parametrize("name", ["iss", "aud", "exp", "nonce", "azp", "at_hash", "iat", "nbf"])
def test_signed_claim_of_any_shape_is_believed_or_refused(name: str) -> None:
    for value in ODD:
        try:
            _checked(jwt.encode(HEADER, {**CLAIMS, name: value}, KEY))
        except TokenRefused:
            continue
        assert name not in {"iss", "aud", "nonce"}, value


@pytest.mark.parametrize(
    "payload", [b"", b"{", b"[]", b"1", b"null", b"[" * 50_000, b'{"a":' * 50_000]
)
def test_signed_payload_that_holds_no_claims_is_refused(payload: bytes) -> None:
    with pytest.raises(TokenRefused):
        _checked(jws.serialize_compact(HEADER, payload, KEY))
