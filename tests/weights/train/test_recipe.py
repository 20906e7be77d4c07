"""The recipe's stages follow one another."""

from weights.train.recipe import CATEGORY_COLUMNS, LOSS_WEIGHTS, TAUGHT_SETS, Recipe, Stage


def test_the_image_size_is_that_of_the_stage_a_step_falls_into() -> None:
    recipe = Recipe(stages=(Stage(2, 32), Stage(3, 48)))
    assert recipe.total_steps == 5
    assert [recipe.stage_at(step).image_size for step in range(7)] == [32, 32, 48, 48, 48, 48, 48]


def test_every_stage_gives_every_loss_a_weight() -> None:
    for stage in Recipe().stages:
        assert stage.loss_weights.keys() == LOSS_WEIGHTS.keys()


def test_the_small_sets_are_taught_and_every_stage_draws_all_sets() -> None:
    assert set(TAUGHT_SETS) == CATEGORY_COLUMNS.keys() - {"fashion_products"}
    for stage in Recipe().stages:
        assert stage.shares.keys() == CATEGORY_COLUMNS.keys()
        assert round(sum(stage.shares.values()), 9) == 1


def test_the_learning_rate_falls_along_a_cosine_and_starts_again_where_a_stage_restarts() -> None:
    stages = (Stage(6, 32), Stage(4, 32), Stage(10, 32, restart=0.5))
    recipe = Recipe(stages=stages, warmup_steps=2)
    rates = [recipe.learning_rate_at(step) for step in range(20)]
    assert rates[1] == max(rates) > 0.9
    assert rates[2:10] == sorted(rates[2:10], reverse=True)
    assert rates[11] == max(rates[10:])
    assert 0.4 < rates[11] <= 0.5
    assert rates[19] < 0.05
