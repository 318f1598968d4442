"""Settings of the project: only what differs from Scrapy's defaults, each with its reason.

Any of them can be overridden on the command line: `scrapy crawl topics -s NAME=VALUE`.
"""

BOT_NAME = "scraper"
SPIDER_MODULES = ["scraper.spiders"]
NEWSPIDER_MODULE = "scraper.spiders"
COMMANDS_MODULE = "scraper.commands"

# The spider's own contracts, for `scrapy check`.
SPIDER_CONTRACTS = {
    "scraper.contracts.IndexContract": 10,
    "scraper.contracts.PageContract": 10,
    "scraper.contracts.TopicsContract": 10,
}

# ---------------------------------------------------------------------------
# The sites to crawl (read by scraper.site)

# The profile to crawl when `-a site=NAME` names no other.
SITE = "demo"

# One entry a site; docs/profiles.md explains every key.
SITES = {
    "demo": {
        # "index": the address of the page that lists the topics. Without one, `scrapy crawl topics` serves the demo
        # site itself, for as long as the crawl takes. `-a url=...` crawls any site with the same markup.
        "topics": "#content .topic a",
        "pagination": "ul.pagination",
        "page_param": "page",
        "page_size_param": "limit",
        "page_size": 35,
        "articles": ".article",
        "fields": {
            "title": ["h2", "a::attr(title)"],
            "description": "p",
            "url": {"css": "a::attr(href)", "url": True},
        },
    },
}

# Which engine reads the index and the page links of each topic's first page, and which all articles and all other
# pages: "beautifulsoup" or "lexbor". Both give the same records; BeautifulSoup takes thirty times as long, and 20 MB.
MARKUP_DISCOVERY_ENGINE = "lexbor"
MARKUP_ARTICLE_ENGINE = "lexbor"

# ---------------------------------------------------------------------------
# Being a good guest

# Scrapy's default is False.
ROBOTSTXT_OBEY = True

# Scrapy's defaults are 16 and 8. One site is crawled at a time, so both are the same. Lower them, or set
# DOWNLOAD_DELAY, for a site that asks for it; raise them for one that answers slowly: pages/s = requests at once /
# seconds a response.
CONCURRENT_REQUESTS = 32
CONCURRENT_REQUESTS_PER_DOMAIN = 32

# As many pages again wait for their turn, in which a retry has its place too: Scrapy's defaults are a stack, which
# leaves what is at its bottom until the end, and -1, which puts retries behind all else.
SCHEDULER_MEMORY_QUEUE = "scrapy.squeues.FifoMemoryQueue"
SCHEDULER_DISK_QUEUE = "scrapy.squeues.PickleFifoDiskQueue"
RETRY_PRIORITY_ADJUST = 0

# ---------------------------------------------------------------------------
# Nothing is lost on the wire (docs/politeness.md)

DOWNLOADER_MIDDLEWARES = {
    # Only with scrapy-redis's scheduler (docs/scrapy-redis.md). First: it takes over what comes from the queue.
    "scraper.shared_queue.SharedQueueMiddleware": 10,
    # After Scrapy's OffsiteMiddleware, whose rules it takes: a redirect off the site is not followed.
    "scraper.middlewares.OffsiteRedirectMiddleware": 60,
    "scraper.middlewares.RobotsTxtFailureMiddleware": 540,
    # In the place of Scrapy's: back-off, and Retry-After is honoured.
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "scraper.middlewares.BackoffRetryMiddleware": 550,
    "scraper.middlewares.DeadHostMiddleware": 560,
    # In the place of Scrapy's: the same, but it decodes only pages that may refresh themselves.
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
    "scraper.middlewares.QuickMetaRefreshMiddleware": 570,
    # Looks at bodies that were decoded: where only the end of the connection ends a page, its </html> must have come.
    "scraper.middlewares.UnendedBodyMiddleware": 580,
    # In the place of Scrapy's: a compressed body without its end is no page, and a bomb is cut off.
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "scraper.middlewares.StrictCompressionMiddleware": 590,
    "scraper.middlewares.PolitenessMiddleware": 840,
}
SPIDER_MIDDLEWARES = {
    # It warns of retries from a callback, which carry `retry_times` on purpose.
    "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware": None,
}

# Scrapy's default is ERROR. What became of a page is said by its own line, with topic and number, and in the account.
RETRY_GIVE_UP_LOG_LEVEL = "DEBUG"

# Scrapy's default is 2. With back-off, five retries bridge about half a minute of trouble.
RETRY_TIMES = 5

# Of Cloudflare's codes Scrapy's default has 522 and 524 only. 520, 521 and 523 pass just as these: the site behind it
# answered nonsense, refused the connection, could not be reached.
RETRY_HTTP_CODES = [408, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524]

# Scrapy's, without http11.TunnelError: nothing here raises it, and with it Scrapy's default handler and pyOpenSSL would
# be loaded, 0.15 s of every start.
RETRY_EXCEPTIONS = [
    "scrapy.exceptions.CannotResolveHostError",
    "scrapy.exceptions.DownloadConnectionRefusedError",
    "scrapy.exceptions.DownloadFailedError",
    "scrapy.exceptions.DownloadTimeoutError",
    "scrapy.exceptions.ResponseDataLossError",
    "twisted.internet.error.ConnectionDone",
    "twisted.internet.error.ConnectError",
    "twisted.internet.error.ConnectionLost",
    "builtins.OSError",
]

# Seconds: a retry waits a random time up to base * factor^(retry - 1), but not more than the cap ("full jitter").
RETRY_BACKOFF_BASE = 0.5
RETRY_BACKOFF_FACTOR = 2.0
RETRY_BACKOFF_CAP = 30.0

# Scrapy's default is 100: it follows a page that says "please wait" and reloads itself in 5 s at once, twenty times.
# Only a refresh without any delay is a redirect; a page that waits is tried again after the back-off.
METAREFRESH_MAXDELAY = 1

# For who sets HTTPCACHE_ENABLED: what is tried again is not taken from the cache, which has what failed.
HTTPCACHE_POLICY = "scraper.cache.RetriedAnewPolicy"

# Seconds: what a Retry-After asks for is waited for in full, up to this; then it is tried all the same, with a warning.
RETRY_AFTER_MAX = 300.0

# Honour the Crawl-delay of robots.txt. Scrapy does not.
ROBOTSTXT_CRAWL_DELAY = True

# After so many failed attempts in a row a host is paused and probed, at longer and longer intervals, and given up after
# HOST_GIVE_UP seconds: what is left of it is failed then.
HOST_FAILURES = 20
HOST_PROBE_WAIT = 1.0
HOST_GIVE_UP = 300.0

# Bytes. Scrapy's defaults are 1 GiB and 32 MiB; pages of lists are a thousandth of that, and 32 of them at once must
# fit into memory even when they are bombs.
DOWNLOAD_MAXSIZE = 8 * 1024 * 1024
DOWNLOAD_WARNSIZE = 4 * 1024 * 1024

# Seconds without any progress, with work pending, after which connections are dropped; twice that ends the crawl.
STALL_TIMEOUT = 180.0

# Seconds for what is in flight after Ctrl-C or SIGTERM. Scrapy waits for all, however long that takes.
SHUTDOWN_GRACE = 30.0

# ---------------------------------------------------------------------------
# The downloader (read by scraper.downloader; docs/downloader.md)

DOWNLOAD_HANDLERS = {
    "http": "scraper.downloader.ThreadedDownloadHandler",
    "https": "scraper.downloader.ThreadedDownloadHandler",
    # Nothing but the site is ever fetched.
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}

# Scrapy's default is False: it takes any certificate. Here they are checked against certifi's bundle.
DOWNLOAD_VERIFY_CERTIFICATES = True

# Scrapy's default is 180 s: too long to wait for a page of a list.
DOWNLOAD_TIMEOUT = 60

# ---------------------------------------------------------------------------
# Pipelines: what becomes of a page. Yours (scraper.pipelines.ArticlePipeline) go between the
# first two: behind StorePipeline a page is stored already.

ITEM_PIPELINES = {
    "scraper.pipelines.ParsePipeline": 100,
    "scraper.pipelines.DeduplicatePipeline": 900,
    "scraper.pipelines.StorePipeline": 950,
    "scraper.pipelines.OnlyNewPipeline": 960,
}

# Names of the fields that tell articles apart. Empty: the URL, else title and description.
DEDUP_FIELDS: list[str] = []

# Scrapy's default of 100 starts 100 tasks for every response. A response yields one item here, its page.
CONCURRENT_ITEMS = 1

# ---------------------------------------------------------------------------
# The crawl database (docs/database.md): kill the crawl anywhere, run the same command again

# A SQLAlchemy URL. None: a SQLite file in the project's data directory, .scrapy/crawls.db. "": all in memory.
CRAWL_DB: str | None = None

# SQLite's setting of that name. NORMAL: after a power cut the last pages may be missing, and are crawled again; FULL:
# not even these, at the cost of a flush to the disk for every transaction.
CRAWL_DB_SYNCHRONOUS = "NORMAL"

# Seconds for which a database server may be away in the middle of a crawl: workers wait, and go on when it is back.
CRAWL_DB_PATIENCE = 120.0

# Whether several processes may work on one crawl (docs/fleet.md). None: with a database server yes, with SQLite no;
# there `scrapy fleet` does it, or this setting.
CRAWL_SHARED: bool | None = None

# Seconds without a sign of life after which a worker of a shared crawl is taken for dead, and its pages go to others. A
# parser busy with one enormous page gives no sign for as long.
CRAWL_WORKER_TIMEOUT = 30.0

# How many times `scrapy fleet` starts another worker in the place of one that crashed.
FLEET_RESTARTS = 10

# ---------------------------------------------------------------------------
# Feeds: -o articles.csv (read by scraper.feeds)

FEED_EXPORTERS = {"csv": "scraper.feeds.ArticleCsvExporter"}
FEED_STORAGES = {
    "": "scraper.feeds.LocalFeedStorage",
    "file": "scraper.feeds.LocalFeedStorage",
}

# Scrapy's default escapes all but ASCII in JSON.
FEED_EXPORT_ENCODING = "utf-8"

# Put a ' before cells of a CSV that a spreadsheet would take for a formula. Off: the cells are what the site says.
CSV_ESCAPE_FORMULAS = False

# ---------------------------------------------------------------------------
# What a person sees

EXTENSIONS = {
    # First: a wrong setting stops the crawl before any other extension starts something.
    "scraper.extensions.SettingsCheck": 0,
    # Before whatever needs the database.
    "scraper.extensions.CrawlDatabase": 50,
    "scraper.extensions.FairShare": 60,
    "scraper.extensions.FleetMember": 70,
    # In the place of Scrapy's: one row an article.
    "scrapy.extensions.feedexport.FeedExporter": None,
    "scraper.feeds.ArticleFeedExporter": 100,
    # In the place of Scrapy's LogStats: pages, not requests.
    "scrapy.extensions.logstats.LogStats": None,
    "scraper.extensions.Progress": 200,
    "scraper.extensions.FailedList": 250,
    "scraper.extensions.CrawlReport": 260,
    # After the feeds: the account is the last word.
    "scraper.extensions.Summary": 300,
    "scraper.extensions.StallWatch": 400,
    "scraper.extensions.Shutdown": 500,
    # Not even built: both listen on a port by default.
    "scrapy.extensions.telnet.TelnetConsole": None,
    "scrapy.extensions.remote_control.RemoteControl": None,
}
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False

# A bar on a terminal; elsewhere a line in the log every PROGRESS_INTERVAL seconds.
PROGRESS_ENABLED = True
PROGRESS_INTERVAL = 10.0

# A file for the account of the crawl as JSON; "" for none.
REPORT_JSON = ""

# An HTML file with the crawl at a glance (docs/report.md); "" for none.
CRAWL_REPORT = ""

# A CSV file for the pages that failed; `-a pages=failed.csv` crawls just these, and appends. "" for none.
FAILED_PAGES = ""

# Scrapy's default is DEBUG, with a record for every response and item; see scraper.logformatter.
LOG_LEVEL = "INFO"
LOG_FORMATTER = "scraper.logformatter.PageLogFormatter"

# The account says what matters; -s STATS_DUMP=1 shows all the counts.
STATS_DUMP = False
STATS_CLASS = "scraper.stats.QuickStatsCollector"
