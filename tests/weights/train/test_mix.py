"""Photos mixed in pairs: each outweighs its partner, and the generator decides."""

import torch

from weights.train.mix import LEAST_SHARE, mix


def photos(count: int = 8) -> torch.Tensor:
    return torch.rand(count, 3, 4, 4, generator=torch.Generator().manual_seed(5)) * 2 - 1


def test_each_photo_is_its_own_share_and_the_rest_of_its_partners() -> None:
    whole = photos()
    mixed = mix(whole, torch.Generator().manual_seed(1))
    wanted = mixed.share * whole + (1 - mixed.share) * whole[mixed.partners]
    torch.testing.assert_close(mixed.photos, wanted)
    assert sorted(mixed.partners.tolist()) == list(range(8))


def test_no_photo_is_outweighed_by_its_partner() -> None:
    shares = [mix(photos(), torch.Generator().manual_seed(seed)).share for seed in range(200)]
    assert LEAST_SHARE <= min(shares) < 0.7
    assert 0.95 < max(shares) <= 1


def test_the_generator_alone_decides_and_the_photos_are_left_as_they_were() -> None:
    whole = photos()
    before = whole.clone()
    first, again = (mix(whole, torch.Generator().manual_seed(2)) for _ in range(2))
    assert torch.equal(first.photos, again.photos)
    assert torch.equal(whole, before)
