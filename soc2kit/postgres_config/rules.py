"""One rule of `pg_hba.conf`, from a file or from the view `pg_hba_file_rules`."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import NamedTuple

Network = IPv4Network | IPv6Network

#: What a rule can speak of. `host` is of connections with TLS and of those without.
TYPES = ("local", "host", "hostssl", "hostnossl", "hostgssenc", "hostnogssenc")
METHODS = (
    "trust", "reject", "scram-sha-256", "md5", "password", "gss", "sspi", "ident", "peer", "ldap", "radius", "cert",
    "pam", "bsd", "oauth",
)  # fmt: skip


class Name(NamedTuple):
    """A database or user of a rule; in quotes, `all` is a name like any other."""

    text: str
    quoted: bool = False

    def keyword(self, word: str) -> bool:
        return self.text == word and not self.quoted

    @property
    def regular_expression(self) -> bool:
        """Since PostgreSQL 16, quoted or not."""
        return self.text.startswith("/")

    @property
    def group(self) -> bool:
        return self.text.startswith("+") and not self.quoted

    def __str__(self) -> str:
        return f'"{self.text}"' if self.quoted else self.text


@dataclass(frozen=True)
class Rule:
    """`address` is `all`, `samehost`, `samenet`, a network as address/length, or a host name; None for `local`."""

    file: str
    line: int
    type: str
    databases: tuple[Name, ...]
    users: tuple[Name, ...]
    address: str | None
    method: str
    options: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        return f"{self.file} line {self.line}"

    @property
    def accepts(self) -> bool:
        """Whoever can prove who they are, that is."""
        return self.method != "reject"


def network(address: str | None) -> Network | None:
    """The network that an address is; None for a word or a host name, or a mask that is no length."""
    try:
        return ip_network(address or "", strict=False)
    except ValueError:
        return None
