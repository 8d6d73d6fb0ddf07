"""How long a failed try takes does not tell whether the name exists."""

import math
import random
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

import pytest

from access.tries_told import tell_tries
from app.account.limits import limiter
from app.jobs import EVERY_SECONDS
from tests.app.account.trying import WRONG, tries
from tests.browser import Browser
from tests.school import School

TRIES = 400
A_SECOND = timedelta(seconds=1)
#: Two alike differ by chance in one of a hundred runs, and twice in a row in one of ten thousand.
RUNS, ALIKE = 2, 0.01


def difference(one: Sequence[float], other: Sequence[float]) -> float:
    """Return how likely two samples of one distribution differ so much: Kolmogorov-Smirnov, asymptotic.

    Source:
        Press et al., Numerical Recipes, 3rd edition, section 14.3.3.
    """
    ordered = sorted([(value, 1 / len(one)) for value in one] + [(value, -1 / len(other)) for value in other])
    reached, furthest = 0.0, 0.0
    for _, step in ordered:
        reached += step
        furthest = max(furthest, abs(reached))
    size = math.sqrt(len(one) * len(other) / (len(one) + len(other)))
    scaled = (size + 0.12 + 0.11 / size) * furthest
    return 2 * math.fsum((-1.0) ** (k - 1) * math.exp(-2 * (k * scaled) ** 2) for k in range(1, 101))


def seconds_of(kinds: dict[str, Callable[[], object]]) -> dict[str, list[float]]:
    """Measure each kind TRIES times, in an order that nothing else can follow."""
    order = [kind for kind in kinds for _ in range(TRIES)]
    random.Random(7).shuffle(order)  # noqa: S311  # no secret
    taken = defaultdict(list)
    for kind in order:
        began = time.perf_counter()
        kinds[kind]()
        taken[kind].append(time.perf_counter() - began)
    return taken


def test_the_measure_tells_what_differs_from_what_does_not() -> None:
    chance = random.Random(7)  # noqa: S311  # no secret
    one, other = ([chance.gauss(50, 5) for _ in range(TRIES)] for _ in range(2))

    assert difference(one, other) > ALIKE
    assert difference(one, [value + 2 for value in other]) < ALIKE


@pytest.fixture
def written_down(school: School) -> Iterator[None]:
    """Failed tries are written meanwhile, as in a portal that runs."""
    stopping = threading.Event()

    def tell() -> None:
        while not stopping.wait(EVERY_SECONDS):
            tell_tries(school.world)

    threads = [threading.Thread(target=school.tries.run, args=(stopping,)), threading.Thread(target=tell)]
    for thread in threads:
        thread.start()
    yield
    stopping.set()
    for thread in threads:
        thread.join()


@pytest.mark.e2e
@pytest.mark.timeout(400)
@pytest.mark.usefixtures("written_down")
def test_known_and_unknown_names_take_the_same_time(school: School, known: str) -> None:
    visitor = school.visitor()

    def fails(name: str) -> Callable[[], None]:
        def once() -> None:
            limiter.reset()
            assert tries(visitor, name, WRONG).status == 400
            school.clock.advance(A_SECOND)  # so that new minutes begin, with an entry each

        return once

    assert alike({"known": fails(known), "unknown": fails("nobody2")})


@pytest.mark.e2e
@pytest.mark.timeout(400)
def test_names_that_must_wait_take_the_same_time(school: School, known: str) -> None:
    visitors = {name: school.visitor() for name in (known, "nobody2")}
    for name, visitor in visitors.items():
        assert [tries(visitor, name, WRONG).status for _ in range(6)][-1] == 429

    def waits(visitor: Browser, name: str) -> Callable[[], None]:
        def once() -> None:
            assert tries(visitor, name, WRONG).status == 429

        return once

    assert alike({name: waits(visitor, name) for name, visitor in visitors.items()})


def alike(kinds: dict[str, Callable[[], object]]) -> bool:
    return any(difference(*seconds_of(kinds).values()) > ALIKE for _ in range(RUNS))
