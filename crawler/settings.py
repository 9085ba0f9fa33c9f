"""Scrapy's settings. Every value that differs from Scrapy 2.19's stands with that default beside it."""

from importlib.metadata import version

from crawler.sites import SITES_DIR as _SITES_DIR

BOT_NAME = "zhenggai"  # scrapybot
SPIDER_MODULES = ["crawler.spiders"]
NEWSPIDER_MODULE = "crawler.spiders"

# Who we are, and what we may fetch.
USER_AGENT = f"zhenggai/{version('zhenggai')} (+https://github.com/zhenggai-archive/zhenggai)"  # Scrapy/2.19.0 (+https://scrapy.org)
ROBOTSTXT_OBEY = True  # False
ROBOTSTXT_USER_AGENT = "zhenggai"  # None: the whole USER_AGENT
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "zh-CN,zh;q=0.9",  # en
    "Accept-Encoding": "gzip, deflate, br",  # zstd besides, which no reader of WARC files undoes
}

# Pace, for each host: one request at a time, one a second, slower where the server is.
DOWNLOAD_DELAY = 1  # 0; jittered by DOWNLOAD_DELAY_JITTER = 0.5
CONCURRENT_REQUESTS_PER_DOMAIN = 1  # 8
CONCURRENT_REQUESTS = 4  # 16; one at a time on each of a site's hosts
AUTOTHROTTLE_ENABLED = True  # False
AUTOTHROTTLE_START_DELAY = 1  # 5.0
WARN_ON_GENERATOR_RETURN_VALUE = False  # True; Scrapy parses the callback's source for that at every response, and mypy tells once
CONCURRENT_ITEMS = 1  # 100; Scrapy makes so many tasks for every response, and ours yield one item each
DOWNLOAD_TIMEOUT = 60  # 180
DOWNLOAD_MAXSIZE = 32 * 1024 * 1024  # 1 GiB: the largest attachments are scans of some 20 MB; as received, and decompressed
DOWNLOAD_WARNSIZE = 0  # 32 MiB; nothing larger is fetched
DECOMPRESSION_MAXRATIO = 200  # ours: pages of a megabyte and more are compressed to a tenth, repetitive tables to a fiftieth
REDIRECT_MAX_TIMES = 10  # 20; by status and by meta refresh together
RETRY_TIMES = 2  # as Scrapy has it
RETRY_BACKOFF = 5  # ours: seconds before the first retry, doubled before each further one
RETRY_AFTER_MAX = 600  # ours: seconds that a host is left alone when it answers 429; if it wants longer, its crawl ends
RETRY_GIVE_UP_LOG_LEVEL = "INFO"  # ERROR; what was given up is in the closing report
TWISTED_DNS_RESOLVER = "crawler.resolver.PublicResolver"  # scrapy.resolver.CachingThreadedResolver

# What comes back.
SPIDER_MIDDLEWARES = {
    "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None,  # 50; a 404 is an answer, and is recorded
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,  # 900; pages are counted by walk, not by depth
    "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware": None,  # 1000; warns developers who copy response.meta
}
METAREFRESH_MAXDELAY = 1  # 100; "this page does not exist, back to the home page in 3 seconds" must not become the home page
DOWNLOAD_VERIFY_CERTIFICATES = True  # False; a capture is evidence of who answered
DOWNLOAD_HANDLERS = {  # {}: HTTP11DownloadHandler
    "http": "crawler.handlers.Http11Handler",
    "https": "crawler.handlers.Http11Handler",
}
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,  # 50; looks at allowed_domains; ours look at the site's hosts
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,  # 100
    "crawler.middlewares.robots.PoliteRobotsMiddleware": 100,
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,  # 300; what asks for a password is not public
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,  # 550
    "crawler.middlewares.retry.BackoffRetryMiddleware": 550,
    "crawler.middlewares.pace.PaceMiddleware": 560,
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,  # 580
    "crawler.middlewares.refresh.SparingRefreshMiddleware": 580,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,  # 590
    "crawler.middlewares.compression.BoundedCompressionMiddleware": 590,
    "crawler.middlewares.guard.GuardMiddleware": 890,  # after every redirect
    "crawler.middlewares.capture.CaptureMiddleware": 900,  # next to the wire: sees redirects, robots.txt and compressed bodies
}
ITEM_PIPELINES = {
    "pipelines.step1_decode.DecodePipeline": 100,
    "pipelines.step2_extract.ExtractPipeline": 200,
    "pipelines.step3_classify.ClassifyPipeline": 300,
    "pipelines.step4_read.ReadPipeline": 400,
    "pipelines.refusals.RefusalsPipeline": 440,  # a block page is known before anything waits for a worker
    "pipelines.readers.ReadersPipeline": 450,  # the steps so far only put down what is to be done; here a worker process does it
    "pipelines.step5_store.StorePipeline": 500,
}

LOG_FORMATTER = "crawler.log.FetchLog"  # scrapy.logformatter.LogFormatter

# No door into a running crawl.
REMOTE_CONTROL_ENABLED = False  # True
TELNETCONSOLE_ENABLED = False  # 1

# This project's own.
SITES_DIR = str(_SITES_DIR)
ARCHIVE_DB = "archive.db"
OVERRIDES = None  # None: `overrides.yml` beside the archive; pages of which a person decided whether they are notices
CAPTURES_DIR = None  # None: `captures` beside the archive
JOURNAL = None  # a file that gets, as JSON lines, all that is stored in the archive, so that it can be stored in another one as well
CAPTURE_MAX_BYTES = 1024 * 1024 * 1024  # a WARC file that has reached this size is followed by another
SITES_AT_ONCE = (
    32  # crawled side by side, a request a second each; the others wait, so that thousands of sites need no more memory than these
)
READING_WORKERS = 0  # processes that read pages; 0: as many as there are cores beside the crawler's own
READING_SECONDS = 360  # a page that takes longer to read is an error; each of its five files has a minute of its own
FULL = False  # whole lists, and every known notice again
# So many pages in a row that a WAF refused end the crawl of a site; from the first on it is asked for one page at a time, and for
# none that waits once it has ended.
BLOCKS_UNTIL_STOP = 5
LOOKS_REFUSED = "pipelines.refusals.looks_refused"  # tells as much when an answer arrives, before the next request is sent
LIST_PAGES = 3000  # of one column; some have several hundred, and one whose every page lists something new has no end
# Bounds where links are followed (software `links`); what was left is in the closing report.
LINKS_DEPTH = 5  # links between the start and a page: 政务公开, 信息公开, 党务公开, 巡察整改, the page of one round
# Looked at in one crawl of a site, articles apart: some twenty minutes at one a second. The next crawl passes over what led nowhere and
# asks for two pages of a column that was read to its end, so it gets further, as far as these do not fill the bound themselves.
LINKS_PAGES = 1000
LINKS_COLUMN = 400  # pages of one column; the longest that was met announced 322
VISITS_CLASS = "pipelines.visits.ArchiveVisits"
EARLIER_CAPTURES_CLASS = "pipelines.captures.EarlierCaptures"
