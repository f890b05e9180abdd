"""The command line of train.py, and which of its flags exclude each other."""

import argparse
from dataclasses import fields, replace

from training import flags, start
from training.flags import ACTIVATION_NAMES, DEFAULT, DENSE
from training.recipe_table import table_of_recipes
from training.recipes import RECIPES, USUAL_RATES, Recipe, dense
from training.settings import Settings

# The flags that may stand beside --resume or --evaluate, which need no settings to train with.
BESIDE = {"resume": {"data", "watch"}, "evaluate": {"data", "own", "out"}}
# What may not be said beside --start: the network is the model's, and so is the seed, or the images
# that it was validated with would not be those that it has not learned from.
NOT_WITH_START = {"recipe", "hidden", "activation", "optimizer", "cost", "label_smoothing"}
NOT_WITH_START |= {"mnist", "seed"}


def parse_arguments(words: list[str] | None = None) -> argparse.Namespace:
    """What the command line asks for: `resume`, a run's folder, or `evaluate`, a model file, or
    neither, and then `settings` to train with, and `start`, the network to go on from, or None.
    Beside them `own`, `data`, `out` and `watch`.

    What cannot be done ends the program with status 2 and one line; `--help` and `--recipe list`
    end it with what they say. ModelFileError, OSError of --start."""
    parser = flags.parser()
    given = vars(parser.parse_args(words))  # the flags that were given, and no others
    if given.get("recipe") == "list":
        print(table_of_recipes())
        parser.exit()
    for mode, allowed in BESIDE.items():
        others = given.keys() - allowed - {mode}
        if mode in given and others:
            named = ", ".join(sorted(_flag(name, given[name]) for name in others))
            parser.error(f"--{mode} needs no settings: leave out {named}")
    if "start" in given:
        if others := given.keys() & NOT_WITH_START:
            named = ", ".join(sorted(_flag(name, given[name]) for name in others))
            parser.error(f"--start goes on as its model began: leave out {named}")
        if "own" not in given:
            parser.error("--start is to learn digits of your own: give --own too")
    if len(given.get("own", ())) > 2:
        parser.error("--own takes one folder, or two IDX files: the images and the labels")
    if "hidden" in given and "recipe" in given:
        parser.error("--hidden is a network of its own, --recipe brings another: leave one out")
    if "activation" in given and "hidden" not in given:
        parser.error("--activation is for the layers of --hidden: give that too")
    if "mnist" in given and "own" not in given:
        parser.error("--no-mnist leaves nothing to learn from: give --own too")
    usual = {"resume": None, "evaluate": None, "out": None, "data": None, "watch": False}
    arguments = usual | {"own": (), "start": None} | given
    if not given.keys() & BESIDE.keys():
        if "start" in given:
            net, given["start"] = start.load(given["start"])
            arguments["start"], given["seed"] = net, start.seed(net)
            recipe = _overridden(start.recipe(net), given)
        else:
            recipe = _recipe(given)
        if recipe.label_smoothing and recipe.cost != "cross-entropy":
            parser.error("--label-smoothing is for the cross-entropy: give --cost cross-entropy")
        chosen = {field.name for field in fields(Settings)} & given.keys() - {"recipe"}
        arguments["settings"] = Settings(recipe, **{name: given[name] for name in chosen})
    return argparse.Namespace(**arguments)


def _flag(name: str, value: object) -> str:
    """As it was said."""
    return ("--no-" if value is False else "--") + name.replace("_", "-")


def _recipe(given: dict[str, object]) -> Recipe:
    """The chosen recipe, with everything in it that a flag overrides."""
    recipe = RECIPES[given.get("recipe", DENSE if "hidden" in given else DEFAULT)]
    if given.get("optimizer", recipe.optimizer) != recipe.optimizer:
        # The recipe's rate and decay suit the recipe's optimizer: Adam, which scales the decay like
        # any gradient, would hardly learn with AdamW's.
        recipe = replace(recipe, lr=USUAL_RATES[given["optimizer"]], weight_decay=0.0)
    if given.get("cost", recipe.cost) != "cross-entropy":
        recipe = replace(recipe, label_smoothing=0.0)  # that is the cross-entropy's
    if "mnist" in given:  # one's own data alone are asked for
        recipe = replace(recipe, pen_strokes=False, hands=False, non_digits=False)
    if "hidden" in given:
        activation = ACTIVATION_NAMES[given.get("activation", "relu")]
        recipe = replace(recipe, layers=lambda: dense(given["hidden"], activation))
    return _overridden(recipe, given)


def _overridden(recipe: Recipe, given: dict[str, object]) -> Recipe:
    names = {field.name for field in fields(Recipe)} & given.keys()
    return replace(recipe, **{name: given[name] for name in names})
