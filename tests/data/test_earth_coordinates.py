"""Places and winds as locations and values, on maps and on the globe."""

from typing import Any

import numpy as np
import pytest
from earth_coordinates_cases import AZIMUTHAL, CENTRES, EARTH_COORDINATES
from winds_by_hand import frame_at

import geomndp as gn
from geomndp.data.globe import distance_km, to_degrees, to_unit_vectors, wrap_longitude

ALL = pytest.mark.parametrize("name", EARTH_COORDINATES)
FLAT = pytest.mark.parametrize("name", [name for name in EARTH_COORDINATES if name != "globe"])
ROUND = pytest.mark.parametrize("name", AZIMUTHAL)
SPREAD = {"utm": 0.04, "conic": 0.2}  # radians about the centre


def places_about(name: str, n: int = 60) -> tuple[np.ndarray, np.ndarray]:
    """Random places about the centre of a map, the centre and one close to it among them."""
    latitude, longitude = (np.array([degrees]) for degrees in CENTRES[name])
    centre = to_unit_vectors(latitude, longitude)[0]
    away = np.random.default_rng(0).normal(size=(n, 3))
    away[:2] *= [[0.0], [1e-7]]
    if name not in ("globe", *AZIMUTHAL):
        away /= np.maximum(np.linalg.norm(away, axis=-1, keepdims=True), 1.0)
    return to_degrees(centre + SPREAD.get(name, 0.7) * away)


def derivative(coordinates: Any, latitude: np.ndarray, longitude: np.ndarray) -> np.ndarray:
    """Finite differences of x by the angle to the east and to the north."""
    step, y = 1e-5, to_unit_vectors(latitude, longitude)
    columns = []
    for i in range(2):
        way = step * frame_at(latitude, longitude)[..., i, :]
        ahead, behind = (coordinates.locations(*to_degrees(y + s * way)) for s in (1, -1))
        columns.append((ahead - behind) / (2 * step))
    return np.stack(columns, -1)


@ALL
def test_the_way_back_to_places(name: str):
    coordinates, (latitude, longitude) = EARTH_COORDINATES[name], places_about(name)
    back = coordinates.places(coordinates.locations(latitude, longitude))
    apart = distance_km(to_unit_vectors(latitude, longitude), to_unit_vectors(*back))
    assert apart.max() < 1e-6
    assert ((back[1] > -180) & (back[1] <= 180)).all()


@ALL
def test_frames_keep_speeds_and_angles(name: str):
    frame = EARTH_COORDINATES[name].frame(*places_about(name))
    products = np.einsum("nij,nik->njk", frame, frame)
    np.testing.assert_allclose(products, np.broadcast_to(np.eye(2), products.shape), atol=1e-12)
    if frame.shape[1] == 2:
        np.testing.assert_allclose(np.linalg.det(frame), 1.0)


@ALL
def test_the_way_back_to_winds(name: str):
    coordinates, places = EARTH_COORDINATES[name], places_about(name)
    wind = np.random.default_rng(1).normal(size=(5, 60, 2))
    y = coordinates.vectors(*places, wind)
    assert y.shape == (5, 60, 3 if name == "globe" else 2)
    np.testing.assert_allclose(coordinates.winds(*places, y), wind, atol=1e-12)


@FLAT
def test_winds_are_rotated_as_the_map_is(name: str):
    """The rotation nearest to the finite differences of the projection, by singular values."""
    coordinates, places = EARTH_COORDINATES[name], places_about(name)
    left, _, right = np.linalg.svd(derivative(coordinates, *places))
    # Of a projection of the ellipsoid distances to the north and to the east differ by 0.7 %.
    atol = 1e-3 if name in SPREAD else 1e-6
    np.testing.assert_allclose(coordinates.frame(*places), left @ right, atol=atol)


@pytest.mark.parametrize("name", ["utm", "conic"])
def test_conformal_maps_turn_winds_by_the_convergence_of_meridians(name: str):
    import pyproj

    coordinates, (latitude, longitude) = EARTH_COORDINATES[name], places_about(name)
    assert isinstance(coordinates, gn.data.MapProjection)
    factors = pyproj.Proj(coordinates.definition).get_factors(longitude, latitude)
    north = coordinates.vectors(latitude, longitude, np.tile([0.0, 1.0], (60, 1)))
    angle = np.rad2deg(np.arctan2(-north[:, 0], north[:, 1]))
    np.testing.assert_allclose(angle, factors.meridian_convergence, atol=1e-6)


@pytest.mark.parametrize(
    ("kind", "proj"),
    [(gn.data.AzimuthalEquidistant, "aeqd"), (gn.data.AzimuthalEqualArea, "laea")],
)
@pytest.mark.parametrize("centre", [(51.0, 10.0), (0.0, -170.0), (-90.0, 0.0), (90.0, 0.0)])
def test_maps_are_those_of_proj(kind: Any, proj: str, centre: tuple[float, float]):
    radius = gn.manifolds.EARTH_RADIUS_KM * 1000
    definition = f"+proj={proj} +lat_0={centre[0]} +lon_0={centre[1]} +R={radius}"
    own, other = kind(*centre), gn.data.MapProjection(definition)
    latitude, longitude = to_degrees(np.random.default_rng(0).normal(size=(200, 3)))
    x = own.locations(latitude, longitude)
    np.testing.assert_allclose(x, other.locations(latitude, longitude), atol=1e-4)
    for mine, theirs in zip(own.places(x), other.places(x), strict=True):
        np.testing.assert_allclose(mine, theirs, atol=1e-6)
    near = np.linalg.norm(x, axis=-1) < 9000.0
    places = latitude[near], longitude[near]
    np.testing.assert_allclose(own.frame(*places), other.frame(*places), atol=1e-5)


@pytest.mark.parametrize("kind", [gn.data.AzimuthalEquidistant, gn.data.AzimuthalEqualArea])
def test_the_rotation_is_the_convergence_of_meridians_within_the_distortion(kind: Any):
    """PROJ's angles of true north and east on the map lie on both sides of it."""
    import pyproj

    own, name = kind(51.0, 10.0), "aeqd" if kind is gn.data.AzimuthalEquidistant else "laea"
    proj = pyproj.Proj(f"+proj={name} +lat_0=51 +lon_0=10 +R=6371008.8")
    latitude, longitude = places_about("equidistant")
    factors = proj.get_factors(longitude, latitude)
    angle = np.rad2deg(
        np.arctan2(*np.moveaxis(own.frame(latitude, longitude)[:, :, 0], 1, 0)[::-1])
    )
    apart = np.abs(wrap_longitude(angle - factors.meridian_convergence))
    assert (apart <= factors.angular_distortion / 2 + 1e-4).all()
    assert apart.max() > 0.1


@ROUND
def test_distances_or_areas_are_kept(name: str):
    coordinates, places = AZIMUTHAL[name], places_about(name)
    if isinstance(coordinates, gn.data.AzimuthalEquidistant):
        centre = to_unit_vectors(*(np.full(60, degrees) for degrees in CENTRES[name]))
        distance = distance_km(centre, to_unit_vectors(*places))
        x = coordinates.locations(*places)
        np.testing.assert_allclose(np.linalg.norm(x, axis=-1), distance, atol=1e-6)
    else:
        area = np.linalg.det(derivative(coordinates, *places)) / gn.manifolds.EARTH_RADIUS_KM**2
        np.testing.assert_allclose(area, 1.0, atol=1e-6)


@pytest.mark.parametrize("name", [*AZIMUTHAL, "globe"])
@pytest.mark.parametrize("pole", [-90.0, 90.0])
def test_at_a_pole_one_wind_is_one_value_whatever_its_meridian(name: str, pole: float):
    coordinates = EARTH_COORDINATES[name]
    longitude = np.linspace(-180.0, 360.0, 13)
    latitude = np.full(13, pole)
    if pole == -CENTRES[name][0]:  # opposite the centre, where directions have no meaning
        with pytest.raises(ValueError, match="none of them opposite the centre"):
            coordinates.frame(latitude, longitude)
        return
    vector = np.array([7.0, -4.0, 0.0])
    wind = frame_at(latitude, longitude) @ vector
    y = coordinates.vectors(latitude, longitude, wind)
    np.testing.assert_allclose(y, np.broadcast_to(y[0], y.shape), atol=1e-12)
    x = coordinates.locations(latitude, longitude)
    np.testing.assert_allclose(x, np.broadcast_to(x[0], x.shape), atol=1e-9)
    near = np.full(13, np.sign(pole) * (90.0 - 1e-7))
    np.testing.assert_allclose(coordinates.vectors(near, longitude, wind), y, atol=1e-6)


def test_tangent_winds_are_tangent_and_point_their_way():
    globe = gn.data.UnitSphere()
    latitude, longitude = places_about("globe")
    x, y = (
        globe.locations(latitude, longitude),
        globe.vectors(latitude, longitude, np.tile([3.0, 4.0], (60, 1))),
    )
    np.testing.assert_allclose((x * y).sum(-1), 0.0, atol=1e-14)
    step = 1e-6
    further = to_degrees(x + step * y)
    np.testing.assert_allclose((further[0] - latitude) / np.rad2deg(step), 4.0, atol=1e-3)
    east = wrap_longitude(further[1] - longitude) * np.cos(np.deg2rad(latitude)) / np.rad2deg(step)
    np.testing.assert_allclose(east, 3.0, atol=1e-3)


@ROUND
def test_places_are_seen_from_the_centre_as_they_are(name: str):
    """A wind blowing away from the centre points away from the origin of the map."""
    coordinates, (latitude, longitude) = AZIMUTHAL[name], places_about(name)
    x, y = coordinates.locations(latitude, longitude), to_unit_vectors(latitude, longitude)
    centre = to_unit_vectors(*(np.full(60, degrees) for degrees in CENTRES[name]))
    away = (y * centre).sum(-1, keepdims=True) * y - centre
    far = np.linalg.norm(away, axis=-1) > 1e-3
    wind = np.einsum("ni,nji->nj", away, frame_at(latitude, longitude))
    value = coordinates.vectors(latitude, longitude, wind)
    cosine = (x * value).sum(-1)[far] / np.linalg.norm(x, axis=-1)[far]
    np.testing.assert_allclose(cosine, np.linalg.norm(value, axis=-1)[far], rtol=1e-6)


def test_the_middle_of_places():
    centred = gn.data.AzimuthalEquidistant.centred_on([10.0, -10.0], [179.0, -179.0])
    assert (centred.latitude, abs(centred.longitude)) == pytest.approx((0.0, 180.0), abs=1e-9)
    assert isinstance(
        gn.data.AzimuthalEqualArea.centred_on([5.0], [6.0]), gn.data.AzimuthalEqualArea
    )
    with pytest.raises(ValueError, match="expected places in one part of the globe"):
        gn.data.AzimuthalEquidistant.centred_on([0.0, 0.0], [0.0, 180.0])


@pytest.mark.parametrize("name", ["equidistant", "equal-area", "utm"])
def test_what_is_off_the_map_is_refused(name: str):
    with pytest.raises(ValueError, match="expected (locations|places)"):
        EARTH_COORDINATES[name].places(np.array([[1e6, 0.0]]))


def test_refusals():
    with pytest.raises(ValueError, match="expected a centre with a latitude"):
        gn.data.AzimuthalEquidistant(91.0, 0.0)
    with pytest.raises(ValueError, match="expected a projection that PROJ knows"):
        gn.data.MapProjection("EPSG:nowhere")
    with pytest.raises(ValueError, match="expected a projection onto a plane"):
        gn.data.MapProjection("EPSG:4326")
    with pytest.raises(ValueError, match="expected unit vectors"):
        gn.data.UnitSphere().places(np.array([[2.0, 0.0, 0.0]]))
    place = np.zeros(1)
    with pytest.raises(ValueError, match=r"expected wind of shape \(..., 1, 2\)"):
        gn.data.UnitSphere().vectors(place, place, np.zeros((3, 2)))
