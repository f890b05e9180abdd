"""Train a network to read digits: python train.py --help."""

import argparse
import copy
import math
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from tqdm import tqdm

from digits import program
from digits.data import own_data
from digits.data.downloads import DataError
from digits.drawing import preprocess
from digits.learning.augment import augment
from digits.recognizer import confidence
from nn.activation_functions import softmax
from nn.averaging import MovingAverage
from nn.lanes import cores
from nn.model_files import ModelFileError
from nn.nets import Net
from nn.optimizers import clip_norm
from nn.whole_files import remove_leftovers
from training import checkpoint, datasets, run_folder
from training.arguments import parse_arguments
from training.checkpoint import Diverged, Run
from training.datasets import Datasets, Examples
from training.interrupt import Interrupt
from training.progress import Progress

if TYPE_CHECKING:
    from training.watch import Watch

CHECKPOINT_SECONDS = 60  # between two checkpoints, where an epoch takes longer
LONG = 10**12  # steps; from there on a moving average uses its full decay
GENTLE = 0.5  # the strength of augmentation in a recipe's gentle epochs
HARDLY = 0.2  # an accuracy; a random guess has 0.1
GUESS = math.log(10)  # the loss of a random guess: equal probabilities for ten digits


def main() -> int:
    warnings.simplefilter("ignore", RuntimeWarning)  # `learn` reports a loss that overflows
    program.prepare_output()
    try:
        arguments = parse_arguments()
        if arguments.evaluate:
            evaluate(arguments)
        else:
            train(arguments)
    except OSError as error:
        said = f"{error.filename}: {error.strerror}" if error.filename else error
        warn(said)
        return 1
    except (DataError, Diverged, MemoryError, ValueError) as error:  # nn raises ValueError
        warn(str(error) or "out of memory")  # Python's own MemoryError has no text
        return 1
    except KeyboardInterrupt as stop:
        warn(str(stop) or "stopped")
        return 130
    return 0


def train(arguments: argparse.Namespace) -> None:
    if arguments.resume:
        folder = arguments.resume
        if run_folder.has_ended(folder):
            print(f"{folder} is complete: there is nothing left to do")
            return
        settings = checkpoint.read_settings(folder / "checkpoint.npz")
        if arguments.data:
            settings = replace(settings, data=arguments.data)
    else:
        settings = arguments.settings
    recipe = settings.recipe
    generator = np.random.default_rng(settings.seed)
    data = datasets.load(settings, generator)
    if data.own:
        report_left_out(data.own)
        print(f"{'also ' if settings.mnist else ''}learning from {data.own}")

    net = Net(recipe.layers(), recipe.make_cost(), generator)
    if arguments.start:
        net.state[:] = arguments.start.state
        report_own(settings.start.model, net, data.own)
    net.metadata = {
        "input": {"shape": [28, 28], "range": [0, 1], "ink": "bright on dark"},
        "preprocessing": preprocess.VERSION,
        "labels": list(range(10)),
        "training": settings.training() | {"numpy": np.__version__},
    }
    steps = recipe.epochs * math.ceil(len(data.training[0]) / recipe.batch_size)
    optimizer = recipe.make_optimizer(steps)
    average = MovingAverage(net.state, recipe.average)
    if arguments.start:
        average.steps = LONG  # so that it forgets the starting model only slowly
    run = Run(settings, data.checksum(), net, optimizer, average, generator, Progress())
    if arguments.resume:
        before = run.load(folder / "checkpoint.npz")
        print(f"{folder} resumes after batch {optimizer.steps} of {steps}")
        if before != cores():
            warn(
                f"the run used {before} cores, now it has {cores()}: the last bits of the weights "
                "may differ, except with convolutions in batches of up to 128"
            )
        remove_leftovers(folder)
    else:
        folder = run_folder.begin(run, arguments.out)
    with run_folder.resumable(run, folder):
        print(net)
        watch = open_watch(folder.name, recipe.epochs, data) if arguments.watch else None
        learn(run, data, folder, steps, watch)
        finish(run, data, folder)
    drawing = f"{program.WINDOW_COMMAND} --model {program.quoted(folder / 'model.npz')}"
    print(f"try it:  {drawing}")
    if watch:
        with watching(watch, "the run is complete"):
            watch.stay(net, run.progress, f"Try it:  {drawing}")


def learn(run: Run, data: Datasets, folder: Path, steps: int, watch: "Watch | None") -> None:
    """The training loop, from the run's current state to the end of its last epoch; `steps` is the
    number of all batches."""
    net, optimizer, average, generator = run.net, run.optimizer, run.average, run.generator
    progress, recipe = run.progress, run.settings.recipe
    X, Y = data.training
    start = time.perf_counter() - progress.seconds
    with Interrupt() as interrupt, progress_bar(run, steps) as bar:
        while progress.epochs < recipe.epochs and not interrupt:
            if not progress.seen:
                progress.order = generator.permutation(len(X))
            is_gentle = progress.epochs >= recipe.epochs - recipe.gentle_epochs
            strength = GENTLE if is_gentle else 1
            for first in range(progress.seen, len(X), recipe.batch_size):
                batch = progress.order[first : first + recipe.batch_size]
                x, y = X[batch], Y[batch]
                if recipe.augment:
                    x = augment(x, generator, strength)
                cost, outputs = net.backpropagate(x, y, generator)
                if not math.isfinite(cost):
                    raise Diverged("the loss is not finite")
                if recipe.clip:
                    clip_norm(net.gradients, recipe.clip)
                optimizer.step(net.parameters, net.gradients, net.decaying)
                net.update_statistics()
                average.update(net.state)

                progress.count(cost, outputs, y)
                progress.seconds = time.perf_counter() - start
                bar.update()
                bar.set_postfix_str(progress.recent, refresh=False)
                if watch:
                    with watching(watch):
                        watch.update(net, progress)
                if interrupt or time.perf_counter() - run.saved > CHECKPOINT_SECONDS:
                    run.save(folder / "checkpoint.npz")
                if interrupt:
                    return  # the `with` block then raises KeyboardInterrupt
            bar.write(end_epoch(run, data, folder))


def end_epoch(run: Run, data: Datasets, folder: Path) -> str:
    """Validate and save the network with its averaged weights. Returns the epoch's summary.

    model.npz holds the best epoch so far, until `finish` replaces it with the last."""
    net, progress = run.net, run.progress
    newest, net.state[:] = net.state.copy(), run.average.values
    loss, accuracy = net.evaluate(*data.validation)
    if not progress.loss + loss < 10 * GUESS:
        raise Diverged(
            f"the loss is {progress.loss:.3g}, the validation loss {loss:.3g}, "
            "far more than by guessing"
        )
    row = progress.end_epoch(loss, accuracy)
    if row is progress.best:
        net.metadata |= {name: row[name] for name in ("epoch", "validation_accuracy")}
        readable(net).save_model(folder / "model.npz")
    net.state[:] = newest
    run_folder.write_history(folder, progress.history)
    run.save(folder / "checkpoint.npz")
    return (
        f"epoch {row['epoch']:3} of {run.settings.recipe.epochs}: "
        f"loss {row['loss']:.4f}, accuracy {row['accuracy']:.2%}; "
        f"validation loss {loss:.4f}, accuracy {accuracy:.2%}; {row['seconds']:.0f} s"
    )


def finish(run: Run, data: Datasets, folder: Path) -> None:
    """Calibrate, test and save the final network, with its averaged weights; draw the pictures, and
    delete the checkpoint."""
    run.net.state[:] = run.average.values
    net, last = readable(run.net), run.progress.history[-1]
    net.metadata |= {name: last[name] for name in ("epoch", "validation_accuracy")}
    judges = data.validation[0]
    if len(judges) < confidence.FEWEST:
        print(f"not calibrated: {len(judges)} validation images are too few for that")
    else:
        net.metadata["temperature"] = confidence.calibrate(net, *data.validation)
        if run.settings.recipe.non_digits:
            net.metadata["sure_from"] = confidence.threshold(net.predict(judges))
    if data.own:
        report_own("the network, after learning from them,", net, data.own)
    if data.test:
        accuracy = net.metadata["test_accuracy"] = report("test", net, *data.test)
    else:
        accuracy = report("validation", net, *data.validation)
    if accuracy < HARDLY:
        print("that is hardly better than guessing: try a smaller --lr, or more --epochs")
    net.save_model(folder / "model.npz")
    draw_pictures(folder, net, data.test or data.validation, run.progress.history)
    (folder / "checkpoint.npz").unlink()


def readable(net: Net) -> Net:
    """A copy that the window can use: its outputs are a distribution, by softmax, which ranks the
    digits just as sigmoids do."""
    net = copy.deepcopy(net)
    net.layers[-1].activation = softmax
    return net


def evaluate(arguments: argparse.Namespace) -> None:
    """Report how well a model file reads MNIST's test set, or the user's own digits."""
    net = Net.load_model(arguments.evaluate)
    if arguments.own:
        own = own_data.load(arguments.own)
        report_left_out(own)
        examples = own.images, datasets.as_targets(own.labels)
    else:
        examples = datasets.load_test(arguments.data)
    try:
        report("own-data" if arguments.own else "test", net, *examples)
    except ValueError as error:
        raise ModelFileError(
            f"{arguments.evaluate} is not a model that reads digits: {error}"
        ) from None
    folder = run_folder.new(arguments.out)
    draw_pictures(folder, net, examples, [])
    print(f"pictures in {folder}")


def report(name: str, net: Net, images: np.ndarray, targets: np.ndarray) -> float:
    """Print how well the network reads; returns the accuracy."""
    loss, accuracy = net.evaluate(images, targets)
    error = confidence.calibration_error(net.predict(images), targets.argmax(axis=1))
    print(
        f"{name} accuracy {accuracy:.2%} of {len(images):,}, loss {loss:.4f}, "
        f"calibration error {error:.4f}"
    )
    return accuracy


def report_own(name: str, net: Net, own: own_data.OwnData) -> None:
    right = (net.predict(own.images).argmax(axis=1) == own.labels).sum()
    print(f"{name} reads {right} of your {len(own.labels)} digits right")


def report_left_out(own: own_data.OwnData) -> None:
    for reason in own.left_out:
        print(f"left out: {reason}")


def draw_pictures(folder: Path, net: Net, examples: Examples, history: list[dict]) -> None:
    from training import figures  # here, because importing matplotlib is slow

    images, targets = examples
    figures.draw_all(folder, net, images, targets.argmax(axis=1), history)


def progress_bar(run: Run, steps: int) -> tqdm:
    done = run.optimizer.steps
    return tqdm(total=steps, initial=done, unit="batch", disable=None, dynamic_ncols=True)


def open_watch(title: str, epochs: int, data: Datasets) -> "Watch | None":
    """The window to watch in, or None, after a warning, if none can be opened."""
    from training import sample_bars  # here, because most runs open no window
    from training.watch import Watch

    try:
        return Watch(title, epochs, sample_bars.choose(data))
    except (OSError, RuntimeError, ValueError) as error:
        warn(f"no window to watch in ({error}); training goes on")
        return None


@contextmanager
def watching(watch: "Watch", so: str = "training goes on") -> Iterator[None]:
    """If the window to watch in fails inside this block, it is closed, with a warning."""
    try:
        yield
    except (OSError, RuntimeError, ValueError) as error:
        with suppress(OSError, RuntimeError):
            watch.close()
        warn(f"the window to watch in is closed ({error}); {so}")


def warn(message: object) -> None:
    print(f"{program.TRAIN}: {message}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
