"""The command line of train.py: parsing it, and rejecting flags that contradict each other."""

import argparse
from dataclasses import fields, replace

from nn.layers import BatchNorm
from training import flags, start
from training.flags import ACTIVATION_NAMES, DEFAULT, DENSE
from training.recipe_table import table_of_recipes
from training.recipes import RECIPES, USUAL_RATES, Recipe, dense
from training.settings import Settings

# The flags allowed with these two, which need no settings for training.
BESIDE = {"resume": {"data", "watch"}, "evaluate": {"data", "own", "out"}}
# The flags not allowed with --start. The network is the model's, and so is the seed: another one
# would draw other validation images, some of which the model has learned from.
NOT_WITH_START = {"recipe", "hidden", "activation", "optimizer", "cost", "label_smoothing"}
NOT_WITH_START |= {"mnist", "seed"}


def parse_arguments(words: list[str] | None = None) -> argparse.Namespace:
    """The parsed command line: `resume`, a run's folder; or `evaluate`, a model file; or neither,
    and then `settings` to train with and `start`, the network to go on from, or None. Also `own`,
    `data`, `out` and `watch`.

    Invalid arguments end the program with status 2 and one line; `--help` and `--recipe list` print
    and end it. ModelFileError or OSError if the model of --start can't be loaded."""
    parser = flags.parser()
    given = vars(parser.parse_args(words))  # only the flags that were given
    if given.get("recipe") == "list":
        print(table_of_recipes())
        parser.exit()
    for mode, allowed in BESIDE.items():
        others = given.keys() - allowed - {mode}
        if mode in given and others:
            named = ", ".join(sorted(_flag(name, given[name]) for name in others))
            parser.error(f"--{mode} takes no training settings: leave out {named}")
    if "start" in given:
        if others := given.keys() & NOT_WITH_START:
            named = ", ".join(sorted(_flag(name, given[name]) for name in others))
            parser.error(f"--start can't be combined with these: leave out {named}")
        if "own" not in given:
            parser.error("--start is for learning your own digits: give --own too")
    if len(given.get("own", ())) > 2:
        parser.error("--own takes one folder, or two IDX files: the images and the labels")
    if len(given.get("own", ())) == 2 and any(path.is_dir() for path in given["own"]):
        parser.error("--own takes one folder: put the digits of both into one")
    if "hidden" in given and "recipe" in given:
        parser.error("--hidden and --recipe each define a network: leave one out")
    if "activation" in given and "hidden" not in given:
        parser.error("--activation is for the layers of --hidden: give --hidden too")
    if "mnist" in given and "own" not in given:
        parser.error("--no-mnist leaves nothing to learn from: give --own too")
    usual = {"resume": None, "evaluate": None, "out": None, "data": None, "watch": False}
    arguments = usual | {"own": (), "start": None} | given
    if not given.keys() & BESIDE.keys():
        if "start" in given:
            net, given["start"] = start.load(given["start"])
            arguments["start"], given["seed"] = net, start.seed(net)
            if "hold_out" in given and not start.hold_out(net):
                parser.error("--hold-out: the model has learned from these writers; leave it out")
            given.setdefault("hold_out", start.hold_out(net))
            recipe = _overridden(start.recipe(net), given)
        else:
            recipe = _recipe(given)
            if "hold_out" in given and not recipe.uses_pen_strokes:
                parser.error("--hold-out is for pen strokes, and this run uses none: leave it out")
        if recipe.label_smoothing and recipe.cost != "cross-entropy":
            parser.error("--label-smoothing is for the cross-entropy: give --cost cross-entropy")
        is_normalised = any(isinstance(layer, BatchNorm) for layer in recipe.layers())
        if is_normalised and recipe.batch_size == 1:
            parser.error("--batch-size 1: batch normalisation needs two images or more")
        chosen = {field.name for field in fields(Settings)} & given.keys() - {"recipe"}
        arguments["settings"] = Settings(recipe, **{name: given[name] for name in chosen})
    return argparse.Namespace(**arguments)


def _flag(name: str, value: object) -> str:
    """The flag as it was typed, such as --no-mnist."""
    return ("--no-" if value is False else "--") + name.replace("_", "-")


def _recipe(given: dict[str, object]) -> Recipe:
    """The chosen recipe, with the values that flags override."""
    recipe = RECIPES[given.get("recipe", DENSE if "hidden" in given else DEFAULT)]
    if given.get("optimizer", recipe.optimizer) != recipe.optimizer:
        # The recipe's rate and decay suit only its own optimizer: Adam, which scales the decay like
        # any gradient, would hardly learn with AdamW's.
        recipe = replace(recipe, lr=USUAL_RATES[given["optimizer"]], weight_decay=0.0)
    if "mnist" in given:  # --no-mnist: learn from --own alone
        recipe = replace(recipe, pen_strokes=False, hands=False, non_digits=False)
    if "hidden" in given:
        activation = ACTIVATION_NAMES[given.get("activation", "relu")]
        recipe = replace(recipe, layers=lambda: dense(given["hidden"], activation))
    return _overridden(recipe, given)


def _overridden(recipe: Recipe, given: dict[str, object]) -> Recipe:
    names = {field.name for field in fields(Recipe)} & given.keys()
    return replace(recipe, **{name: given[name] for name in names})
