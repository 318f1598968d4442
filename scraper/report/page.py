"""The page itself: a report as HTML. Imported only when there is one to make, as are the libraries that it needs."""

from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from scraper.report.charts import charts
from scraper.report.contents import Report
from scraper.report.masking import mask_text
from scraper.report.scales import duration, latency, number


def render(report: Report) -> str:
    """The report as an HTML document that needs nothing else."""
    folder = Path(__file__).parent
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "count": lambda value: f"{value:,}",
        "number": number,
        "duration": duration,
        "latency": latency,
        "masked": mask_text,
    }
    environment.tests["web_url"] = is_web_url
    course = report.run.series
    shown = (
        [] if report.run.shared and not course.total().counts.pages else charts(course)
    )
    drawn = [(chart, Markup(chart.svg)) for chart in shown]  # noqa: S704 - pygal's, which escapes; the only texts in it are ours
    style = Markup((folder / "page.css").read_text("utf-8"))  # noqa: S704 - our own file
    template = environment.get_template("page.html")
    return template.render(
        report=report, total=report.run.series.total(), charts=drawn, style=style
    )


def is_web_url(url: str) -> bool:
    """Whether a link may lead there: a site may say `javascript:...`."""
    try:
        return urlsplit(url).scheme in ("http", "https")
    except ValueError:
        return False
