"""The recipe's stages follow one another."""

from weights.train.recipe import CATEGORY_COLUMNS, DATASET_SHARES, LOSS_WEIGHTS, Recipe, Stage


def test_the_image_size_is_that_of_the_stage_a_step_falls_into() -> None:
    recipe = Recipe(stages=(Stage(2, 32), Stage(3, 48)))
    assert recipe.total_steps == 5
    assert [recipe.stage_at(step).image_size for step in range(7)] == [32, 32, 48, 48, 48, 48, 48]


def test_every_data_set_has_a_share_and_the_shares_make_a_whole() -> None:
    assert DATASET_SHARES.keys() == CATEGORY_COLUMNS.keys()
    assert round(sum(DATASET_SHARES.values()), 9) == 1


def test_two_recipes_do_not_share_their_loss_weights() -> None:
    Recipe().loss_weights["title"] = 9.0
    assert Recipe().loss_weights == LOSS_WEIGHTS


def test_the_learning_rate_falls_along_a_cosine_and_starts_again_where_a_stage_restarts() -> None:
    stages = (Stage(6, 32), Stage(4, 32), Stage(10, 32, restart=0.5))
    recipe = Recipe(stages=stages, warmup_steps=2)
    rates = [recipe.learning_rate_at(step) for step in range(20)]
    assert rates[1] == max(rates) > 0.9
    assert rates[2:10] == sorted(rates[2:10], reverse=True)
    assert rates[11] == max(rates[10:])
    assert 0.4 < rates[11] <= 0.5
    assert rates[19] < 0.05
