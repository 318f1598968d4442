"""The demo site's options."""

import argparse

import pytest

from scraper.demo import DemoOptions
from scraper.demo.options import add_arguments
from scraper.exceptions import ConfigurationError


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"topics": "0"}, "--topics must be from 1 to 10000, not 0"),
        ({"topics": "x"}, "--topics must be a whole number, not 'x'"),
        ({"pages": "1.5"}, "--pages must be a whole number, not '1.5'"),
        ({"articles": "1001"}, "--articles must be from 1 to 1000, not 1001"),
        ({"latency": "-1"}, "--latency must be from 0 to 3600, not -1.0"),
        ({"latency": "nan"}, "--latency must be from 0 to 3600, not nan"),
        ({"error_rate": "1"}, "--error-rate must be from 0 to 0.99, not 1.0"),
        ({"error_rate": "often"}, "--error-rate must be a number, not 'often'"),
        ({"seed": "-1"}, f"--seed must be from 0 to {2**63}, not -1"),
        ({"port": "65536"}, "--port must be from 0 to 65535, not 65536"),
    ],
)
def test_a_wrong_value_is_named_with_its_option(
    values: dict[str, str], message: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        DemoOptions.from_strings(values)
    assert str(caught.value) == message


def test_missing_values_are_the_defaults() -> None:
    assert DemoOptions.from_strings({"topics": None}) == DemoOptions()


def test_arguments_give_the_options_again() -> None:
    options = DemoOptions(
        topics=3,
        pages=4,
        articles=5,
        latency=0.5,
        error_rate=0.25,
        seed=6,
        port=7,
        gzip=True,
    )
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    parsed = parser.parse_args(options.arguments())
    assert DemoOptions.from_strings(vars(parsed)) == options


def test_site_is_the_one_asked_for() -> None:
    site = DemoOptions(topics=3, pages=4, articles=5, seed=6).site
    assert (site.topics, site.pages, site.articles, site.seed) == (3, 4, 5, 6)
