"""The density of a wide stack's squared singular values, at its ends and beyond them."""

import math

import numpy as np
import pytest

from actviz import ActvizError
from actviz.theory.spectra import density, share_of_slopes


@pytest.mark.parametrize("depth", [1, 9, 100, 10**6])
def test_the_largest_of_independent_weights_is_that_of_the_closed_form(depth):
    largest, values, of_log = density(1.0, depth, orthogonal=False)
    assert largest == pytest.approx((depth + 1) * math.exp(depth * math.log1p(1 / depth)), rel=1e-9)
    assert np.trapezoid(of_log * values, np.log(values)) == pytest.approx(1, abs=1e-3), "the mean of s^2 over its mean"


def test_slopes_that_are_zero_stretch_the_spectrum_at_any_depth():
    for orthogonal, factor in ((True, 1.0), (False, 2.0)):
        largest, _, _ = density(0.5, 10**6, orthogonal=orthogonal)
        assert largest == pytest.approx(factor * math.e * 10**6, rel=1e-5)
    assert density(0.5, 2, orthogonal=True)[0] == 4.0, "all that is not 0 is at most share ** -depth"
    for share in (0.4, 0.499, 0.4999999):  # two projections: 4 (1 - p) / p
        assert density(share, 2, orthogonal=True)[0] == pytest.approx(4 * (1 - share) / share, rel=1e-9)


@pytest.mark.parametrize(("share", "depth"), [(0.4, 2), (0.48, 2), (0.683, 4), (0.9, 12), (0.985, 100)])
def test_orthogonal_weights_with_few_slopes_of_zero_have_their_mass_mean_and_spread(share, depth):
    largest, values, of_log = density(share, depth, orthogonal=True)
    mass, mean, square = (np.trapezoid(of_log * values**power, np.log(values)) for power in (0, 1, 2))
    assert mean == pytest.approx(1.0, rel=2e-3)
    assert square - 1 == pytest.approx(depth * (1 / share - 1), rel=0.01)
    assert mass <= share * 1.001, "what is left is smaller than any that are followed"
    assert largest <= share**-depth


@pytest.mark.parametrize(
    ("share", "depth", "said"),
    [("a", 2, "share"), (2, 3, "share"), (0, 3, "share"), (math.nan, 3, "share"), (1e-300, 3, "share"),
     (0.5, "b", "depth"), (0.5, 0, "depth"), (0.5, 2.5, "depth"), (0.5, 10**7, "depth")],
)  # fmt: skip
@pytest.mark.parametrize("orthogonal", [True, False])
def test_what_is_no_share_or_depth_is_refused(share, depth, said, orthogonal):
    with pytest.raises(ActvizError, match=f"^{said} must be"):
        density(share, depth, orthogonal=orthogonal)


def test_slopes_are_told_of_a_name_or_an_activation():
    assert share_of_slopes("relu") == 0.5
    assert math.isnan(share_of_slopes("tanh"))
    for wrong in ("reluu", None, 3):
        with pytest.raises(ActvizError):
            share_of_slopes(wrong)
    with pytest.raises(ActvizError, match="orthogonal must be"):
        density(0.5, 2, orthogonal="yes")
