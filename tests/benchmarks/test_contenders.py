"""Each contender collects just the articles of a small site; those whose packages are missing are skipped."""

import csv
from pathlib import Path

import pytest

from benchmarks.check import problems
from benchmarks.contenders import CONTENDERS, OURS, Contender
from benchmarks.environment import missing
from benchmarks.measure import FailedRunError
from benchmarks.runs import Range
from benchmarks.site import BenchmarkSite, Listed

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("contender", CONTENDERS, ids=lambda each: each.name)
def test_contender_exports_the_articles_of_the_site(
    site: Range, contender: Contender
) -> None:
    if lacking := missing(site.python, contender.packages):
        pytest.skip(f"{site.python} has no {', '.join(lacking)}")
    taken = site.run(contender)
    assert taken.cpu > 0.1
    assert taken.memory > 10_000_000
    assert taken.disk > 7 * 35 * 100


def test_this_project_keeps_its_database(site: Range, tmp_path: Path) -> None:
    """All that is on by default is on: the database, too."""
    seen: list[str] = []

    class Watched(Contender):
        def command(
            self, url: str, folder: Path, concurrency: int, python: str
        ) -> list[str]:
            code = "import pathlib, subprocess, sys; subprocess.run(sys.argv[2:], check=True); "
            code += "pathlib.Path(sys.argv[1]).write_text('\\n'.join(map(str, pathlib.Path().rglob('*'))))"
            crawl = OURS.command(url, folder, concurrency, python)
            return [crawl[0], "-c", code, str(tmp_path / "files"), *crawl]

    site.run(Watched("watched", "watched"))
    seen = (tmp_path / "files").read_text().splitlines()
    assert ".scrapy/crawls.db" in seen


def test_a_contender_that_fails_is_told_with_its_last_words(site: Range) -> None:
    contender = Contender("broken", "broken", "no_such_script.py")
    with pytest.raises(FailedRunError, match=r"no_such_script\.py"):
        site.run(contender)


class TestCheck:
    """What is wrong with an export is found."""

    site = BenchmarkSite(topics=2, pages=5)
    index = "http://127.0.0.1:1/"

    def rows(self) -> list[Listed]:
        return list({listed.url: listed for listed in self.site.listed()}.values())

    def problems(self, folder: Path, rows: list[Listed]) -> list[str]:
        file = folder / "articles.csv"
        with file.open("w", encoding="utf-8", newline="") as output:
            writer = csv.writer(output)
            writer.writerow(Listed._fields)
            for row in rows:
                writer.writerow(row._replace(url=f"http://127.0.0.1:1{row.url}"))
        return list(problems(file, self.index, self.site))

    def test_all_is_well(self, tmp_path: Path) -> None:
        rows = self.rows()
        assert len(rows) == self.site.unique
        assert self.problems(tmp_path, rows) == []

    def test_an_article_is_missing(self, tmp_path: Path) -> None:
        (problem,) = self.problems(tmp_path, self.rows()[1:])
        assert problem.startswith("missing")

    def test_an_article_comes_twice(self, tmp_path: Path) -> None:
        rows = self.rows()
        (problem,) = self.problems(tmp_path, [*rows, rows[3]])
        assert "second time" in problem

    @pytest.mark.parametrize("field", ["title", "description", "topic"])
    def test_a_field_is_altered(self, tmp_path: Path, field: str) -> None:
        first, *others = self.rows()
        altered = first._replace(**{field: getattr(first, field) + "x"})
        (problem,) = self.problems(tmp_path, [altered, *others])
        assert problem.startswith("line 2:")
