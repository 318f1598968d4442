"""Plans of faulty sites: which pages are bad in which way, and for how long."""

import random
from collections.abc import Iterator, Sequence

from scraper.demo.content import DemoSite
from tests.faults.site import Bad, Place
from tests.faults.wire import Fault

HARMLESS = 100
"""Requests that are answered in a way that only looks bad: all."""


def places(content: DemoSite) -> Iterator[Place]:
    """Every page of a site."""
    for topic in content.listing:
        for number in range(1, topic.pages(content.articles) + 1):
            yield topic.index, number


def planned(
    seed: int,
    share: float,
    faults: Sequence[Fault],
    content: DemoSite,
    *,
    for_good: float = 0.2,
    most: int = 2,
) -> dict[Place, Bad]:
    """A plan in which `share` of the pages are bad: `for_good` of these for ever, the others for up to `most` requests.

    What is never retried is for ever, or else the page would not be had. First pages come
    good in the end, as a topic whose first page is lost has no other; nor is a page for
    ever late, as each attempt at it takes a whole timeout.
    """
    dice = random.Random(seed)
    plan: dict[Place, Bad] = {}
    for topic, number in places(content):
        fault = dice.choice(faults)
        lasts, times = dice.random() < for_good, dice.randint(1, most)
        if dice.random() >= share:
            continue
        may_last = number > 1 and not fault.is_late
        if not fault.reason:
            plan[topic, number] = Bad(fault.send, HARMLESS)
        elif may_last and (lasts or fault.final):
            plan[topic, number] = Bad(fault.send)
        elif not fault.final:
            plan[topic, number] = Bad(fault.send, times)
    return plan
