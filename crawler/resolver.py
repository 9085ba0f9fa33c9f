"""Names of public sites resolve to public addresses, or not at all."""

from collections.abc import Sequence

from scrapy.resolver import CachingThreadedResolver
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError

from crawler.middlewares.guard import is_public


class PublicResolver(CachingThreadedResolver):
    """Scrapy's resolver; a name that leads to loopback, private or link-local addresses counts as one that does not resolve.

    The address that is checked is the one that is connected to, so no second answer of a name server can slip in between.
    """

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> Deferred[str]:  # noqa: N802  # Twisted's name
        """Return the address of a name. Fails with DNSLookupError."""
        return super().getHostByName(name, timeout).addCallback(self._refuse_private, name)

    def _refuse_private(self, address: str, name: str) -> str:
        if not is_public(address):
            raise DNSLookupError(f"{name} resolves to {address}, which is no public address")
        return address
