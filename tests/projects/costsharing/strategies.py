"""Groups of members for the property tests: small ones that shrink well, large ones grown from a seed."""

import random
from fractions import Fraction

from hypothesis import strategies as st

from projects.costsharing import Member

AMOUNTS = st.one_of(st.integers(0, 300), st.integers(0, 10**9), st.integers(0, 10**13))
PERCENTS = st.integers(0, 10_000).map(lambda hundredths: Fraction(hundredths, 100))
_WEIGHTS = st.one_of(
    st.integers(0, 5),
    st.integers(0, 100_000),
    st.integers(0, 10**6).map(lambda thousandths: Fraction(thousandths, 1000)),
)
_IDS = st.text("0123456789ab", min_size=1, max_size=9)


def members_from(ids: list[str], weights: list[Fraction | int], others: list[Fraction | int]) -> list[Member]:
    """Members with two weights, w and v; the first has some of both, so that no key is refused."""
    pairs = list(zip(weights, others, strict=True))
    pairs[0] = (pairs[0][0] or 1, pairs[0][1] or 1)
    return [Member(id_, f"Nom {id_}", {"w": w, "v": v}) for id_, (w, v) in zip(ids, pairs, strict=True)]


def _large(size: int, seed: int) -> list[Member]:
    source = random.Random(seed)
    widest = source.choice([1, 3, 40_000, 10**7])
    ids = [f"{number:09d}" for number in source.sample(range(10**9), size)]
    weights: list[Fraction | int] = [source.randint(0, widest) for _ in ids]
    others: list[Fraction | int] = [Fraction(source.randint(0, widest), 10) for _ in ids]
    return members_from(ids, weights, others)


@st.composite
def _small(draw: st.DrawFn) -> list[Member]:
    ids = draw(st.lists(_IDS, min_size=1, max_size=8, unique=True))
    lists = st.lists(_WEIGHTS, min_size=len(ids), max_size=len(ids))
    return members_from(ids, draw(lists), draw(lists))


_LARGE = st.builds(_large, st.integers(1, 500), st.integers(0, 2**32))
GROUPS = st.integers(0, 3).flatmap(
    lambda quarter: _small() if quarter else _LARGE
)  # a large one in four: they are slow


@st.composite
def bounded_groups(draw: st.DrawFn) -> list[Member]:
    """Members of which some have a floor, a cap or both; the bounds may be impossible together."""
    scale = draw(st.sampled_from([10, 1000, 10**7]))
    bound = st.none() | st.integers(0, scale)
    bounded = []
    for member in draw(_small()):
        low, high = draw(bound), draw(bound)
        if low is not None and high is not None:
            low, high = min(low, high), max(low, high)
        bounded.append(Member(member.id, member.name, member.weights, low, high))
    return bounded


def _bounded(size: int, seed: int) -> list[Member]:
    """A large group in which most have a floor, a cap or both."""
    source = random.Random(seed)
    scale = source.choice([10, 100_000, 10**9])

    def bounded(member: Member) -> Member:
        low, high = sorted(source.choices(range(scale), k=2))
        floor, cap = source.choice([(None, None), (low, None), (None, high), (low // 10, high)])
        return Member(member.id, member.name, member.weights, floor, cap)

    return [bounded(member) for member in _large(size, seed)]


LARGE_BOUNDED = st.builds(_bounded, st.integers(1, 500), st.integers(0, 2**32))
