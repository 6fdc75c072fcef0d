"""Values that nobody else uses, put wherever a request has room, and looked for afterwards."""

import base64
import hashlib
import ipaddress
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote


@dataclass(slots=True)
class Canaries:
    """Each by where it was put; `text` makes one, `address` takes one of a documentation range."""

    values: dict[str, str] = field(default_factory=dict)

    def text(self, where: str) -> str:
        return self.values.setdefault(where, f"Canary{secrets.token_hex(8)}")

    def address(self, where: str, address: str) -> str:
        return self.values.setdefault(where, address)

    def headers(self) -> Mapping[str, str]:
        """Of a browser that tells everything it can."""
        said = self.text
        forwarded = self.address("X-Forwarded-For", "203.0.113.77")
        by_proxy = self.address("Forwarded", "198.51.100.23")
        return {
            "User-Agent": f"Mozilla/5.0 ({said('User-Agent')})",
            "Referer": f"http://127.0.0.1/{said('Referer')}?{said('Referer query')}",
            "Accept-Language": f"{said('Accept-Language')}, pt;q=0.9",
            "Cookie": f"canary={said('Cookie')}; supporter={self.supporter()}; "
            f"session={said('session')}; language={said('language cookie')}",
            "X-Forwarded-For": forwarded,
            "X-Real-IP": forwarded,
            "Forwarded": f"for={by_proxy};host={said('Forwarded host')}",
            "X-Request-Id": said("X-Request-Id"),
            "Sec-CH-UA": said("Sec-CH-UA"),
            "From": f"{said('From')}@example.org",
        }

    def supporter(self) -> str:
        """As the cookie looks that counts a browser once: 128 bits in URL-safe base64."""
        return self.values.setdefault("supporter", secrets.token_urlsafe(16))

    def found_in(self, places: Iterable[tuple[str, bytes]]) -> list[str]:
        """Where which of them turned up, in whatever form."""
        forms = [
            (where, name, sought)
            for where, value in self.values.items()
            for name, sought in forms_of(value)
        ]
        return [
            f"{where} as {name} in {place}"
            for place, content in places
            for where, name, sought in forms
            if sought in content or sought in content.lower()
        ]


def forms_of(value: str) -> Iterator[tuple[str, bytes]]:
    """How a value could lie somewhere: itself, encoded, or hashed by anybody without a key."""
    for spelt in dict.fromkeys((value, value.lower(), value.upper())):
        raw = spelt.encode()
        yield "text", raw
        yield "percent-encoded", "".join(f"%{byte:02X}" for byte in raw).encode()
        yield "quoted", quote(spelt).encode()
        yield "hex", raw.hex().encode()
        for name in ("md5", "sha1", "sha256", "sha512"):
            digest = hashlib.new(name, raw).digest()
            yield name, digest.hex()[:32].encode()
            yield f"{name} in base64", base64.b64encode(digest)[:20]
            yield f"{name} in URL-safe base64", base64.urlsafe_b64encode(digest)[:20]
        for shift in range(3):  # inside something longer it may begin at any byte of three
            padded = base64.b64encode(b"\0" * shift + raw)
            inner = padded[4 if shift else 0 : len(padded) - 4]
            yield "base64", inner
            yield "URL-safe base64", inner.translate(bytes.maketrans(b"+/", b"-_"))
    if re.fullmatch(r"[0-9.]+", value):
        yield "packed address", ipaddress.ip_address(value).packed.hex().encode()
        yield "network", value.rpartition(".")[0].encode() + b".0/"


def everything_below(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file with its name: a name can tell, too."""
    for path in sorted(folder.rglob("*")):
        yield f"the name {path.name}", path.name.encode()
        if path.is_file():
            yield str(path.relative_to(folder)), path.read_bytes()
