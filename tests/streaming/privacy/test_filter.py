"""The privacy filter, on frames small enough to reason about."""

from fractions import Fraction

import av
import numpy as np
import pytest

from streaming.errors import BadMask
from streaming.frames import RawFrame, planes
from streaming.privacy.filter import GREY, PrivacyFilter, SafeFrame
from streaming.privacy.masks import Polygon, chroma_of, cover
from tests.streaming.pictures import picture

LEFT_HALF = [[0, 0], [500, 0], [500, 1000], [0, 1000]]


def filtered(mask: Polygon, *, width: int = 64, height: int = 48) -> SafeFrame:
    safe = PrivacyFilter(masks=[mask], level="clear").apply(RawFrame(picture(width, height), 5))
    assert safe is not None
    return safe


def test_a_mask_is_hidden_on_all_planes_and_nothing_else_is() -> None:
    luma, blue, red = planes(filtered([[0, 0], [499, 0], [499, 1000], [0, 1000]]).picture)

    assert (luma[:, :32] == GREY).all()
    assert (luma[:, 32:] == 255).all()
    assert (blue[:, :16] == GREY).all()
    assert (blue[:, 16:] == 90).all()
    assert (red[:, :16] == GREY).all()
    assert (red[:, 16:] == 160).all()


def test_a_mask_on_an_odd_pixel_rounds_outward_in_colour() -> None:
    luma, blue, red = planes(
        filtered([[200, 200], [500, 200], [500, 500], [200, 500]], width=10, height=10).picture
    )

    hidden = luma == GREY
    assert hidden[2:5, 2:5].all()
    assert (chroma_of(hidden) == (blue == GREY)).all()
    assert (chroma_of(hidden) == (red == GREY)).all()


@pytest.mark.parametrize("size", [(11, 7), (64, 48), (37, 41)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_every_pixel_that_a_mask_touches_is_hidden(size: tuple[int, int]) -> None:
    width, height = size
    mask = ((31.0, 77.0), (920.0, 310.0), (444.0, 905.0))

    hidden = cover([mask], height=height, width=width)

    weights = np.random.default_rng(3).dirichlet((0.4, 0.4, 0.4), 20_000)  # crowds towards the outline
    points = weights @ np.array(mask) / 1000 * [width, height]
    assert hidden[points[:, 1].astype(int), points[:, 0].astype(int)].all()
    assert not hidden.all()


def test_where_an_outline_crosses_itself_the_inside_stays_hidden() -> None:
    star = ((500.0, 0.0), (800.0, 1000.0), (0.0, 350.0), (1000.0, 350.0), (200.0, 1000.0))

    assert cover([star], height=100, width=100)[50, 50]


def test_an_odd_picture_is_hidden_to_its_last_row_and_column() -> None:
    for plane in planes(filtered([[0, 0], [1000, 0], [1000, 1000], [0, 1000]], width=11, height=7).picture):
        assert (plane == GREY).all()


@pytest.mark.parametrize("level", ["faces", "figures", "closed", "", "Clear"])
def test_at_any_level_but_clear_there_is_no_picture(level: str) -> None:
    assert PrivacyFilter(masks=[], level=level).apply(RawFrame(picture(), 0)) is None


def test_the_cover_follows_the_size_of_the_picture() -> None:
    stage = PrivacyFilter(masks=[LEFT_HALF], level="clear")
    stage.apply(RawFrame(picture(), 0))

    safe = stage.apply(RawFrame(picture(128, 96), 1))

    assert safe is not None
    assert (planes(safe.picture)[0][:, :64] == GREY).all()


def test_a_picture_that_others_hold_is_left_as_it_was() -> None:
    shared = picture()
    graph = av.filter.Graph()
    source = graph.add_buffer(width=64, height=48, format=shared.format, time_base=Fraction(1))
    source.link_to(graph.add("buffersink"))
    graph.configure()
    graph.push(shared)
    handed = graph.pull()
    assert isinstance(handed, av.VideoFrame)

    PrivacyFilter(masks=[LEFT_HALF], level="clear").apply(RawFrame(handed, 0))

    assert (planes(shared)[0] == 255).all()


def test_a_picture_in_another_format_comes_out_as_planes() -> None:
    safe = PrivacyFilter(masks=[LEFT_HALF], level="clear").apply(
        RawFrame(picture().reformat(format="rgb24"), 0)
    )

    assert safe is not None
    assert safe.picture.format.name == "yuv420p"
    assert (planes(safe.picture)[0][:, :32] == GREY).all()


def test_nobody_else_makes_a_safe_frame() -> None:
    with pytest.raises(TypeError, match="only the privacy filter"):
        SafeFrame(picture(), 0, object())


@pytest.mark.parametrize(
    "mask",
    [
        pytest.param([[0, 0], [1, 1]], id="two corners"),
        pytest.param([[n, n * n / 100] for n in range(65)], id="too many corners"),
        pytest.param([[0, 0], [500, 500], [1000, 1000]], id="a line"),
        pytest.param([[5, 5], [5, 5], [5, 5]], id="a point"),
        pytest.param([[0, 0], [1001, 0], [0, 9]], id="outside"),
        pytest.param([[0, 0], [float("nan"), 0], [0, 9]], id="not a number"),
        pytest.param([[0, 0, 0], [1, 0, 0], [0, 9, 0]], id="three numbers"),
        pytest.param(["12", "34", "56"], id="text"),
        pytest.param([[True, 0], [9, 0], [0, 9]], id="truth"),
        pytest.param(7, id="no list"),
    ],
)
def test_a_mask_that_makes_no_sense_is_refused(mask: Polygon) -> None:
    with pytest.raises(BadMask):
        PrivacyFilter(masks=[mask], level="clear")
