"""Samples and latencies: nothing that happened is lost, and memory is bounded."""

import random

import pytest

from scraper.report.latency import LAST_BUCKET, LatencyHistogram
from scraper.report.recording import Recorder
from scraper.report.sampling import Counts, Sample, Series


def sample(seconds: float = 1.0, pages: int = 1, in_flight: float = 1.0) -> Sample:
    latencies = LatencyHistogram()
    latencies.add(0.1)
    return Sample(seconds, Counts(pages, 30 * pages, 1, 2), in_flight, latencies)


@pytest.mark.parametrize("length", [1, 15, 16, 17, 1000, 12_345])
def test_a_long_crawl_is_kept_whole_in_bounded_memory(length: int) -> None:
    series = Series(capacity=16, interval=1.0)
    for _ in range(length):
        series.add(sample())
        assert len(series.samples) < 16
    total = series.total()
    assert total.counts == Counts(length, 30 * length, length, 2 * length)
    assert total.seconds == length
    assert len(total.latencies) == length
    assert total.in_flight == pytest.approx(1.0)


def test_the_interval_doubles_with_each_halving() -> None:
    series = Series(capacity=4, interval=0.25)
    for _ in range(4):
        series.add(sample())
    assert (series.interval, len(series.samples)) == (0.5, 2)
    for _ in range(2):
        series.add(sample())
    assert (series.interval, len(series.samples)) == (1.0, 2)


@pytest.mark.parametrize(
    ("points", "pages"), [(100, [1] * 10), (5, [2] * 5), (3, [4, 4, 2]), (1, [10])]
)
def test_neighbours_are_pooled_for_a_chart(points: int, pages: list[int]) -> None:
    series = Series()
    for _ in range(10):
        series.add(sample())
    assert [pooled.counts.pages for pooled in series.pooled(points)] == pages


def test_a_short_end_makes_no_point_of_its_own() -> None:
    series = Series()
    for seconds in (1.0, 1.0, 0.1):
        series.add(sample(seconds))
    assert [pooled.seconds for pooled in series.pooled(10)] == [1.0, 1.1]
    assert series.total().counts.pages == 3


def test_requests_at_once_are_weighted_by_time() -> None:
    merged = sample(seconds=3.0, in_flight=8.0) + sample(seconds=1.0, in_flight=0.0)
    assert merged.in_flight == 6.0


@pytest.mark.parametrize("part", [0.5, 0.95, 1.0])
def test_quantiles_are_near(part: float) -> None:
    values = [random.Random(place).lognormvariate(-2, 1) for place in range(2000)]
    histogram = LatencyHistogram()
    for value in values:
        histogram.add(value)
    exact = sorted(values)[round(part * len(values)) - 1]
    assert histogram.quantile(part) == pytest.approx(exact, rel=0.03)


def test_latencies_without_end_are_kept_in_few_buckets() -> None:
    histogram = LatencyHistogram()
    for place in range(100_000):
        histogram.add(place / 10)
    histogram.add(1e9)
    assert len(histogram) == 100_001
    assert histogram.buckets <= LAST_BUCKET + 1
    assert LatencyHistogram().quantile(0.5) is None


def test_a_recorder_samples_at_intervals() -> None:
    now, done = 0.0, 0
    recorder = Recorder(
        counts=lambda: Counts(pages=done), in_flight=lambda: done, clock=lambda: now
    )
    for _ in range(16):
        now, done = now + 0.125, done + 2
        recorder.latencies.add(0.1)
        recorder.look()
    samples = recorder.series.samples
    assert [one.seconds for one in samples] == [0.25] * 8
    assert [one.counts.pages for one in samples] == [4] * 8
    assert [one.in_flight for one in samples[:2]] == [3.0, 7.0]
    assert [len(one.latencies) for one in samples] == [2] * 8
    recorder.sample()
    assert len(samples) == 8  # no time has passed since
