"""Schedules: the clock is the integral of the rate, and time follows from it."""

import dataclasses
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from inventory import SCHEDULES

import geomndp as gn
from geomndp.sde import AbstractSchedule


@dataclasses.dataclass(frozen=True)
class Report:
    """Values of a schedule at times, as numpy arrays."""

    times: Any
    rate: Any
    integral: Any
    round_trip: Any
    at_fractions: Any
    clock_at_fractions: Any


FRACTIONS = np.linspace(0, 1, 33)
N_PANELS = 8
_NODE, _WEIGHT = np.polynomial.legendre.leggauss(40)
NODE = (np.arange(N_PANELS)[:, None] + 0.5 * (_NODE + 1)).ravel() / N_PANELS
WEIGHT = np.tile(_WEIGHT, N_PANELS) / (2 * N_PANELS)
"""Quadrature from 0 to 1."""


def make_report(schedule: AbstractSchedule, dtype: Any = np.float64) -> Report:
    times = np.geomspace(schedule.t_min, schedule.t_max, 25).astype(dtype)
    nodes = (times[:, None] * NODE).astype(dtype)

    @jax.jit
    def everything(times: Any, nodes: Any, fractions: Any) -> tuple[Any, ...]:
        integral, at = schedule.integral(times), schedule.time_at(fractions)
        back = schedule.inverse_integral(integral)
        return times, schedule(nodes), integral, back, at, schedule.integral(at)

    found = everything(*map(jnp.asarray, (times, nodes, FRACTIONS.astype(dtype))))
    return Report(*map(np.asarray, found))


@pytest.fixture(scope="module", params=list(SCHEDULES))
def report(request: pytest.FixtureRequest) -> Report:
    return make_report(SCHEDULES[request.param])


def check_integral(r: Report) -> None:
    quadrature = r.times * (r.rate @ WEIGHT)
    np.testing.assert_allclose(r.integral, quadrature, rtol=1e-12)
    assert (r.rate > 0).all()


def check_inverse(r: Report) -> None:
    np.testing.assert_allclose(r.round_trip, r.times, rtol=1e-12)


def check_fractions(r: Report) -> None:
    ends = r.times[[0, -1]]
    np.testing.assert_allclose(r.at_fractions[[0, -1]], ends, rtol=1e-12)
    steps = np.diff(np.log(r.clock_at_fractions))
    np.testing.assert_allclose(steps, steps.mean(), rtol=1e-9)


CHECKS = [check_integral, check_inverse, check_fractions]


@pytest.mark.parametrize("check", CHECKS, ids=lambda c: c.__name__.removeprefix("check_"))
def test_law(report: Report, check: Any):
    check(report)


@pytest.mark.parametrize(
    ("check", "wrong"),
    [
        (check_integral, lambda r: {"rate": 2 * r.rate}),
        (check_integral, lambda r: {"integral": r.integral - r.integral[0]}),  # from t_min, not 0
        (check_inverse, lambda r: {"round_trip": r.integral}),
        (check_fractions, lambda r: {"at_fractions": r.at_fractions * 1.01}),
        (check_fractions, lambda r: {"clock_at_fractions": r.at_fractions}),
    ],
)
def test_every_check_finds_a_spoilt_report(check: Any, wrong: Any):
    right = make_report(SCHEDULES["linear"])
    check(right)
    with pytest.raises(AssertionError):
        check(dataclasses.replace(right, **wrong(right)))


@pytest.mark.parametrize("name", SCHEDULES)
def test_single_precision_keeps_six_digits(name: str):
    schedule = SCHEDULES[name]
    single, double = make_report(schedule, np.float32), make_report(schedule)
    assert single.at_fractions.dtype == np.float32
    for name in ("integral", "round_trip", "at_fractions", "clock_at_fractions"):
        np.testing.assert_allclose(getattr(single, name), getattr(double, name), rtol=5e-6)


def test_linear_rate_goes_from_beta_min_to_beta_max():
    schedule = gn.sde.LinearSchedule(beta_min=0.5, beta_max=3.0, t_max=4.0)
    np.testing.assert_allclose(schedule(jnp.array([0.0, 2.0, 4.0])), [0.5, 1.75, 3.0])


def test_the_cosine_schedule_makes_the_signal_a_cosine():
    t = jnp.linspace(0.1, 0.9, 5)
    signal = jnp.exp(-0.5 * gn.sde.CosineSchedule().integral(t))
    np.testing.assert_allclose(signal, np.cos(0.5 * np.pi * np.asarray(t)), rtol=1e-14)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: gn.sde.ConstantSchedule(0.0), "expected beta > 0, got 0.0"),
        (lambda: gn.sde.ConstantSchedule(float("nan")), "expected beta > 0"),
        (lambda: gn.sde.ConstantSchedule(t_min=1.0), "expected 0 < t_min < t_max, got 1.0"),
        (lambda: gn.sde.CosineSchedule(t_max=1.0), "expected t_max < 1, where the clock is infin"),
        (lambda: gn.sde.CosineSchedule(t_min=-0.1), "expected 0 < t_min < t_max"),
    ],
)
def test_other_impossible_schedules_are_refused(make: Any, message: str):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize(
    "wrong",
    [
        {"beta_min": 0.0},
        {"beta_min": -1.0},
        {"beta_min": 2.0, "beta_max": 1.0},
        {"beta_max": float("nan")},
        {"t_min": 0.0},
        {"t_min": 1.0, "t_max": 1.0},
        {"t_max": float("nan")},
    ],
    ids=str,
)
def test_impossible_schedules_are_refused(wrong: dict[str, float]):
    with pytest.raises(ValueError, match="expected 0 < .*got"):
        gn.sde.LinearSchedule(**wrong)
