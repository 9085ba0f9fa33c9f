"""How replica sites are crawled."""

REPLICA_SETTINGS = {
    "DOWNLOAD_DELAY": 0,
    "AUTOTHROTTLE_ENABLED": False,
    "CONCURRENT_REQUESTS": 16,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
    "RETRY_BACKOFF": 0.1,
    "TWISTED_DNS_RESOLVER": "scrapy.resolver.CachingThreadedResolver",
}
"""A replica is this machine's own: nobody is disturbed if it is asked without a pause, and its name may be localhost."""
