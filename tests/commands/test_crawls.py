"""`scrapy crawls`."""

import re
from pathlib import Path

import pytest
from scrapy.exceptions import UsageError

from scraper.commands.crawls import Command
from scraper.storage import crawls, open_database, transaction
from tests.commands.running import run
from tests.crawls.running import scrapy
from tests.storage.crawling import begin, begin_with_pages, file_url, lease, store


def test_the_crawls_are_a_table(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(Command(), folder=folder) == 0
    heading, *rows = capsys.readouterr().out.splitlines()
    assert heading.split() == [
        "id",
        "site",
        "started",
        "(UTC)",
        "state",
        "pages",
        "articles",
        "failed",
    ]
    found = [
        re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", "WHEN", row).split() for row in rows
    ]
    assert found == [
        ["1", "books", "WHEN", "finished", "0", "3", "0"],
        ["2", "books", "WHEN", "finished", "0", "3", "0"],
        ["3", "music", "WHEN", "unfinished", "0", "1", "0"],
    ]
    assert len({len(line) for line in (heading, *rows)}) == 1


def test_one_site(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(Command(), "music", folder=folder) == 0
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_a_crawl_that_another_took_the_place_of(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    engine = open_database(file_url(folder / "crawls.db"))
    with transaction(engine) as connection:
        begin(connection, "music", fresh=True)
    assert run(Command(), "music", folder=folder) == 0
    assert "superseded" in capsys.readouterr().out.splitlines()[1]


def test_old_crawls_are_deleted(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(Command(), "--keep", "1", folder=folder) == 0
    said = capsys.readouterr()
    assert said.err == "Deleted crawl 1\n"
    assert [line.split()[0] for line in said.out.splitlines()] == ["id", "2", "3"]
    assert run(Command(), "--keep", "1", folder=folder) == 0
    assert capsys.readouterr().err == "Deleted nothing\n"


def test_old_crawls_of_one_site_are_deleted(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(Command(), "--keep", "1", "music", folder=folder) == 0
    assert capsys.readouterr().err == "Deleted nothing\n"


def test_a_large_crawl_is_deleted_whole(tmp_path: Path) -> None:
    engine = open_database(file_url(tmp_path / "crawls.db"))
    with transaction(engine) as connection:
        crawl_id = begin_with_pages(connection, last=50_000)
        store(connection, lease(connection, crawl_id, 1)[0], range(100))
        crawls.finish(connection, crawl_id, "finished")
        begin(connection)
    assert run(Command(), "--keep", "1", folder=tmp_path) == 0
    with transaction(engine) as connection:
        for table in ("articles", "pages", "topics"):
            assert (
                connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar()
                == 0
            )
    engine.dispose()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["a", "b"], "give one site"), (["--keep", "0"], "--keep must be 1")],
)
def test_wrong_usage(arguments: list[str], said: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=said):
        run(Command(), *arguments, folder=tmp_path)


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("", "CRAWL_DB is empty: crawls are not kept"),
        ("crawls.db", "CRAWL_DB is no URL of a database, such as"),
        ("sqlite:////none/crawls.db", "There is no crawl database /none/crawls.db"),
    ],
)
def test_no_database_is_one_line(
    setting: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(Command(), folder=tmp_path, CRAWL_DB=setting) == 1
    err = capsys.readouterr().err
    assert err.startswith(f"scrapy crawls: {said}")
    assert err.count("\n") == 1


def test_as_a_person_runs_it_where_there_is_no_project(folder: Path) -> None:
    done = scrapy(
        "crawls", "-s", f"CRAWL_DB=sqlite:///{folder}/crawls.db", folder=folder
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == 4
    done = scrapy("crawls", folder=folder)
    assert (done.returncode, done.stderr) == (
        1,
        "scrapy crawls: There is no crawl database .scrapy/crawls.db\n",
    )


def test_a_crawl_whose_index_could_not_be_had_is_not_the_last(folder: Path) -> None:
    with transaction(open_database(file_url(folder / "crawls.db"))) as connection:
        failed = begin(connection, "books")
        assert crawls.last(connection, "books") == crawls.find(connection, failed)
        crawls.finish(connection, failed, "finished")
        assert crawls.last(connection, "books") == crawls.find(connection, 2)
