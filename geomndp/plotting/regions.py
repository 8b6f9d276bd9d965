"""Regions that hold a part of an ensemble, as outlines on the globe."""

import numpy as np
from jaxtyping import Float


def ensemble_mean(
    members: Float[np.ndarray, "n_members n_points 3"],
) -> Float[np.ndarray, "n_points 3"]:
    """The mean direction at each time: the point of least mean squared chord to the members.

    Example:
        >>> import numpy as np
        >>> ensemble_mean(np.array([[[1.0, 0.0, 0.0]], [[0.0, 1.0, 0.0]]])).round(4).tolist()
        [[0.7071, 0.7071, 0.0]]
    """
    mean = np.asarray(members, np.float64).mean(0)
    length = np.linalg.norm(mean, axis=-1, keepdims=True)
    # Members that balance all round the globe have no mean direction: show the first.
    return np.where(length > 1e-9, mean / np.maximum(length, 1e-9), np.asarray(members[0]))


def central_ellipse(
    points: Float[np.ndarray, "n_members 3"], level: float
) -> Float[np.ndarray, "n_outline 3"] | None:
    """Outline of the ellipse about the mean that holds a given share of the points.

    It is drawn in the tangent plane at the mean, with the shape of the points' covariance and
    the size at which it holds that share.

    Arguments:
        points: Unit vectors, one per member.
        level: The share, from 0 to 1.

    Returns:
        A closed line of unit vectors; None where an ellipse says nothing, for fewer than 3
        points or for points so far apart that it would go round the globe.

    Example:
        >>> import numpy as np
        >>> around = np.array([[1.0, 0.1, 0.0], [1.0, -0.1, 0.0], [1.0, 0.0, 0.2], [1.0, 0, -0.2]])
        >>> central_ellipse(around / np.linalg.norm(around, axis=1, keepdims=True), 0.9).shape
        (73, 3)
    """
    if len(points) < 3:
        return None
    mean = ensemble_mean(points[:, None])[0]
    first = np.cross(mean, np.eye(3)[np.argmin(np.abs(mean))])
    first /= np.linalg.norm(first)
    frame = np.stack([first, np.cross(mean, first)])
    # The logarithm at the mean: direction in the plane, and the angle as its length.
    flat = points @ frame.T
    sine = np.linalg.norm(flat, axis=-1, keepdims=True)
    angle = np.arctan2(sine, points @ mean[:, None])
    flat = flat * angle / np.maximum(sine, 1e-12)
    # Members on one line, or all in one place, span no ellipse: give it a width of a few metres.
    factor = np.linalg.cholesky(flat.T @ flat / len(flat) + 1e-12 * np.eye(2))
    radius = np.quantile(np.linalg.norm(np.linalg.solve(factor, flat.T), axis=0), level)
    if max(np.quantile(angle, level), radius * np.linalg.norm(factor, 2)) > 0.5 * np.pi:
        return None
    turn = np.linspace(0, 2 * np.pi, 73)
    outline = radius * np.stack([np.cos(turn), np.sin(turn)], -1) @ factor.T
    angle = np.linalg.norm(outline, axis=-1, keepdims=True)
    return np.cos(angle) * mean + np.sinc(angle / np.pi) * (outline @ frame)
