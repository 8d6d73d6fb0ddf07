"""Tiles and entry bundles: where they lie, which there are, and what is in them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access.errors import Malformed
from access.log.tiles import (
    MOST_LEAF_BYTES,
    Tile,
    bundle_bytes,
    bundles_of,
    parse_bundle,
    parse_tile,
    parse_tile_path,
    tile_bytes,
    tiles_of,
)

TILES = st.builds(
    Tile, st.none() | st.integers(0, 63), st.integers(0, 10**12) | st.integers(0, 2000), st.integers(1, 256)
)


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(1, 999), "tile/1/999"),
        (Tile(0, 1000), "tile/0/x001/000"),
        (Tile(63, 1_234_067), "tile/63/x001/x234/067"),
        (Tile(2, 0, 17), "tile/2/000.p/17"),
        (Tile(None, 1_234_067, 255), "tile/entries/x001/x234/067.p/255"),
    ],
)
def test_a_tile_lies_where_the_specification_says(tile: Tile, path: str) -> None:
    assert tile.path == path
    assert parse_tile_path(path) == tile


@given(TILES)
def test_every_path_reads_back(tile: Tile) -> None:
    assert parse_tile_path(tile.path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile/0/0",
        "tile/0/0000",
        "tile/00/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/data/000",
        "tile/0/x000/001",
        "tile/0/001/000",
        "tile/0/x001",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/000.p/",
        "tile/0/000/",
        "tile/0/000\n",
        "/tile/0/000",
        "tile/0/../000",
        "tile/0/٠٠٠",
        "tile/0/x001/" + "x000/" * 7 + "000",
        "tile/0/x001/" + "x000/" * 2000 + "000",
    ],
)
def test_nothing_but_the_path_of_a_tile_is_read_as_one(path: str) -> None:
    with pytest.raises(Malformed):
        parse_tile_path(path)


def test_a_tree_of_seventy_thousand_has_the_tiles_of_the_specifications_example() -> None:
    tiles = list(tiles_of(70_000))

    full = [tile for tile in tiles if tile.width == 256]
    assert [sum(tile.level == level for tile in full) for level in range(3)] == [273, 1, 0]
    assert [(tile.level, tile.number, tile.width) for tile in tiles if tile.width < 256] == [
        (0, 273, 112),
        (1, 1, 17),
        (2, 0, 1),
    ]


def test_a_tree_of_256_has_one_tile_and_its_root_above() -> None:
    assert list(tiles_of(256)) == [Tile(0, 0), Tile(1, 0, 1)]
    assert list(tiles_of(0)) == list(bundles_of(0)) == []


@given(st.integers(0, 200_000))
def test_tiles_hold_every_node_of_their_levels_once(size: int) -> None:
    places = [place for tile in tiles_of(size) for place in tile.places]

    expected = [(level, position) for level in (0, 8, 16) for position in range(size >> level)]
    assert places == expected
    assert [place for bundle in bundles_of(size) for place in bundle.places] == expected[:size]
    assert all(tile.is_in(size) for tile in (*tiles_of(size), *bundles_of(size)))


@pytest.mark.parametrize(
    "tile",
    [
        Tile(0, 273, 114),
        Tile(0, 273),
        Tile(0, 274, 1),
        Tile(1, 1, 18),
        Tile(2, 0, 2),
        Tile(3, 0, 1),
        Tile(63, 0),
    ],
)
def test_a_tile_that_is_not_full_yet_is_not_in_the_tree(tile: Tile) -> None:
    assert not tile.is_in(70_001)


def test_a_narrower_tile_of_an_earlier_size_is_in_the_tree() -> None:
    assert Tile(0, 273, 5).is_in(70_001)
    assert Tile(None, 273, 113).is_in(70_001)
    assert not Tile(None, 273, 114).is_in(70_001)


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=256))
def test_hashes_come_back_out_of_a_tile(hashes: list[bytes]) -> None:
    data = tile_bytes(hashes)

    assert data == b"".join(hashes)
    assert parse_tile(data, Tile(0, 0, len(hashes))) == hashes


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=256))
def test_leaves_come_back_out_of_a_bundle(leaves: list[bytes]) -> None:
    assert parse_bundle(bundle_bytes(leaves), Tile(None, 0, len(leaves))) == leaves


def test_before_each_leaf_stands_its_length() -> None:
    assert bundle_bytes([b"one", b"", b"x" * 258]) == b"\x00\x03one\x00\x00\x01\x02" + b"x" * 258


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"\x00\x03one\x00", id="half a length"),
        pytest.param(b"\x00\x03one\x00\x04two", id="a leaf that is cut off"),
        pytest.param(b"\x00\x03one", id="a leaf too few"),
        pytest.param(b"\x00\x00" * 3, id="a leaf too many"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_nothing_but_a_bundle_of_its_width_is_read_as_one(data: bytes) -> None:
    with pytest.raises(Malformed):
        parse_bundle(data, Tile(None, 0, 2))


@pytest.mark.parametrize("data", [b"", bytes(32), bytes(63), bytes(65), bytes(96)])
def test_nothing_but_a_tile_of_its_width_is_read_as_one(data: bytes) -> None:
    with pytest.raises(Malformed):
        parse_tile(data, Tile(0, 0, 2))


def test_what_is_no_tile_is_not_made() -> None:
    for level, number, width in [(64, 0, 1), (-1, 0, 1), (0, -1, 1), (0, 0, 0), (0, 0, 257)]:
        with pytest.raises(ValueError, match="no tile"):
            Tile(level, number, width)
    for hashes in ([], [bytes(31)], [bytes(32)] * 257):
        with pytest.raises(ValueError, match="a tile has"):
            tile_bytes(hashes)
    for leaves in ([], [b""] * 257, [bytes(MOST_LEAF_BYTES + 1)]):
        with pytest.raises(ValueError, match="a bundle has"):
            bundle_bytes(leaves)
